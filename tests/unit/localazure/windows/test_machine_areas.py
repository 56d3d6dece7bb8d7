"""Accounts, services, processes and features of a machine that is up behave as Windows'."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localazure.windows.boot import boot, shut_down
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.processes import KILLED, ProcessContext
from localazure.windows.machine.services import StartType
from localazure.windows.machine.tokens import ADMINISTRATORS_SID, system_token
from tests.support.windows_machine import (
    ADMINISTRATOR,
    PASSWORD,
    FunctionProgram,
    administrator,
    new_disk,
    open_machine,
    provisioned,
    start,
    wait_until,
)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder = tmp_path_factory.mktemp("machine")
    return provisioned(new_disk(folder, folder))


def refused(code: int) -> "pytest.RaisesExc[MachineError]":
    return pytest.raises(MachineError, check=lambda error: error.code == code)


def test_an_account_is_known_by_name_qualified_name_and_sid(machine: Machine) -> None:
    made = machine.users.create("anna", "Some-Password-1")
    sid = machine.users.sid(made)
    assert sid.startswith(machine.users.state.machine_sid)
    for name in ("ANNA", r".\anna", r"win-1\Anna", sid):
        assert machine.users.require(name) is made
    assert machine.users.name_of(sid) == r"WIN-1\anna"
    with refused(2224):
        machine.users.create("Anna", "Some-Password-1")
    machine.users.delete("anna")
    assert machine.users.find("anna") is None


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("x" * 21, "Some-Password-1", 2202),
        ("a/b", "Some-Password-1", 2202),
        ("ben", "short", 1325),
        ("ben", "Ben-12345", 1325),
    ],
)
def test_windows_rules_for_names_and_passwords_hold(machine: Machine, name: str, password: str, code: int) -> None:
    with refused(code):
        machine.users.create(name, password)
    assert machine.users.find(name) is None


def test_only_the_nt_hash_of_a_password_is_kept(machine: Machine) -> None:
    user = machine.users.create("carl", "Password-for-Hash1")
    # MD4 of the UTF-16-LE text, made with another implementation.
    assert len(bytes.fromhex(user.nt_hash)) == 16
    machine.save()
    text = (machine.disk / "machine.json").read_text()
    assert "Password-for-Hash1" not in text
    assert "Password-for-Hash1" not in repr(user)
    assert (machine.disk / "machine.json").stat().st_mode & 0o777 == 0o600
    machine.users.delete("carl")


def test_the_known_nt_hash_of_a_known_password(machine: Machine) -> None:
    # MS-NLMP 4.2.2.1.2: the response key of "Password".
    user = machine.users.create("dora", None)
    user.nt_hash = "a4f49c406510bdcab6824ee7c30fd852"
    assert machine.users.check_password("dora", "Password")
    assert not machine.users.check_password("dora", "password")
    machine.users.delete("dora")


def test_who_may_log_on_is_who_has_the_password_and_is_enabled(machine: Machine) -> None:
    assert machine.users.log_on(ADMINISTRATOR, PASSWORD, "network").logon == "network"
    for name, password in ((ADMINISTRATOR, "wrong"), ("nobody", PASSWORD), ("Guest", "")):
        with refused(1326):
            machine.users.log_on(name, password, "network")
    user = machine.users.create("eve", "Some-Password-1")
    user.enabled = False
    with refused(1331):
        machine.users.log_on("eve", "Some-Password-1", "network")
    machine.users.delete("eve")


def test_a_member_leaves_its_groups_when_it_is_deleted(machine: Machine) -> None:
    made = machine.users.create("finn", "Some-Password-1")
    machine.users.add_member("Administrators", "finn")
    assert machine.users.token("finn", "batch").is_administrator
    with refused(1378):
        machine.users.add_member("administrators", "FINN")
    machine.users.delete("finn")
    assert machine.users.sid(made) not in machine.users.require_group(ADMINISTRATORS_SID).members
    with refused(1371):
        machine.users.delete("Administrator")


def test_a_profile_is_made_at_the_first_logon_and_deleted_whole(machine: Machine) -> None:
    machine.users.create("gina", "Some-Password-1")
    token = machine.users.token("gina", "network")
    variables = machine.variables(token)
    assert variables["USERPROFILE"] == r"C:\Users\gina"
    assert variables["TEMP"] == r"C:\Users\gina\AppData\Local\Temp"
    assert variables["Path"].startswith(r"C:\Windows\system32;C:\Windows;")
    assert machine.files.is_folder(variables["TEMP"])
    machine.profiles.delete(token.sid)
    assert not machine.files.exists(r"C:\Users\gina")
    assert token.sid not in machine.profiles.all()
    machine.users.delete("gina")


def test_system_has_its_own_name_and_folder(machine: Machine) -> None:
    variables = machine.variables(system_token())
    assert (variables["USERNAME"], variables["TEMP"]) == ("WIN-1$", r"C:\Windows\TEMP")
    assert system_token().account == r"NT AUTHORITY\SYSTEM"


def test_a_service_obeys_its_start_type_and_its_dependencies(machine: Machine) -> None:
    services = machine.services
    services.set_start_type("wuauserv", StartType.DISABLED)
    with refused(1058):
        services.start("WUAUSERV")
    services.set_start_type("wuauserv", StartType.MANUAL)
    services.start("wuauserv")
    with refused(1056):
        services.start("wuauserv")
    services.stop("wuauserv")
    with refused(1062):
        services.stop("wuauserv")
    with refused(1060):
        services.start("nothing")


def test_stopping_what_others_need_is_refused_unless_they_stop_too(machine: Machine) -> None:
    services = machine.services
    services.create("Child", r"C:\child.exe", depends_on=("Spooler",))
    services.start("Child")
    with refused(1051):
        services.stop("Spooler")
    services.stop("Spooler", force=True)
    assert (services.status("child"), services.status("spooler")) == ("Stopped", "Stopped")
    services.start("Child")
    assert services.status("Spooler") == "Running"
    services.set_start_type("Spooler", StartType.DISABLED)
    services.stop("Spooler", force=True)
    with refused(1068):
        services.start("Child")
    services.delete("Child")
    services.set_start_type("Spooler", StartType.AUTOMATIC)


def test_a_program_that_is_not_there_or_not_the_models_cannot_start(machine: Machine) -> None:
    with refused(2):
        start(machine, "nothing.exe /x")
    with refused(193):
        start(machine, "cmd.exe /c exit")


def test_killing_a_process_takes_its_children_with_it(machine: Machine) -> None:
    machine.files.write_text(r"C:\Windows\System32\sleeper.exe", "a test's program")
    began: list[int] = []

    def sleep(context: ProcessContext) -> int:
        if context.arguments == ["parent"]:
            streams = (context.stdin, context.stdout, context.stderr)
            machine.processes.start(
                "sleeper child", context.user, context.environment, context.cwd, *streams, parent=context.pid
            )
        began.append(context.pid)
        context.cancelled.wait(10)
        return 0

    machine.processes.programs.add("sleeper.exe", FunctionProgram(sleep))
    parent = start(machine, "sleeper parent")
    wait_until(lambda: len(began) == 2)
    assert [info.user.name for info in machine.processes.find("sleeper")] == [ADMINISTRATOR] * 2
    parent.kill()
    assert parent.wait(1) == KILLED
    assert machine.processes.find("sleeper.exe") == []
    with refused(5):
        machine.processes.kill(4)
    with refused(87):
        machine.processes.kill(99999)


def test_stopping_one_process_leaves_its_children_and_the_end_of_a_job_leaves_none(machine: Machine) -> None:
    machine.files.write_text(r"C:\Windows\System32\chain.exe", "a test's program")
    pids: dict[str, int] = {}

    def link(context: ProcessContext) -> int:
        pids[context.arguments[0]] = context.pid
        rest = {"first": "middle", "middle": "last"}.get(context.arguments[0])
        if rest:
            streams = (context.stdin, context.stdout, context.stderr)
            line = f"chain {rest}"
            machine.processes.start(line, context.user, context.environment, context.cwd, *streams, parent=context.pid)
        context.cancelled.wait(10)
        return 0

    machine.processes.programs.add("chain.exe", FunctionProgram(link))
    first = start(machine, "chain first")
    wait_until(lambda: len(pids) == 3)
    machine.processes.kill(pids["middle"])
    assert {each.pid for each in machine.processes.find("chain")} == {pids["first"], pids["last"]}
    first.kill()
    assert machine.processes.find("chain") == []
    first.kill()


def test_a_program_that_breaks_is_a_process_that_ended_badly(machine: Machine) -> None:
    machine.files.write_text(r"C:\Windows\System32\broken.exe", "a test's program")

    def fail(context: ProcessContext) -> int:
        raise ZeroDivisionError

    machine.processes.programs.add("broken.exe", FunctionProgram(fail))
    assert start(machine, "broken").wait(5) == 0xE0434352


def test_iis_brings_its_services_and_removing_it_takes_them(machine: Machine) -> None:
    change = machine.features.install("web-server")
    names = {feature.name for feature in change.changed}
    assert {"Web-Server", "Web-WebServer", "Web-Common-Http", "Web-Default-Doc"} <= names
    assert "Web-Mgmt-Console" not in names
    assert not change.restart_needed
    assert machine.services.status("W3SVC") == "Running"
    assert machine.features.install("Web-Server").changed == ()
    machine.features.remove("Web-Server")
    assert machine.services.find("W3SVC") is None
    assert machine.features.state("Web-Default-Doc") == "Available"
    assert machine.files.exists(r"C:\Windows\System32\inetsrv\config\applicationHost.config")


def test_a_feature_brings_what_it_cannot_be_without(machine: Machine) -> None:
    names = {feature.name for feature in machine.features.install("Web-Asp-Net45").changed}
    assert {"Web-Server", "Web-Net-Ext45", "Web-ISAPI-Ext", "NET-Framework-45-ASPNET", "Web-Asp-Net45"} <= names


def test_what_has_no_payload_or_no_name_cannot_be_installed(machine: Machine) -> None:
    with refused(0x800F081F):
        machine.features.install("NET-Framework-Core")
    with refused(2):
        machine.features.install("No-Such-Role")


def test_bitlocker_is_off_only_when_all_is_decrypted(machine: Machine) -> None:
    assert machine.volumes.status("C:") == "FullyDecrypted"
    machine.volumes.encrypt("C", protected=False)
    assert (machine.volumes.status("C"), machine.volumes.require("C").protected) == ("FullyEncrypted", False)
    machine.volumes.decrypt("c:")
    assert machine.volumes.status("C") == "FullyDecrypted"
    with refused(0x80310008):
        machine.volumes.decrypt("C")


def test_the_disk_is_as_full_as_a_real_windows_would_leave_it(machine: Machine) -> None:
    [disk] = machine.cim.instances("Win32_LogicalDisk") or []
    assert isinstance(disk["FreeSpace"], int)
    assert isinstance(disk["Size"], int)
    assert 10 << 30 < disk["Size"] - disk["FreeSpace"] < 12 << 30
    volume = machine.volumes.require("C")
    volume.size = volume.windows_bytes + machine.files.used() + 100
    with refused(112):
        machine.files.write_bytes(r"C:\big.bin", b"x" * 101)
    volume.size = 127 << 30


def test_a_thread_that_outlives_the_machine_changes_its_disk_no_more(tmp_path: Path) -> None:
    machine = provisioned(new_disk(tmp_path, tmp_path))
    shut_down(machine)
    before = (machine.disk / "machine.json").read_bytes()
    machine.users.create("ida", "Some-Password-1")
    machine.save()
    for action in (
        lambda: machine.files.write_text(r"C:\late.txt", "x"),
        lambda: machine.files.open(r"C:\late.txt", "w"),
        lambda: machine.files.make_folder(r"C:\late"),
        lambda: machine.files.delete(r"C:\Windows\win.ini"),
    ):
        with refused(19):
            action()
    assert (machine.disk / "machine.json").read_bytes() == before
    assert machine.files.read_text(r"C:\Windows\win.ini")


def test_many_threads_may_use_the_machine_at_once_while_it_is_saved(tmp_path: Path) -> None:
    machine = provisioned(new_disk(tmp_path, tmp_path))

    def work(number: int) -> None:
        for step in range(20):
            machine.files.write_text(rf"C:\shared\{number}-{step}.txt", "x" * 10)
            machine.registry.set(rf"HKLM\SOFTWARE\Test\{number}\{step}", "x", step)
            machine.events.write("Application", f"thread {number}", step, "text")
            if step % 5 == 0:
                machine.save()

    machine.files.make_folder(r"C:\shared")
    before = machine.files.used()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    machine.save()
    again = open_machine(machine.disk)
    assert len(again.files.list(r"C:\shared")) == 160
    assert again.files.used() == machine.files.used() == before + 1600
    assert len(again.events.read("Application")) == 160
    assert {len(again.registry.subkeys(rf"HKLM\SOFTWARE\Test\{each}")) for each in range(8)} == {20}


def test_all_of_it_outlives_the_process_that_served_it(tmp_path: Path) -> None:
    first = provisioned(new_disk(tmp_path, tmp_path))
    first.users.create("hans", "Some-Password-1")
    first.features.install("Telnet-Client")
    first.volumes.encrypt("C")
    first.certificates.make_self_signed(["win-1"])
    first.environment.set_machine("STAGE", "test")
    shut_down(first)
    again = open_machine(first.disk)
    boot(again, None)
    assert again.users.check_password("hans", "Some-Password-1")
    assert again.features.installed("telnet-client")
    assert again.volumes.status("C") == "FullyEncrypted"
    assert len(again.certificates.all()) == 1
    assert again.variables(administrator(again))["STAGE"] == "test"
    assert "model" in (again.disk / "machine.json").read_text()[:200]
