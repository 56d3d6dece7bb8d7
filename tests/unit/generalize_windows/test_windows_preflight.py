"""What Sysprep needs is asked of a modelled Windows, waited for, put right where the recipe allows it, and demanded."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping

import pytest

from mintage.artifacts import Check
from mintage.errors import DeadlinePassed, GeneralizeError
from mintage.generalize.windows.preflight import make_ready, preflight
from mintage.generalize.windows.questions import QUESTIONS, checks_of
from mintage.powershell.servicing import restart, wait_until_idle
from mintage.remote.winrm import WinrmRemote
from tests.support.fake_time import FakeTime
from tests.support.windows_causes import CAUSES, NOTES, put_on
from tests.support.windows_guest import PATIENCE, WayIn, WindowsGuest

OF_EVERY_NEW_MACHINE = {
    "unattend": r"C:\Windows\Panther\unattend.xml",
    "panther": r"C:\Windows\Panther is from this machine's own setup",
}


def _wrong(checks: tuple[Check, ...]) -> dict[str, str]:
    return {check.name: check.seen for check in checks if not check.passed}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Check]]:
    """A machine with all that is ever in the way, asked once."""
    guest = WindowsGuest(tmp_path_factory.mktemp("guest"))
    with WayIn(guest).log_in() as remote:
        for cause in CAUSES.values():
            put_on(guest.machine, remote, cause.how)
        yield {check.name: check for check in preflight(remote)}
    guest.close()


@pytest.mark.parametrize("name", CAUSES)
def test_a_cause_is_named_with_what_was_seen_and_a_remedy(asked: Mapping[str, Check], name: str) -> None:
    check = asked[name]
    assert (check.passed, check.seen) == (False, CAUSES[name].seen)
    assert check.remedy


def test_every_precondition_is_proved_here(asked: Mapping[str, Check]) -> None:
    assert list(asked) == [question.name for question in QUESTIONS]
    assert set(CAUSES) | set(OF_EVERY_NEW_MACHINE) == set(asked)


def test_a_new_machine_has_nothing_but_setup_s_files_in_the_way(remote: WinrmRemote) -> None:
    assert _wrong(preflight(remote)) == OF_EVERY_NEW_MACHINE


def test_what_could_not_be_asked_has_not_passed(remote: WinrmRemote) -> None:
    remote.run(r"Set-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' CurrentBuildNumber none")
    seen = _wrong(preflight(remote))
    assert seen["in-place-upgrade"].startswith('could not be asked: Cannot convert value "none" to type')
    assert len(seen) == 3, "the others were asked"


def test_what_was_not_answered_has_not_passed() -> None:
    assert not any(check.passed for check in checks_of(QUESTIONS, {}))


@pytest.mark.usefixtures("at_once")
def test_what_the_recipe_allows_is_put_right_and_looked_at_again(remote: WinrmRemote, guest: WindowsGuest) -> None:
    for name in ("cdrom", "update-service", "appx", "bitlocker"):
        put_on(guest.machine, remote, CAUSES[name].how)
    guest.machine.servicing.require_reboot(by_update=True)
    guest.machine.servicing.rename_at_boot(r"C:\Windows\Temp\old.dll")
    log: list[str] = []
    allowed = ("unattend", "panther", "cdrom", "pending-reboot", "update-service", "appx", "bitlocker")
    checks = make_ready(remote, allowed, log.append, time.monotonic() + PATIENCE)
    assert _wrong(checks) == {}
    assert guest.boots == 2
    assert sorted(log[:5]) == [
        r"preflight: removed C:\Windows\Panther",
        r"preflight: removed C:\Windows\Panther\unattend.xml",
        f"preflight: removed the AppX package {NOTES.full_name}",
        "preflight: the service cdrom starts with the system",
        "preflight: wuauserv may be started",
    ]
    assert log[-1].startswith("preflight: restarting because of component servicing: RebootPending")
    assert guest.machine.volumes.status("C") == "FullyDecrypted"
    prevented = guest.machine.registry.number(
        r"HKLM\SYSTEM\CurrentControlSet\Control\BitLocker", "PreventDeviceEncryption"
    )
    assert prevented == 1


@pytest.mark.usefixtures("at_once")
def test_volumes_that_take_their_time_are_waited_for(remote: WinrmRemote, guest: WindowsGuest) -> None:
    put_on(guest.machine, remote, CAUSES["bitlocker"].how)
    guest.take_time(0.01)
    log: list[str] = []
    make_ready(remote, (*OF_EVERY_NEW_MACHINE, "bitlocker", "pending-reboot"), log.append, time.monotonic() + PATIENCE)
    assert "preflight: decrypting, C: 50 %" in log


@pytest.mark.usefixtures("at_once")
def test_what_it_does_not_allow_stops_it_and_is_left_alone(remote: WinrmRemote, guest: WindowsGuest) -> None:
    for name in ("workgroup", "appx", "cdrom"):
        put_on(guest.machine, remote, CAUSES[name].how)
    with pytest.raises(GeneralizeError, match="Sysprep was not started") as refused:
        make_ready(remote, ("unattend", "panther"), print, time.monotonic() + PATIENCE)
    assert refused.value.seen.splitlines() == [
        f"appx: {NOTES.full_name}",
        "workgroup: member of the domain example.org",
        "cdrom: the service cdrom starts by 4",
    ]
    assert "generalize.fix appx" in refused.value.remedy
    assert "Leave the domain" in refused.value.remedy
    assert [each.full_name for each in guest.machine.appx.not_provisioned()] == [NOTES.full_name]


@pytest.mark.usefixtures("at_once")
def test_what_comes_back_is_told(remote: WinrmRemote, guest: WindowsGuest) -> None:
    guest.run_command(
        r"New-ItemProperty HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce DVDRebootSignal -Value x"
    )
    guest.run_command(
        r"Register-ScheduledTask -TaskName again -User SYSTEM -Trigger (New-ScheduledTaskTrigger -AtStartup) -Action "
        r"(New-ScheduledTaskAction -Execute powershell.exe -Argument '-Command New-ItemProperty "
        r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce DVDRebootSignal -Value x')"
    )
    allowed = ("unattend", "panther", "pending-reboot")
    with pytest.raises(GeneralizeError, match="not ready") as refused:
        make_ready(remote, allowed, print, time.monotonic() + PATIENCE)
    assert refused.value.seen == "pending-reboot: RunOnce: DVDRebootSignal"
    assert guest.boots == 2


@pytest.mark.usefixtures("at_once")
def test_an_agent_that_comes_later_is_waited_for(remote: WinrmRemote, guest: WindowsGuest) -> None:
    remote.run("Stop-Service RdAgent")
    threading.Timer(1.0, lambda: guest.machine.services.start("RdAgent")).start()
    checks = make_ready(remote, OF_EVERY_NEW_MACHINE, print, time.monotonic() + PATIENCE)
    assert _wrong(checks) == {}


@pytest.mark.usefixtures("at_once")
def test_an_agent_that_comes_later_is_waited_for_after_a_restart_too(
    remote: WinrmRemote, guest: WindowsGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_late_agent(remote: WinrmRemote, deadline: float) -> None:
        restart(remote, deadline)
        remote.run("Stop-Service RdAgent")
        threading.Timer(1.0, lambda: guest.machine.services.start("RdAgent")).start()

    guest.machine.servicing.require_reboot(by_update=True)
    monkeypatch.setattr("mintage.generalize.windows.preflight.restart", with_a_late_agent)
    allowed = (*OF_EVERY_NEW_MACHINE, "pending-reboot")
    assert _wrong(make_ready(remote, allowed, print, time.monotonic() + PATIENCE)) == {}


@pytest.mark.usefixtures("at_once")
def test_an_agent_that_does_not_come_is_told_at_the_deadline(remote: WinrmRemote, guest: WindowsGuest) -> None:
    guest.machine.services.delete("WindowsAzureGuestAgent")
    with pytest.raises(DeadlinePassed, match="did not come to rest in time") as late:
        make_ready(remote, OF_EVERY_NEW_MACHINE, print, time.monotonic() + 1)
    assert late.value.seen == "agent: WindowsAzureGuestAgent is not installed"


def test_servicing_has_ended_only_once_it_stays_away(remote: WinrmRemote, guest: WindowsGuest) -> None:
    fake, ended = FakeTime(), 0.0
    guest.take_time()
    guest.machine.servicing.work(3600)

    def sleep(seconds: float) -> None:
        nonlocal ended
        fake.sleep(seconds)
        at = fake.passed
        if at in {10, 25}:
            guest.machine.servicing.stop()
            ended = at
        elif at == 15:
            guest.machine.servicing.work(3600)

    wait_until_idle(remote, fake.now + 600, clock=fake.clock, sleep=sleep)
    assert fake.passed == 25 + 15


def test_servicing_that_does_not_end_is_told(remote: WinrmRemote, guest: WindowsGuest) -> None:
    fake = FakeTime()
    guest.take_time()
    guest.machine.servicing.work(3600)
    with pytest.raises(DeadlinePassed, match="did not stop servicing itself") as late:
        wait_until_idle(remote, fake.now + 20, clock=fake.clock, sleep=fake.sleep)
    assert late.value.seen == "TiWorker runs"
