"""Scripts in scheduled tasks: who they run as, what becomes of them when the connection breaks, what they leave."""

from __future__ import annotations

import threading
import time

import pytest

from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed
from mintage.remote.winrm import WinrmRemote
from tests.support.windows_guest import PASSWORD, WayIn, WindowsGuest
from tests.support.winrm_relay import Relay

WHO = "whoami; [Security.Principal.WindowsIdentity]::GetCurrent().Groups.Value -contains 'S-1-5-3'"
"""S-1-5-3 is BATCH: how the task scheduler logs on."""


def _traces(guest: WindowsGuest) -> list[str]:
    """What elevated runs have left in the guest."""
    machine = guest.machine
    tasks = [each.name for each in machine.tasks.all() if each.name.startswith("mintage-")]
    return tasks + [each.name for each in machine.files.list(r"C:\Windows\Temp") if each.name.startswith("mintage-")]


@pytest.mark.parametrize(
    ("run_as", "name"), [("administrator", r"vm-under-test\mintage"), ("system", "nt authority\\system")]
)
def test_it_runs_as_whom_it_is_told_to_and_leaves_nothing(
    remote: WinrmRemote, guest: WindowsGuest, run_as: str, name: str
) -> None:
    result = remote.run_elevated(WHO, run_as=run_as)  # type: ignore[arg-type]
    assert result.last_lines[0] == name
    assert result.exit_code == 0
    assert _traces(guest) == []


def test_a_remote_session_is_no_batch_logon(remote: WinrmRemote) -> None:
    assert remote.run(WHO).last_lines == (r"vm-under-test\mintage", "False")
    assert remote.run_elevated(WHO).last_lines == (r"vm-under-test\mintage", "True")


def test_environment_exit_codes_and_errors_are_those_of_any_script(remote: WinrmRemote) -> None:
    value = "a 'quoted' $HOME\nü"
    result = remote.run_elevated("$env:VALUE; exit -3", environment={"VALUE": value}, exit_codes=(2**32 - 3,))
    assert "\n".join(result.last_lines) == value
    with pytest.raises(CommandFailed, match="exit code 1") as failure:
        remote.run_elevated("throw 'nobody catches this'")
    assert "nobody catches this" in failure.value.seen


def test_a_long_script_runs_and_a_line_is_handed_over_while_it_does(remote: WinrmRemote, guest: WindowsGuest) -> None:
    def on_line(line: str) -> None:
        if line == "first":
            guest.machine.files.write_text(r"C:\release-task", "")

    script = "# nothing to see\n" * 20_000 + (
        "'first'; while (-not (Test-Path C:\\release-task)) { Start-Sleep -Milliseconds 20 }; 'second'"
    )
    result = remote.run_elevated(script, on_line=on_line, timeout=15)
    assert result.last_lines == ("first", "second")


def test_its_script_environment_and_password_are_on_no_command_line_and_in_no_file(
    remote: WinrmRemote, guest: WindowsGuest
) -> None:
    seen: list[str] = []

    def look(_: str) -> None:
        processes = " ".join(each.command_line for each in guest.machine.processes.all())
        files = guest.machine.files
        texts = [
            files.read_bytes(each.path).decode(errors="replace")
            for each in files.walk(r"C:\Windows\Temp")
            if not each.is_folder
        ]
        seen.extend([processes, *texts])

    remote.run_elevated(
        "'begun'; Start-Sleep -Milliseconds 200 # script-mark", environment={"X": "env-mark"}, on_line=look
    )
    assert len(seen) > 2
    for secret in ("script-mark", "env-mark", PASSWORD):
        assert not any(secret in text for text in seen)


def test_a_task_goes_on_when_the_connection_is_cut(
    remote: WinrmRemote, guest: WindowsGuest, relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    script = '1..5 | ForEach-Object { "line $_"; Start-Sleep -Milliseconds 300 }'
    cut: list[str] = []

    def on_line(line: str) -> None:
        if line == "line 2" and not cut:
            cut.append(line)
            threading.Timer(0.1, relay.cut).start()

    result = remote.run_elevated(script, on_line=on_line)
    assert cut
    assert "; connecting again" in caplog.text
    assert result.last_lines == tuple(f"line {n}" for n in range(1, 6))
    assert _traces(guest) == []


def test_the_same_call_of_another_process_finds_what_an_earlier_one_began(
    remote: WinrmRemote, guest: WindowsGuest, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mintage.remote.winrm.elevated._RECONNECT", 1.0)
    script = "'begun'; while (-not (Test-Path C:\\go-on)) { Start-Sleep -Milliseconds 20 }; \"process $PID\""
    with pytest.raises(ConnectionFailed, match="connection to the guest broke"):
        remote.run_elevated(script, on_line=lambda _: relay.close())
    (pid,) = _workers(guest)
    guest.machine.files.write_text(r"C:\go-on", "")
    with WayIn(guest).log_in() as other:
        result = other.run_elevated(script)
    assert result.last_lines == ("begun", f"process {pid}")
    assert _traces(guest) == []


def _workers(guest: WindowsGuest) -> list[int]:
    """The processes of tasks that run."""
    return [
        each.pid
        for each in guest.machine.processes.all()
        if each.name == "powershell.exe" and "worker.ps1" in each.command_line
    ]


def test_a_task_at_its_timeout_is_ended_and_taken_away(remote: WinrmRemote, guest: WindowsGuest) -> None:
    with pytest.raises(DeadlinePassed, match="still ran after 2 s") as failure:
        remote.run_elevated("'begun'; Start-Sleep -Seconds 60", timeout=2)
    assert failure.value.seen == "begun"
    assert _traces(guest) == []
    deadline = time.monotonic() + 5
    while _workers(guest):
        assert time.monotonic() < deadline


def test_a_task_that_something_removes_is_told(remote: WinrmRemote, guest: WindowsGuest) -> None:
    def remove(_: str) -> None:
        guest.run_command("Get-ScheduledTask mintage-* | Unregister-ScheduledTask -Confirm:$false")

    with pytest.raises(ConnectionFailed, match="gone before it ended"):
        remote.run_elevated("'begun'; Start-Sleep -Seconds 60", on_line=remove, timeout=20)


def test_a_run_with_a_name_is_found_again_when_it_has_ended_and_is_no_other(remote: WinrmRemote) -> None:
    script = r"Add-Content C:\runs.txt ran; 'done'"
    for run_name in ("step 1", "step 1", "another step 1"):
        assert remote.run_elevated(script, run_name=run_name).last_lines == ("done",)
    assert remote.output(r"(Get-Content C:\runs.txt).Count").strip() == "2"
    remote.run(r"Remove-Item C:\runs.txt; Get-ScheduledTask mintage-* | Unregister-ScheduledTask -Confirm:$false")
