"""A generalized disk becomes the machine Azure describes; any other comes up as the machine it was."""

import base64
import socket
from pathlib import Path

import pytest

from localazure.windows.boot import ProvisioningData, boot, shut_down
from localazure.windows.guest.control import Refused
from localazure.windows.guest.winrm_gate import WinRmGate
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.network import FirewallRule
from localazure.windows.machine.processes import ProcessContext
from localazure.windows.machine.services import StartType
from localazure.windows.machine.task_definitions import Task, TaskAction, TaskPrincipal, TaskTrigger
from localazure.windows.machine.tokens import system_token
from tests.support.windows_machine import (
    ADMINISTRATOR,
    PASSWORD,
    FunctionProgram,
    administrator,
    new_disk,
    open_machine,
    provisioned,
    provisioning,
    run_program,
    wait_until,
)

SYSPREP = r"C:\Windows\System32\Sysprep\sysprep.exe"
OTHER_VM = "6e6f6e65-0000-4000-8000-000000000002"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def disk(tmp_path: Path, cache: Path) -> Path:
    return new_disk(tmp_path, cache)


def reopened(machine: Machine, name: str | None = None, vm_id: str = OTHER_VM) -> Machine:
    """The same disk in the next power-on, of a VM without osProfile unless it has a name."""
    shut_down(machine)
    again = open_machine(machine.disk)
    report = boot(again, provisioning(name, vm_id) if name else ProvisioningData(vm_id=vm_id))
    assert report.kind == "plain"
    return again


def test_a_marketplace_image_becomes_the_machine_its_profile_describes(disk: Path) -> None:
    machine = open_machine(disk)
    report = boot(machine, provisioning("web-1", custom_data=base64.b64encode(b"hello").decode()))
    assert (report.kind, report.ready, report.failure) == ("first", True, None)
    assert (machine.name, machine.image_state) == ("WEB-1", "IMAGE_STATE_COMPLETE")
    assert machine.identity.host_name == "web-1"
    assert machine.users.check_password(ADMINISTRATOR, PASSWORD)
    assert administrator(machine).is_administrator
    assert not machine.users.require("Administrator").enabled
    assert machine.files.read_bytes(r"C:\AzureData\CustomData.bin") == b"hello"
    assert machine.services.status("winrm") == "Running"
    listeners = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Listener"
    assert machine.registry.subkeys(listeners) == ["*+HTTP"]
    assert {"WaAppAgent.exe", "lsass.exe"} <= {process.name for process in machine.processes.all()}


def test_the_machine_and_its_console_say_that_they_are_a_model(disk: Path) -> None:
    machine = open_machine(disk)
    report = boot(machine, provisioning())
    assert "model of a Windows guest" in report.console
    caption = (machine.cim.instances("Win32_OperatingSystem") or [{}])[0]["Caption"]
    assert caption == "Microsoft Windows Server 2022 Datacenter (model)"


def test_the_password_is_nowhere_on_the_disk(disk: Path) -> None:
    machine = provisioned(disk)
    shut_down(machine)
    assert "*SENSITIVE*DATA*DELETED*" in machine.files.read_text(r"C:\Windows\Panther\unattend.xml")
    for path in disk.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert PASSWORD.encode() not in content, path
            assert PASSWORD.encode("utf-16-le") not in content, path
    assert PASSWORD not in repr(provisioning())


def test_two_machines_of_one_image_differ_in_sid_and_machine_guid(tmp_path: Path, cache: Path) -> None:
    machines = [provisioned(new_disk(tmp_path / name, cache), name) for name in ("one", "two")]
    assert len({machine.users.state.machine_sid for machine in machines}) == 2
    assert len({machine.identity.machine_guid for machine in machines}) == 2
    assert {machine.name for machine in machines} == {"ONE", "TWO"}


def test_without_a_profile_a_generalized_disk_waits_in_oobe_for_ever(disk: Path) -> None:
    machine = open_machine(disk)
    report = boot(machine, ProvisioningData(vm_id=OTHER_VM))
    assert (report.kind, report.ready) == ("stuck", False)
    assert "no osProfile" in (report.failure or "")
    assert machine.services.status("WinRM") == "Stopped"


def test_a_password_that_windows_does_not_take_is_a_provisioning_failure_that_keeps_it_secret(disk: Path) -> None:
    data = ProvisioningData(vm_id=OTHER_VM, computer_name="x", admin_username="builder", admin_password="simple")
    report = boot(open_machine(disk), data)
    assert "complexity" in (report.failure or "")
    assert "simple" not in f"{report}"


@pytest.mark.parametrize(
    ("key", "name", "data", "said"),
    [
        (r"HKLM\SYSTEM\CurrentControlSet\Services\cdrom", "Start", 4, "cdrom driver is disabled"),
        (
            r"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices",
            "Deny_All",
            1,
            "denies removable storage",
        ),
    ],
)
def test_an_image_that_cannot_read_the_provisioning_disc_is_never_provisioned(
    disk: Path, key: str, name: str, data: int, said: str
) -> None:
    machine = open_machine(disk)
    machine.registry.set(key, name, data)
    report = boot(machine, provisioning())
    assert report.kind == "stuck"
    assert said in (report.failure or "")


