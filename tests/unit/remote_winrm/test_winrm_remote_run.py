"""Scripts over WinRM: what comes back, how they end, and what becomes of the shell they run in."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from localazure.windows.machine.wsman import WsMan
from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed
from mintage.remote.winrm import WinrmRemote
from tests.support.windows_guest import WindowsGuest
from tests.support.winrm_relay import Relay

STAY = "Start-Sleep -Seconds 60"


def _wait_until_gone(guest: WindowsGuest, pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if all(each.pid != pid for each in guest.machine.processes.all()):
            return True
        time.sleep(0.02)
    return False


def test_a_line_is_handed_over_while_the_script_still_runs(remote: WinrmRemote, guest: WindowsGuest) -> None:
    def on_line(line: str) -> None:
        if line == "first":
            guest.machine.files.write_text(r"C:\release", "")

    script = "'first'; while (-not (Test-Path C:\\release)) { Start-Sleep -Milliseconds 20 }; 'second'"
    result = remote.run(script, on_line=on_line, timeout=15)
    assert result.last_lines == ("first", "second")
    assert result.exit_code == 0


def test_errors_are_lines_too(remote: WinrmRemote) -> None:
    lines: list[str] = []
    script = "'out'; Start-Sleep -Milliseconds 300; Write-Error 'err'; Start-Sleep -Milliseconds 300; "
    remote.run(script + "[Console]::Out.Write('unended')", on_line=lines.append)
    assert lines[0] == "out"
    assert "err" in lines[1]
    assert "+ CategoryInfo          : NotSpecified: (:) [Write-Error], WriteErrorException" in [
        x.strip() for x in lines
    ]
    assert lines[-1] == "unended"
    assert not any("CLIXML" in line or "_x000D_" in line for line in lines)


def test_an_exit_code_that_is_not_valid_is_told_with_the_last_lines(remote: WinrmRemote) -> None:
    with pytest.raises(CommandFailed, match="exit code 7") as failure:
        remote.run("[Console]::Error.WriteLine('the reason'); exit 7")
    assert failure.value.seen == "the reason"
    assert remote.run("exit 7", exit_codes=(0, 7)).exit_code == 7


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("exit -1", 2**32 - 1),
        ("throw 'nobody catches this'", 1),
        ("Get-Item C:\\no-such-file; 'goes on'", 0),
        ("cmd.exe /c exit 3", 3),
        ("cmd.exe /c exit 3; cmd.exe /c exit 0", 0),
        ("$ErrorActionPreference = 'Stop'; Get-Item C:\\no-such-file; 'does not go on'", 1),
        ("this is { not powershell", 1),
    ],
)
def test_a_script_ends_as_windows_ends_it(remote: WinrmRemote, script: str, code: int) -> None:
    result = remote.run(script, exit_codes=range(2**32))
    assert result.exit_code == code
    assert "does not go on" not in result.last_lines


def test_output_is_returned_as_it_is(remote: WinrmRemote) -> None:
    script = "[Console]::Out.Write(\"a`rb`n`n\"); [Console]::Error.WriteLine('noise')"
    assert remote.output(script).replace("\r\n", "\n") == "a\rb\n\n"
    assert remote.output("'Grüße 🪟'") == "Grüße 🪟\r\n"
    assert len(remote.output("'x' * 1500000")) == 1_500_002


def test_neither_script_nor_environment_is_on_a_command_line(remote: WinrmRemote) -> None:
    value = "a 'quoted' $HOME `id`\nsecond line \\ ü"
    script = "$env:VALUE; Get-CimInstance Win32_Process | ForEach-Object { $_.CommandLine } # script-mark"
    seen = remote.output(script, environment={"VALUE": value}).replace("\r\n", "\n")
    assert seen.startswith(value + "\n")
    commands = [line for line in seen.removeprefix(value).splitlines() if "powershell.exe" in line]
    assert commands
    assert all("script-mark" not in line and "quoted" not in line for line in commands)
    assert max(map(len, commands)) < 8191


def test_a_script_may_be_longer_than_a_command_line_or_an_envelope(remote: WinrmRemote) -> None:
    filler = "# nothing to see here\n" * 50_000
    assert remote.output(filler + "'end'") == "end\r\n"


def test_a_script_reads_nothing(remote: WinrmRemote) -> None:
    assert remote.run("$null -eq [Console]::In.ReadLine(); 'done'", timeout=10).last_lines == ("True", "done")


def test_one_shell_is_held_across_scripts(remote: WinrmRemote, guest: WindowsGuest) -> None:
    for _ in range(3):
        remote.run("'x'")
    (shell,) = guest.shells
    assert shell.commands == {}
    assert shell.spec.codepage == 65001


def test_a_script_at_its_timeout_is_ended_with_its_children(remote: WinrmRemote, guest: WindowsGuest) -> None:
    pids: list[int] = []
    script = f"$PID; powershell.exe -NoProfile -Command '$PID; {STAY}'"
    # Two must have begun until then, also on a busy machine.
    with pytest.raises(DeadlinePassed, match="still ran after 3 s") as failure:
        remote.run(script, timeout=3, on_line=lambda line: pids.append(int(line)))
    assert failure.value.seen.splitlines() == [str(pid) for pid in pids]
    assert len(pids) == 2
    assert all(_wait_until_gone(guest, pid) for pid in pids)
    assert remote.run("'next'").last_lines == ("next",)


def test_a_script_ends_when_the_caller_gives_up(remote: WinrmRemote, guest: WindowsGuest) -> None:
    pids: list[int] = []

    def on_line(line: str) -> None:
        pids.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remote.run(f"$PID; {STAY}", on_line=on_line)
    assert _wait_until_gone(guest, pids[0])


def test_silence_longer_than_an_operation_is_no_end(remote: WinrmRemote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mintage.remote.winrm.execution.OPERATION_TIMEOUT", 1)
    assert remote.run("Start-Sleep -Milliseconds 2200; 'at last'", timeout=20).last_lines == ("at last",)


def test_a_shell_that_was_lost_between_two_scripts_is_replaced(remote: WinrmRemote, guest: WindowsGuest) -> None:
    (old,) = guest.shells
    guest.lose_shells()
    assert remote.run("'again'").last_lines == ("again",)
    (new,) = guest.shells
    assert new.id != old.id


def test_a_shell_that_is_lost_under_a_script_is_told(remote: WinrmRemote, guest: WindowsGuest) -> None:
    with pytest.raises(ConnectionFailed, match="no longer knows the shell") as failure:
        remote.run(f"'begun'; {STAY}", on_line=lambda _: guest.lose_shells())
    assert "2150858843" in failure.value.seen
    assert failure.value.transient
    assert remote.run("'again'").last_lines == ("again",)


def test_a_connection_that_is_cut_under_a_script_is_told_and_made_again(remote: WinrmRemote, relay: Relay) -> None:
    with pytest.raises(ConnectionFailed, match="connection to the guest broke"):
        remote.run(f"'begun'; {STAY}", on_line=lambda _: threading.Timer(0.3, relay.cut).start())
    assert remote.run("'again'").last_lines == ("again",)


def test_a_connection_that_is_cut_between_two_requests_is_not_missed(remote: WinrmRemote, relay: Relay) -> None:
    script = "'one'; Start-Sleep -Milliseconds 500; 'two'"
    assert remote.run(script, on_line=lambda _: relay.cut()).last_lines == ("one", "two")


def test_a_connection_that_breaks_while_keys_are_exchanged_is_no_wrong_certificate(
    remote: WinrmRemote, relay: Relay
) -> None:
    relay.cut()
    relay.cut_at = relay.passed + relay.passed_back + 1
    with pytest.raises(ConnectionFailed, match="connection to the guest broke") as failure:
        remote.run("'x'")
    assert failure.value.transient
    assert remote.run("'again'").last_lines == ("again",)


def test_a_server_that_is_gone_is_a_failed_connection(remote: WinrmRemote, relay: Relay) -> None:
    relay.close()
    with pytest.raises(ConnectionFailed, match="connection to the guest broke"):
        remote.run("'x'")


def test_a_service_that_was_restarted_has_lost_the_shell_and_no_more(remote: WinrmRemote, guest: WindowsGuest) -> None:
    guest.run_command("Restart-Service WinRM")
    assert remote.run("'again'").last_lines == ("again",)


def test_more_processes_than_a_shell_may_have_are_told(remote: WinrmRemote, guest: WindowsGuest) -> None:
    wsman = WsMan(guest.machine.registry)
    wsman.set(r"Shell\MaxProcessesPerShell", 1)
    try:
        remote._session.reconnect()
        with (
            remote._session.start(),
            pytest.raises(ConnectionFailed, match="no more commands") as failure,
            remote._session.start(),
        ):
            pytest.fail("two processes run in the shell")
    finally:
        wsman.set(r"Shell\MaxProcessesPerShell", 25)
    assert "2150859174" in failure.value.seen


def test_a_closed_connection_says_so(remote: WinrmRemote) -> None:
    remote.close()
    remote.close()
    with pytest.raises(ConnectionFailed, match="is closed"):
        remote.run("'x'")


def test_closing_ends_the_shell_and_takes_the_certificate_away(remote: WinrmRemote, guest: WindowsGuest) -> None:
    folder = Path(remote._session._login._folder.name)
    assert (folder / "server.pem").exists()
    remote.close()
    assert guest.shells == []
    assert not folder.exists()


def test_a_deadline_is_kept_while_a_guest_says_nothing(remote: WinrmRemote) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlinePassed) as failure:
        remote.run(STAY, timeout=1.2)
    assert time.monotonic() - started < 5
    assert failure.value.seen == "no output"


def test_shells_do_not_pile_up_however_often_it_connects_again(
    remote: WinrmRemote, guest: WindowsGuest, relay: Relay
) -> None:
    for _ in range(3):
        relay.cut()
        remote._session.reconnect()
    assert remote.run("'again'").last_lines == ("again",)
    assert len(guest.shells) == 1


def test_a_command_that_was_ended_with_its_machine_was_not_heard_to_its_end(remote: WinrmRemote) -> None:
    with pytest.raises(ConnectionFailed, match="on its way down"):
        remote.output(f"exit {0x40010004}")
    # What a script of the recipe ends with may mean something else.
    with pytest.raises(CommandFailed, match="exit code 1073807364"):
        remote.run(f"exit {0x40010004}")
    assert remote.run(f"exit {0x40010004}", exit_codes=(0x40010004,)).exit_code == 0x40010004
