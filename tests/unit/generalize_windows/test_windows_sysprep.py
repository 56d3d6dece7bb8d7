"""Sysprep on a modelled Windows: started as the administrator, followed whatever becomes of the way in, diagnosed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from localazure.windows.machine.machine import Machine
from mintage.credentials import Secret
from mintage.errors import ConnectionFailed
from mintage.generalize.windows.diagnosis import KNOWN
from mintage.generalize.windows.sysprep import GENERALIZED, Sysprep, SysprepFailed
from mintage.remote.winrm import WinrmRemote
from tests.support.until import until
from tests.support.windows_causes import CAUSES, NOTES, put_on
from tests.support.windows_guest import PASSWORD, WayIn, WindowsGuest
from tests.support.winrm_relay import Relay

SECONDS = 20.0
ON_ITS_WAY = 0.2
"""Of Windows' pace: Sysprep takes six seconds, in which also a test that others keep waiting sees it run."""
EXTERNAL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\SysPrepExternal"


class Run:
    """One run of Sysprep as a build begins and follows it."""

    def __init__(self, guest: WindowsGuest, stack: ExitStack) -> None:
        self.guest, self.way_in, self.log = guest, WayIn(guest), list[str]()
        self.relay = Relay(guest.port)
        stack.callback(self.relay.close)
        self.address = self.way_in.address().model_copy(update={"port": self.relay.port})
        self.by_azure = 0
        self.sysprep = Sysprep(self._connect, self._by_azure, self.log.append, pause=0.02)

    def start(self) -> None:
        with self.way_in.log_in(self.address) as remote:
            self.sysprep.start(remote, Secret(PASSWORD), 61)

    def fails(self, seconds: float = SECONDS) -> SysprepFailed:
        self.start()
        with pytest.raises(SysprepFailed) as failed:
            self.sysprep.follow(seconds)
        return failed.value

    def _connect(self) -> WinrmRemote:
        if self.relay.closed:
            raise ConnectionFailed("nobody is let in")
        return self.way_in.log_in(self.address)

    def _by_azure(self, text: str) -> str:
        self.by_azure += 1
        return self.way_in.by_azure(text)


@pytest.fixture
def run(guest: WindowsGuest) -> Iterator[Run]:
    with ExitStack() as stack:
        yield Run(guest, stack)


def test_it_runs_as_the_administrator_until_the_image_is_sealed(run: Run) -> None:
    run.guest.take_time(ON_ITS_WAY)
    run.start()
    (process,) = run.guest.machine.processes.find("sysprep.exe")
    assert process.command_line.endswith("/generalize /oobe /mode:vm /quiet /quit")
    run.sysprep.follow(SECONDS)
    assert run.guest.machine.image_state == GENERALIZED
    assert not run.guest.machine.state.as_system, "machines made from it would end at a black screen"
    assert run.by_azure == 0
    assert run.log[0] == "sysprep: started"
    assert any(line.startswith("sysprep: IMAGE_STATE_UNDEPLOYABLE: ") for line in run.log)
    assert len(run.log) == len(set(run.log)), "what stays is said once"


def test_it_goes_on_when_the_connection_drops_and_azure_is_asked_once_the_way_in_is_gone(run: Run) -> None:
    run.guest.take_time(ON_ITS_WAY)
    run.start()
    run.relay.cut()
    run.relay.close()
    run.sysprep.follow(SECONDS)
    assert run.guest.machine.image_state == GENERALIZED
    assert run.by_azure > 1


def test_what_runs_or_has_ended_well_is_not_started_again(run: Run) -> None:
    run.guest.take_time(ON_ITS_WAY)
    run.start()
    run.start()
    run.sysprep.follow(SECONDS)
    run.start()
    found = [line for line in run.log if line.count(" ") == 1]
    assert found == ["sysprep: started", "sysprep: running", "sysprep: generalized"]
    assert run.guest.machine.licensing.remaining_rearms == 1000


def test_what_failed_before_is_not_started_again(run: Run) -> None:
    put_on(run.guest.machine, None, CAUSES["rearm-count"].how)
    run.fails()
    run.start()
    assert run.log[-1] == "sysprep: failed before"


def _value(phase: str, data: str) -> Callable[[Machine], object]:
    return lambda machine: machine.registry.set(rf"{EXTERNAL}\{phase}", "{0}", data)


def _delete(path: str) -> Callable[[Machine], object]:
    return lambda machine: machine.files.delete(path, recurse=True)


