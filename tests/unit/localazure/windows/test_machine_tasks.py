"""Scheduled tasks run as their user and outlive who started them; updates are for those who are not remote."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from localazure.windows.boot import ProvisioningData, boot, shut_down
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.network import FirewallRule
from localazure.windows.machine.processes import ProcessContext
from localazure.windows.machine.task_definitions import (
    HAS_NOT_RUN,
    TERMINATED,
    Task,
    TaskAction,
    TaskPrincipal,
    TaskTrigger,
)
from localazure.windows.machine.tokens import Token
from localazure.windows.machine.updates import Update
from tests.support.windows_machine import (
    ADMINISTRATOR,
    PASSWORD,
    FunctionProgram,
    administrator,
    new_disk,
    open_machine,
    provisioned,
    wait_until,
)


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    cache = tmp_path_factory.getbasetemp() / "windows-images"
    return provisioned(new_disk(tmp_path_factory.mktemp("machine"), cache))


def refused(code: int) -> "pytest.RaisesExc[MachineError]":
    return pytest.raises(MachineError, check=lambda error: error.code == code)


def add_program(machine: Machine, code: int = 0) -> list[Token]:
    """worker.exe notes who runs it, and with the argument ``wait`` goes on until it is ended."""
    users: list[Token] = []

    def work(context: ProcessContext) -> int:
        users.append(context.user)
        if "wait" in context.arguments:
            context.cancelled.wait(10)
        return code

    machine.files.write_text(r"C:\Windows\System32\worker.exe", "a test's program")
    machine.processes.programs.add("worker.exe", FunctionProgram(work))
    return users


def task(arguments: str = "", *, user: str = ADMINISTRATOR, logon: str = "Password") -> Task:
    principal = TaskPrincipal.model_validate({"user": user, "logon_type": logon, "run_level": "Highest"})
    return Task(name="Build", principal=principal, actions=[TaskAction(execute="worker.exe", arguments=arguments)])


def test_a_task_runs_as_its_user_with_all_the_users_rights(machine: Machine) -> None:
    users = add_program(machine, code=7)
    machine.tasks.register(task(), PASSWORD)
    assert machine.tasks.require("build").last_result == HAS_NOT_RUN
    machine.tasks.run("Build").wait(5)
    wait_until(lambda: machine.tasks.task_state(r"\Build") == "Ready")
    assert [(user.name, user.logon, user.is_administrator) for user in users] == [(ADMINISTRATOR, "batch", True)]
    assert machine.tasks.require("Build").last_result == 7


def test_a_limited_task_of_an_administrator_is_not_elevated(machine: Machine) -> None:
    users = add_program(machine)
    limited = task()
    limited.principal.run_level = "Limited"
    machine.tasks.register(limited, PASSWORD)
    machine.tasks.run("Build").wait(5)
    assert [user.is_administrator for user in users] == [False]


def test_a_wrong_password_is_refused_when_the_task_is_registered(machine: Machine) -> None:
    with refused(0x8007052E):
        machine.tasks.register(task(), "wrong")
    with refused(1332):
        machine.tasks.register(task(user="nobody"), PASSWORD)
    assert machine.tasks.find("Build") is None


def test_a_changed_password_stops_the_task_from_starting(machine: Machine) -> None:
    add_program(machine)
    machine.tasks.register(task(), PASSWORD)
    machine.users.set_password(ADMINISTRATOR, "Another-Horse-8")
    with refused(0x8007052E):
        machine.tasks.run("Build")
    assert machine.tasks.require("Build").last_result == 0x8007052E


def test_a_running_task_can_be_seen_and_stopped(machine: Machine) -> None:
    add_program(machine)
    machine.tasks.register(task("wait"), PASSWORD)
    machine.tasks.run("Build")
    assert machine.tasks.task_state("Build") == "Running"
    with refused(0x8004131F):
        machine.tasks.run("Build")
    machine.tasks.stop("Build")
    wait_until(lambda: machine.tasks.task_state("Build") == "Ready")
    assert machine.tasks.require("Build").last_result == TERMINATED


def test_an_unregistered_task_leaves_nothing_not_even_its_password(machine: Machine) -> None:
    machine.tasks.register(task(), PASSWORD)
    assert machine.files.exists(r"C:\Windows\System32\Tasks\Build")
    assert PASSWORD not in repr(machine.tasks.state)
    machine.save()
    assert PASSWORD in (machine.disk / "machine.json").read_text()
    machine.tasks.unregister("Build")
    machine.save()
    assert not machine.files.exists(r"C:\Windows\System32\Tasks\Build")
    assert PASSWORD not in (machine.disk / "machine.json").read_text()
    with refused(0x80070002):
        machine.tasks.run("Build")


def test_a_task_for_a_moment_runs_then(machine: Machine) -> None:
    users = add_program(machine)
    soon = task(user="SYSTEM", logon="ServiceAccount")
    soon.triggers = [TaskTrigger(kind="Once", at=machine.time.now() + timedelta(milliseconds=50))]
    machine.tasks.register(soon)
    wait_until(lambda: [user.name for user in users] == ["SYSTEM"])


def test_remote_callers_may_search_for_updates_and_nothing_more(machine: Machine) -> None:
    remote = machine.users.token(ADMINISTRATOR, "network")
    found = machine.updates.search(remote)
    assert "5046616" in {update.kb for update in found}
    for action in (machine.updates.download, machine.updates.install):
        with refused(0x80070005):
            action(remote, found)
    with refused(0x80070005):
        machine.updates.accept_eula(remote, found[0])


def test_updates_are_installed_until_nothing_is_left(machine: Machine) -> None:
    rounds: list[list[str]] = []
    for _ in range(4):
        user = administrator(machine)
        found = machine.updates.search(user)
        if not found:
            break
        rounds.append([update.kb for update in found])
        machine.updates.download(user, found)
        machine.updates.install(user, found)
        assert machine.updates.reboot_required
        assert machine.servicing.reboot_pending
        shut_down(machine)
        machine = open_machine(machine.disk)
        boot(machine, ProvisioningData(vm_id="x"))
        assert machine.servicing.reboot_pending == []
    # The last one is offered only when the first is in force.
    assert [len(each) for each in rounds] == [4, 1]
    assert rounds[1] == ["5048654"]
    assert {entry.kb for entry in machine.updates.history()} == {kb for each in rounds for kb in each}
    assert "KB5046616" in {fix["HotFixID"] for fix in machine.cim.instances("Win32_QuickFixEngineering") or []}


def test_updates_need_their_service_their_licence_and_their_download(machine: Machine) -> None:
    user = administrator(machine)
    licensed = Update(update_id="u", title="With a licence", kb="1", eula_accepted=False)
    with refused(0x80240023):
        machine.updates.download(user, [licensed])
    machine.updates.accept_eula(user, licensed)
    with refused(0x80246008):
        machine.updates.install(user, [licensed])
    machine.registry.set(r"HKLM\SYSTEM\CurrentControlSet\Services\wuauserv", "Start", 4)
    with refused(0x80070422):
        machine.updates.search(user)


def test_tiworker_is_there_while_servicing_works(machine: Machine) -> None:
    shut_down(machine)
    machine = open_machine(machine.disk, pace=0.01)
    machine.servicing.work(30)
    assert [process.name for process in machine.processes.find("TiWorker")] == ["TiWorker.exe"]
    wait_until(lambda: machine.processes.find("TiWorker") == [])


def test_a_self_signed_certificate_carries_names_addresses_and_its_key(machine: Machine) -> None:
    made = machine.certificates.make_self_signed(["win-1", "10.0.0.4"], friendly_name="WinRM")
    names = made.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["win-1"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.4"]
    key = load_pem_private_key((made.key_pem or "").encode(), None)
    assert key.public_key() == made.certificate.public_key()
    assert machine.certificates.find(made.thumbprint.lower()) is made
    assert "PRIVATE KEY" not in repr(made)
    machine.certificates.remove(made)
    assert machine.certificates.all() == []


def test_winrm_is_open_to_others_only_on_a_private_network(machine: Machine) -> None:
    assert not machine.network.lets_in(5985)
    machine.network.set_category("Private")
    assert machine.network.lets_in(5985)


def test_the_firewall_lets_in_what_a_rule_allows_and_none_blocks(machine: Machine) -> None:
    assert machine.network.lets_in(3389)
    assert not machine.network.lets_in(5986)
    machine.network.add_rule(FirewallRule(name="https", display_name="x", protocol="TCP", local_ports=["5986"]))
    assert machine.network.lets_in(5986)
    machine.network.add_rule(
        FirewallRule(name="no", display_name="x", action="Block", protocol="TCP", local_ports=["5980-5990"])
    )
    assert not machine.network.lets_in(5986)
    machine.network.remove_rule("NO")
    machine.network.remove_rule("https")
    assert not machine.network.lets_in(5986)
