"""Sysprep goes through its phases on a clean machine, and fails as Windows does when a cause is there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from localazure.windows.boot import ProvisioningData, boot, shut_down
from localazure.windows.machine.appx import AppxPackage
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.processes import ProcessContext
from localazure.windows.machine.services import StartType
from localazure.windows.machine.task_definitions import Task, TaskAction, TaskPrincipal
from localazure.windows.machine.tokens import system_token
from localazure.windows.sysprep.causes import CAUSES
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
    start,
    wait_until,
)

COMMAND = r"C:\Windows\System32\Sysprep\sysprep.exe /generalize /oobe /mode:vm /quiet /quit"
LOGS = r"C:\Windows\System32\Sysprep\Panther"
SUCCESS, BROKEN = "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE", "IMAGE_STATE_UNDEPLOYABLE"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def machine(tmp_path: Path, cache: Path) -> Machine:
    return provisioned(new_disk(tmp_path, cache))


def errors(machine: Machine) -> str:
    return machine.files.read_text(rf"{LOGS}\setuperr.log")


def activity(machine: Machine) -> str:
    path = rf"{LOGS}\setupact.log"
    return machine.files.read_text(path) if machine.files.exists(path) else ""


def test_a_clean_machine_is_generalized_and_every_sign_says_so(machine: Machine) -> None:
    machine.events.write("Application", "Test", 1, "before")
    assert run_program(machine, COMMAND) == 0
    assert machine.image_state == SUCCESS
    assert "ImageState=IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE" in machine.files.read_text(
        r"C:\Windows\Setup\State\State.ini"
    )
    assert machine.identity.generalization_state == 7
    assert machine.files.exists(r"C:\Windows\System32\Sysprep\Sysprep_succeeded.tag")
    assert machine.licensing.remaining_rearms == 1000
    assert machine.events.read("Application") == []
    assert errors(machine) == ""
    assert machine.power.pending is None


def test_the_log_has_windows_own_line_layout(machine: Machine) -> None:
    run_program(machine, COMMAND)
    lines = machine.files.read_text(rf"{LOGS}\setupact.log").split("\r\n")
    layout = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, (Info|Error) {6,7}(\[0x0f[0-9a-f]{4}\]| {10}) SYSPRP \S")
    assert all(layout.match(line) for line in lines[:-1])
    assert lines[1].endswith(", Info                  SYSPRP ===          Beginning of a new sysprep run          ===")
    assert any("[0x0f005f] SYSPRP ParseCommands:Found supported command line option 'GENERALIZE'" in x for x in lines)


def test_what_runs_next_starts_the_logs_anew(machine: Machine) -> None:
    machine.volumes.encrypt("C")
    run_program(machine, COMMAND)
    machine.volumes.decrypt("C")
    run_program(machine, COMMAND)
    assert errors(machine) == ""


def app_service_disabled(machine: Machine) -> None:
    machine.services.set_start_type("AppXSvc", StartType.DISABLED)


FAILURES = [
    (
        CAUSES["per-user-appx"],
        "Contoso.Editor_1.2.3.0_x64__8wekyb3d8bbwe was installed for a user, but not provisioned",
        False,
    ),
    (CAUSES["per-user-appx"], "0x80073cf2", False),
    (CAUSES["half-way"], r"\[0x0f0073\] .*invalid state.*dwRet = 31", True),
    (CAUSES["rearm-exhausted"], r"SLReArmWindows.*-1073425657", True),
    (CAUSES["rearm-exhausted"], "0xc004d307", True),
    (CAUSES["bitlocker"], r"BitLocker is on for the OS volume.*0x80310039", False),
    (CAUSES["servicing-active"], r"reserved storage is in use.*0x800F0975", False),
    (CAUSES["uninstall-path-missing"], r"RemoveUninstall.*0x80070003", True),
    (CAUSES["defender-for-endpoint"], r"DeleteValue.*senseGuid.*0x5", True),
    (CAUSES["dsc-cleanup"], r"DscCore.dll,SysPrep_Cleanup'.*0x2", True),
    (CAUSES["dsc-cleanup"], "0x80070002", True),
    (CAUSES["agent-provider"], "VMAgentDisabler.dll", True),
    (CAUSES["file-operations-pending"], "File operations pending", False),
    (CAUSES["restart-pending"], "updates that require a reboot", False),
    (app_service_disabled, r"AppxSysprep.dll; dwRet = 0x422", False),
]


@pytest.mark.parametrize(("cause", "signature", "breaks"), FAILURES)
def test_each_cause_leaves_its_signature_in_both_logs(
    machine: Machine, cause: Callable[[Machine], None], signature: str, breaks: bool
) -> None:
    cause(machine)
    assert run_program(machine, COMMAND) != 0
    assert re.search(signature, errors(machine))
    assert re.search(signature, machine.files.read_text(rf"{LOGS}\setupact.log"))
    assert machine.image_state == (BROKEN if breaks else "IMAGE_STATE_COMPLETE")
    assert not machine.files.exists(r"C:\Windows\System32\Sysprep\Sysprep_succeeded.tag")


@pytest.mark.parametrize(
    "cause",
    [CAUSES[each] for each in ("rearm-exhausted", "uninstall-path-missing", "defender-for-endpoint", "agent-provider")],
)
def test_what_broke_half_way_cannot_be_run_again(machine: Machine, cause: Callable[[Machine], None]) -> None:
    cause(machine)
    run_program(machine, COMMAND)
    assert machine.identity.generalization_state == 3
    machine.licensing.state.remaining_rearms = 5
    assert run_program(machine, COMMAND) == 31
    assert "invalid state" in errors(machine)


def test_a_cause_that_was_removed_lets_the_next_run_through(machine: Machine) -> None:
    CAUSES["per-user-appx"](machine)
    assert run_program(machine, COMMAND) == 0x3CF2
    machine.appx.remove("Contoso.Editor_1.2.3.0_x64__8wekyb3d8bbwe", administrator(machine).sid)
    assert run_program(machine, COMMAND) == 0


def test_an_app_that_every_user_will_get_is_no_hindrance(machine: Machine) -> None:
    package = AppxPackage(name="Contoso.Editor", version="1.2.3.0")
    machine.appx.install(package, administrator(machine).sid)
    machine.appx.provision(package)
    assert run_program(machine, COMMAND) == 0


def test_skip_rearm_goes_on_without_counting(machine: Machine) -> None:
    CAUSES["rearm-exhausted"](machine)
    platform = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform"
    machine.registry.set(platform, "SkipRearm", 1)
    assert run_program(machine, COMMAND) == 0
    assert machine.licensing.remaining_rearms == 0


def test_with_windows_update_disabled_it_stands_still_at_generalize_for_imaging(tmp_path: Path, cache: Path) -> None:
    # At this pace all but the twenty minutes of standing still passes in a moment.
    machine = provisioned(new_disk(tmp_path, cache))
    CAUSES["update-service"](machine)
    shut_down(machine)
    machine = open_machine(machine.disk, pace=0.002)
    boot(machine, None)
    process = start(machine, COMMAND)
    wait_until(lambda: "GeneralizeForImaging" in activity(machine))
    assert process.wait(0.3) is None
    last = activity(machine).strip().splitlines()[-1]
    assert last.endswith(r"Executing method 'GeneralizeForImaging' from C:\Windows\System32\wuaueng.dll")
    assert machine.image_state == BROKEN
    assert process.wait(10) == 0


def test_a_killed_run_leaves_the_machine_half_way(tmp_path: Path, cache: Path) -> None:
    machine = provisioned(new_disk(tmp_path, cache))
    shut_down(machine)
    machine = open_machine(machine.disk, pace=0.1)
    boot(machine, None)
    process = start(machine, COMMAND)
    wait_until(lambda: machine.identity.generalization_state == 3)
    process.kill()
    assert process.wait(1) not in {None, 0}
    assert machine.image_state == BROKEN
    assert run_program(machine, COMMAND) == 31
    assert "dwRet = 31" in errors(machine)


def test_in_a_scheduled_task_it_outlives_the_shell_that_started_the_task(tmp_path: Path, cache: Path) -> None:
    machine = provisioned(new_disk(tmp_path, cache))
    shut_down(machine)
    machine = open_machine(machine.disk, pace=0.02)
    boot(machine, None)
    machine.files.write_text(r"C:\Windows\System32\shell.exe", "a test's program")
    program, _, arguments = COMMAND.partition(" ")
    principal = TaskPrincipal(user=ADMINISTRATOR, logon_type="Password", run_level="Highest")
    action = TaskAction(execute=program, arguments=arguments)
    machine.tasks.register(Task(name="Seal", principal=principal, actions=[action]), PASSWORD)

    def shell(context: ProcessContext) -> int:
        machine.tasks.run("Seal")
        context.cancelled.wait(10)
        return 0

    machine.processes.programs.add("shell.exe", FunctionProgram(shell))
    process = start(machine, "shell")
    wait_until(lambda: machine.identity.generalization_state == 3)
    process.kill()
    wait_until(lambda: machine.tasks.task_state("Seal") == "Ready")
    assert (machine.image_state, machine.tasks.require("Seal").last_result) == (SUCCESS, 0)
    assert not machine.state.as_system


def test_as_system_it_goes_through_and_its_machines_end_at_a_black_screen(machine: Machine) -> None:
    assert run_program(machine, COMMAND, system_token()) == 0
    shut_down(machine)
    report = boot(open_machine(machine.disk), provisioning("copy"))
    assert (report.kind, report.ready) == ("stuck", False)
    assert "ran as SYSTEM" in (report.failure or "")


def test_it_takes_a_machine_out_of_its_domain(machine: Machine) -> None:
    machine.identity.join_domain("contoso.local")
    run_program(machine, COMMAND)
    assert machine.identity.domain is None


@pytest.mark.parametrize(
    "arguments", ["", "/generalize", "/oobe /audit", "/oobe /mode:vm", "/generalize /oobe /mode:pc", "/x"]
)
def test_a_command_line_that_is_none_of_its_own_changes_nothing(machine: Machine, arguments: str) -> None:
    assert run_program(machine, rf"C:\Windows\System32\Sysprep\sysprep.exe {arguments}") == 87
    assert "Unable to parse command-line arguments" in errors(machine)
    assert machine.image_state == "IMAGE_STATE_COMPLETE"


def test_who_is_no_administrator_may_not_run_it(machine: Machine) -> None:
    machine.users.create("guest1", "Some-Password-1")
    assert run_program(machine, COMMAND, machine.users.token("guest1", "interactive")) == 5
    assert machine.image_state == "IMAGE_STATE_COMPLETE"


@pytest.mark.parametrize(("option", "kind"), [("/shutdown", "shutdown"), ("/reboot", "restart")])
def test_shutdown_and_reboot_are_asked_of_whoever_runs_the_machine(machine: Machine, option: str, kind: str) -> None:
    asked: list[str] = []
    machine.power.when_due = lambda request: asked.append(request.kind)
    assert run_program(machine, COMMAND.replace("/quit", option)) == 0
    wait_until(lambda: asked == [kind])


def test_an_unattend_file_is_cached_where_the_next_boot_looks(machine: Machine) -> None:
    machine.files.write_text(r"C:\mine.xml", "<unattend/>")
    assert run_program(machine, rf"{COMMAND} /unattend:C:\mine.xml") == 0
    assert machine.files.read_text(r"C:\Windows\Panther\unattend.xml") == "<unattend/>"
    again = open_machine(machine.disk)
    assert boot(again, ProvisioningData(vm_id="x")).kind == "stuck"