ROWS: dict[str, tuple[str, Callable[[Machine], object] | str, str]] = {
    "per-user-appx": ("per-user-appx", CAUSES["appx"].how, "0x80073cf2"),
    "rearm-exhausted": ("rearm-exhausted", CAUSES["rearm-count"].how, "-1073425657"),
    "bitlocker": ("bitlocker", lambda machine: machine.volumes.encrypt("C"), "0x80310039"),
    "waiting for activation": ("bitlocker", lambda m: m.volumes.encrypt("C", protected=False), "BitLocker is on"),
    "servicing-active": ("servicing-active", lambda machine: machine.servicing.work(1e6), "0x800F0975"),
    "an update that wants a restart": (
        "restart-pending",
        lambda machine: machine.servicing.require_reboot(by_update=True),
        "require a reboot",
    ),
    "a file that is renamed at boot": (
        "restart-pending",
        lambda machine: machine.servicing.rename_at_boot(r"C:\a"),
        "File operations pending",
    ),
    "defender-for-endpoint": ("defender-for-endpoint", CAUSES["defender-onboarded"].how, "senseGuid"),
    "dsc-cleanup": (
        "dsc-cleanup",
        _value("Cleanup", r"C:\Windows\System32\gone\DscCore.dll,SysPrep_Cleanup"),
        "SysPrep_Cleanup",
    ),
    "agent-provider": ("agent-provider", _value("Generalize", r"C:\gone\VMAgentDisabler.dll,Clean"), "VMAgentDisabler"),
    "uninstall-path-missing": ("uninstall-path-missing", _delete(r"C:\Windows\System32\Recovery"), "0x80070003"),
    "half-way": ("half-way", lambda machine: machine.identity.set_generalization_state(3), "dwRet = 31"),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_failure_is_read_from_its_logs(run: Run, row: str) -> None:
    name, how, signature = ROWS[row]
    # At this pace Sysprep's half a minute is half a second, and servicing goes on for a quarter of an hour.
    run.guest.take_time(0.001)
    with run.way_in.log_in(run.address) as remote:
        put_on(run.guest.machine, remote, how)
    failed = run.fails()
    assert failed.diagnosis.known.name == name
    assert signature in failed.errors
    assert failed.diagnosis.known.remedy
    assert "Beginning of a new sysprep run" in failed.actions
    assert failed.seen.startswith("it ended with ImageState IMAGE_STATE_")
    if name == "per-user-appx":
        assert failed.diagnosis.details == (NOTES.full_name,)


def test_a_stall_ends_at_the_deadline_with_its_diagnosis(run: Run) -> None:
    run.guest.run_command("Set-Service wuauserv -StartupType Disabled")
    run.guest.take_time(0.02)
    failed = run.fails(seconds=4)
    assert failed.diagnosis.known.name == "update-service"
    assert failed.seen.startswith("still at work after 4 s: IMAGE_STATE_UNDEPLOYABLE")
    assert failed.actions.splitlines()[-1].endswith(r"'GeneralizeForImaging' from C:\Windows\System32\wuaueng.dll")
    assert failed.errors == ""


def test_every_cause_that_a_log_shows_is_proved_here() -> None:
    # What the agent's absence writes is in no log of Sysprep's: preflight asks for it.
    proved = {name for name, _, _ in ROWS.values()} | {"update-service", "agent-missing"}
    assert proved == {known.name for known in KNOWN}


def test_the_logs_of_a_machine_that_lets_nobody_in_come_through_azure(run: Run) -> None:
    put_on(run.guest.machine, None, CAUSES["rearm-count"].how)
    run.start()
    run.relay.close()
    with pytest.raises(SysprepFailed) as failed:
        run.sysprep.follow(SECONDS)
    assert failed.value.diagnosis.known.name == "rearm-exhausted"
    assert len((failed.value.errors + failed.value.actions).encode()) < 4096


def test_long_logs_come_through_azure_as_far_as_it_brings_them(run: Run) -> None:
    put_on(run.guest.machine, None, CAUSES["rearm-count"].how)
    run.start()
    until(lambda: not run.sysprep.status().running)
    run.relay.close()
    lines = "`n".join(f"2026-11-27 10:00:00, Error SYSPRP {number} {'x' * 200} \\ <" for number in range(15))
    run.guest.run_command(f'Add-Content "$env:SystemRoot\\System32\\Sysprep\\Panther\\setuperr.log" "{lines}"')
    with pytest.raises(SysprepFailed) as failed:
        run.sysprep.follow(SECONDS)
    assert "SYSPRP 14" in failed.value.errors


def test_one_that_never_began_to_work_has_failed_after_a_minute(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mintage.generalize.windows.sysprep._START_GRACE", 0.5)
    began = time.monotonic()
    with pytest.raises(SysprepFailed, match="unknown") as failed:
        run.sysprep.follow(SECONDS)
    assert failed.value.seen == "it ended with ImageState IMAGE_STATE_COMPLETE"
    assert time.monotonic() - began > 0.5


def test_the_password_is_in_no_script_no_log_and_no_file_but_the_task_scheduler_s_own(run: Run, tmp_path: Path) -> None:
    run.start()
    run.sysprep.follow(SECONDS)
    assert not any(PASSWORD in line for line in run.log)
    run.guest.machine.save()
    assert _files_with(PASSWORD, run.guest.disk) == ["machine.json"], "which holds what Windows keeps as LSA secrets"
    run.guest.run_command("Unregister-ScheduledTask 'Mintage Sysprep' -Confirm:$false")
    run.guest.machine.save()
    assert _files_with(PASSWORD, run.guest.disk) == []


def _files_with(secret: str, folder: Path) -> list[str]:
    spelled = [secret.encode(), secret.encode("utf-16-le")]
    files = [each for each in folder.rglob("*") if each.is_file()]
    return [each.name for each in files if any(one in each.read_bytes() for one in spelled)]