def test_a_specialized_disk_keeps_its_identity_on_another_vm(disk: Path) -> None:
    machine = provisioned(disk, "first")
    before = machine.users.state.machine_sid, machine.identity.machine_guid, machine.name
    again = reopened(machine)
    assert (again.users.state.machine_sid, again.identity.machine_guid, again.name) == before
    assert again.users.check_password(ADMINISTRATOR, PASSWORD)
    assert again.state.boots == 2


def test_a_disk_that_was_not_generalized_never_becomes_a_new_machine(disk: Path) -> None:
    machine = provisioned(disk, "first")
    shut_down(machine)
    report = boot(open_machine(disk), provisioning("second", OTHER_VM))
    assert (report.kind, report.ready) == ("plain", False)
    assert "not generalized" in (report.failure or "")
    assert "FIRST" in (report.failure or "")


def test_a_reboot_does_what_waited_for_it(disk: Path) -> None:
    machine = provisioned(disk)
    machine.files.write_text(r"C:\new.dll", "new")
    machine.files.write_text(r"C:\old.dll", "old")
    machine.files.write_text(r"C:\rubbish.txt", "")
    machine.servicing.rename_at_boot(r"C:\new.dll", r"C:\old.dll")
    machine.servicing.rename_at_boot(r"C:\rubbish.txt")
    machine.features.install("Hyper-V")
    machine.identity.rename("renamed")
    assert len(machine.servicing.reboot_pending) == 2
    assert machine.features.state("Hyper-V") == "InstallPending"
    assert machine.name == "WIN-1"
    again = reopened(machine)
    assert again.servicing.reboot_pending == []
    assert again.features.state("Hyper-V") == "Installed"
    assert again.files.read_text(r"C:\old.dll") == "new"
    assert not again.files.exists(r"C:\rubbish.txt")
    assert again.name == "RENAMED"


def test_what_ran_is_gone_after_a_reboot_and_automatic_services_are_back(disk: Path) -> None:
    machine = provisioned(disk)
    machine.services.start("wuauserv")
    machine.services.set_start_type("Spooler", StartType.DISABLED)
    machine.services.stop("WinRM")
    again = reopened(machine)
    assert again.services.status("WinRM") == "Running"
    assert again.services.status("wuauserv") == "Stopped"
    assert again.services.status("Spooler") == "Stopped"
    assert again.services.status("cdrom") == "Running"


def test_startup_tasks_and_run_once_run_at_boot(disk: Path) -> None:
    machine = provisioned(disk)
    machine.files.write_text(r"C:\Windows\System32\note.exe", "a test's program")
    task = Task(
        name="At start",
        principal=TaskPrincipal(user="SYSTEM", logon_type="ServiceAccount", run_level="Highest"),
        actions=[TaskAction(execute="note.exe", arguments="task")],
        triggers=[TaskTrigger(kind="Startup")],
    )
    machine.tasks.register(task)
    machine.registry.set(r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce", "note", "note.exe once")
    shut_down(machine)
    seen: list[str] = []

    def note(context: ProcessContext) -> int:
        seen.append(f"{context.arguments[0]} as {context.user.name}")
        return 0

    again = open_machine(disk)
    again.processes.programs.add("note.exe", FunctionProgram(note))
    boot(again, None)
    wait_until(lambda: sorted(seen) == ["once as SYSTEM", "task as SYSTEM"])
    seen.clear()
    shut_down(again)
    last = open_machine(disk)
    last.processes.programs.add("note.exe", FunctionProgram(note))
    boot(last, None)
    wait_until(lambda: seen == ["task as SYSTEM"])


def test_a_generalized_machine_comes_up_as_a_new_one_with_the_files_it_had(disk: Path) -> None:
    machine = provisioned(disk, "builder-vm")
    machine.files.write_text(r"C:\app.txt", "installed")
    before = machine.users.state.machine_sid, machine.identity.machine_guid
    code = run_program(machine, r"C:\Windows\System32\Sysprep\sysprep.exe /generalize /oobe /mode:vm /quiet /quit")
    assert code == 0
    shut_down(machine)
    again = open_machine(disk)
    report = boot(again, provisioning("copy-1", OTHER_VM))
    assert (report.kind, report.ready) == ("first", True)
    assert again.name == "COPY-1"
    assert again.users.state.machine_sid != before[0]
    assert again.identity.machine_guid not in {before[1], ""}
    assert again.files.read_text(r"C:\app.txt") == "installed"
    assert again.profiles.path(administrator(again).sid) == r"C:\Users\builder"


def test_a_machine_that_goes_down_starts_nothing_more(disk: Path) -> None:
    machine = provisioned(disk)
    machine.processes.shut_down()
    with pytest.raises(MachineError, match="shutdown is in progress"):
        run_program(machine, SYSPREP, system_token())


def test_a_machine_that_goes_down_lets_nobody_in(disk: Path) -> None:
    machine = provisioned(disk)
    machine.network.add_rule(FirewallRule(name="in", display_name="in", protocol="TCP", local_ports=["5985"]))
    gate = WinRmGate(machine)
    ours, theirs = socket.socketpair()
    with ours:
        gate.take(5985, theirs)
        gate.shut()
        assert ours.recv(1) == b""
    ours, theirs = socket.socketpair()
    with ours, pytest.raises(Refused, match="going down"):
        gate.take(5985, theirs)
