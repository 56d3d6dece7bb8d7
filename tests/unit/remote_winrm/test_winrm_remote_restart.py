"""A guest that restarts, one that lost a shell and one that is gone: told apart, and waited for."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from mintage.errors import ConnectionFailed, DeadlinePassed
from mintage.remote.winrm import WinrmRemote
from mintage.remote.winrm.faults import ShellLost
from tests.support.windows_guest import PATIENCE, WayIn, WindowsGuest

RESTART = "Restart-Computer -Force"


@pytest.fixture
def way_in(fresh: WindowsGuest) -> WayIn:
    return WayIn(fresh)


@pytest.fixture
def remote(way_in: WayIn) -> Iterator[WinrmRemote]:
    with way_in.log_in() as remote:
        yield remote


def _soon() -> float:
    return time.monotonic() + PATIENCE


def test_a_restart_is_seen_by_another_boot_id(remote: WinrmRemote, fresh: WindowsGuest) -> None:
    before = remote.boot_id()
    assert remote.boot_id() == before
    with pytest.raises(ConnectionFailed):
        remote.run(f"{RESTART}; while ($true) {{ Start-Sleep -Seconds 1 }}")
    remote.wait_for_reboot(before, _soon())
    assert remote.boot_id() != before
    assert fresh.boots == 2
    assert remote.run("'again'").last_lines == ("again",)


def test_a_guest_that_does_not_restart_is_told(remote: WinrmRemote, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeadlinePassed, match="did not reboot in time") as failure:
        remote.wait_for_reboot(remote.boot_id(), time.monotonic() + 1.5)
    assert "its boot id is still" in failure.value.seen
    assert "boot diagnostics" in failure.value.remedy


def test_a_restart_between_two_scripts_costs_the_shell_and_no_more(remote: WinrmRemote, fresh: WindowsGuest) -> None:
    fresh.restart()
    assert remote.run("'again'").last_lines == ("again",)


def test_a_service_that_is_restarted_under_a_script_has_lost_its_shell_or_connection(
    remote: WinrmRemote, fresh: WindowsGuest
) -> None:
    before = remote.boot_id()

    def restart_service(_: str) -> None:
        fresh.run_command("Restart-Service WinRM")

    with pytest.raises(ConnectionFailed) as failure:
        remote.run("'begun'; while ($true) { Start-Sleep -Seconds 1 }", on_line=restart_service)
    assert isinstance(failure.value, ShellLost) or "connection to the guest broke" in failure.value.what
    assert remote.boot_id() == before


def test_a_machine_that_is_off_is_waited_for_until_the_deadline(remote: WinrmRemote, fresh: WindowsGuest) -> None:
    before = remote.boot_id()
    fresh.power_off()
    with pytest.raises(ConnectionFailed, match="connection to the guest broke"):
        remote.run("'x'")
    with pytest.raises(DeadlinePassed, match="did not reboot in time") as failure:
        remote.wait_for_reboot(before, time.monotonic() + 1.5)
    assert "closed it" in failure.value.seen or "no connection" in failure.value.seen


def test_a_task_that_the_restart_ended_is_begun_anew_by_the_same_call(remote: WinrmRemote, fresh: WindowsGuest) -> None:
    # No restart of a real Windows takes less than a second, to which the time of a task's run is kept.
    fresh.take_time(0.2)
    script = (
        "if (Test-Path C:\\second) { 'second time'; exit 0 }\n"
        f"New-Item C:\\second -ItemType File | Out-Null; 'first time'; Start-Sleep 6; {RESTART}; Start-Sleep 600"
    )
    with pytest.raises(ConnectionFailed):
        remote.run_elevated(script)
    assert fresh.boots == 2
    assert remote.run_elevated(script).last_lines == ("second time",)
    tasks = [each.name for each in fresh.machine.tasks.all() if each.name.startswith("mintage-")]
    assert tasks == []
