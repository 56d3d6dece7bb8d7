"""Commands over WinRM: what comes back, how they end, and what becomes of the shell. The guest's shell is /bin/sh."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed
from mintage.remote.winrm import WinrmRemote
from tests.support.winrm_relay import Relay
from tests.support.winrm_site import Site


def _wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_line_is_handed_over_while_the_script_still_runs(remote: WinrmRemote, tmp_path: Path) -> None:
    release = tmp_path / "release"

    def on_line(line: str) -> None:
        if line == "first":
            release.touch()

    result = remote.run(
        f"echo first; until [ -e {release} ]; do sleep 0.05; done; echo second", on_line=on_line, timeout=15
    )
    assert result.last_lines == ("first", "second")
    assert result.exit_code == 0


def test_errors_are_lines_too(remote: WinrmRemote) -> None:
    lines: list[str] = []
    remote.run("echo out; sleep 0.3; echo err >&2; sleep 0.3; printf unended", on_line=lines.append)
    assert lines == ["out", "err", "unended"]


def test_an_exit_code_that_is_not_valid_is_told_with_the_last_lines(remote: WinrmRemote) -> None:
    with pytest.raises(CommandFailed, match="exit code 7") as failure:
        remote.run("echo the reason >&2; exit 7")
    assert failure.value.seen == "the reason"
    assert remote.run("exit 7", exit_codes=(0, 7)).exit_code == 7


def test_output_is_returned_as_it_is(remote: WinrmRemote) -> None:
    assert remote.output("printf 'a\\rb\\n\\n'; echo noise >&2") == "a\rb\n\n"
    assert remote.output("printf 'Grüße 🪟'") == "Grüße 🪟"
    assert len(remote.output("head -c 1500000 /dev/zero | tr '\\0' x")) == 1_500_000


def test_neither_script_nor_environment_is_on_a_command_line(remote: WinrmRemote, site: Site) -> None:
    value = "a 'quoted' $HOME `id`\nsecond line \\ ü"
    assert remote.output('printf %s "$VALUE" # script-mark', environment={"VALUE": value}) == value
    commands = [line for _, line in site.host.lines]
    assert all("script-mark" not in line and "quoted" not in line for line in commands)
    assert len(set(commands)) == 1
    assert max(map(len, commands)) < 8191


def test_a_script_may_be_longer_than_a_command_line_or_an_envelope(remote: WinrmRemote) -> None:
    filler = "# nothing to see here\n" * 50_000
    assert remote.output(filler + "echo end") == "end\n"


def test_a_script_reads_nothing(remote: WinrmRemote) -> None:
    assert remote.run("cat; echo done", timeout=10).last_lines == ("done",)


def test_one_shell_is_held_across_commands(remote: WinrmRemote, site: Site) -> None:
    for _ in range(3):
        remote.run("true")
    (shell,) = site.server._shells.of("builder")
    assert shell.commands == {}
    assert site.host.codepages == [65001, 65001, 65001]


def test_a_script_at_its_timeout_is_ended_with_its_children(remote: WinrmRemote) -> None:
    pids: list[int] = []
    script = "sleep 60 & echo $!; echo $$; wait"
    with pytest.raises(DeadlinePassed, match="still ran after 1 s") as failure:
        remote.run(script, timeout=1, on_line=lambda line: pids.append(int(line)))
    assert failure.value.seen.splitlines() == [str(pid) for pid in pids]
    assert len(pids) == 2
    assert all(_wait_until_gone(pid) for pid in pids)
    assert remote.run("echo next").last_lines == ("next",)


def test_a_script_ends_when_the_caller_gives_up(remote: WinrmRemote) -> None:
    pids: list[int] = []

    def on_line(line: str) -> None:
        pids.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remote.run("echo $$; sleep 60", on_line=on_line)
    assert _wait_until_gone(pids[0])


def test_silence_longer_than_an_operation_is_no_end(remote: WinrmRemote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mintage.remote.winrm.execution.OPERATION_TIMEOUT", 1)
    assert remote.run("sleep 2.5; echo at last", timeout=20).last_lines == ("at last",)


def test_a_shell_that_was_lost_between_two_commands_is_replaced(remote: WinrmRemote, site: Site) -> None:
    remote.run("true")
    (old,) = site.server._shells.of("builder")
    site.server._shells.close(old.id, "builder")
    assert remote.run("echo again").last_lines == ("again",)
    (new,) = site.server._shells.of("builder")
    assert new.id != old.id


def test_a_shell_that_is_lost_under_a_command_is_told(remote: WinrmRemote, site: Site) -> None:
    def lose(line: str) -> None:
        (shell,) = site.server._shells.of("builder")
        site.server._shells.close(shell.id, "builder")

    with pytest.raises(ConnectionFailed, match="no longer knows the shell") as failure:
        remote.run("echo begun; sleep 60", on_line=lose)
    assert "2150858843" in failure.value.seen
    assert failure.value.transient
    assert remote.run("echo again").last_lines == ("again",)


def test_a_connection_that_is_cut_under_a_command_is_told_and_made_again(remote: WinrmRemote, relay: Relay) -> None:
    with pytest.raises(ConnectionFailed, match="connection to the guest broke"):
        remote.run("echo begun; sleep 60", on_line=lambda _: threading.Timer(0.3, relay.cut).start())
    assert remote.run("echo again").last_lines == ("again",)


def test_a_connection_that_is_cut_between_two_requests_is_not_missed(remote: WinrmRemote, relay: Relay) -> None:
    assert remote.run("echo one; sleep 0.5; echo two", on_line=lambda _: relay.cut()).last_lines == ("one", "two")


def test_a_server_that_is_gone_is_a_failed_connection(remote: WinrmRemote, site: Site, relay: Relay) -> None:
    remote.run("true")
    relay.close()
    site.server.close()
    with pytest.raises(ConnectionFailed):
        remote.run("true")


def test_more_commands_than_the_user_may_have_are_told(remote: WinrmRemote, site: Site) -> None:
    site.server.settings = site.server.settings.__class__(max_processes_per_shell=0)
    with pytest.raises(ConnectionFailed, match="no more commands") as failure:
        remote.run("true")
    assert "2150859174" in failure.value.seen


def test_a_closed_connection_says_so(remote: WinrmRemote) -> None:
    remote.close()
    remote.close()
    with pytest.raises(ConnectionFailed, match="is closed"):
        remote.run("true")


def test_closing_ends_the_shell_and_takes_the_certificate_away(remote: WinrmRemote, site: Site) -> None:
    folder = Path(remote._session._login._folder.name)
    assert (folder / "server.pem").exists()
    remote.close()
    assert site.server._shells.of("builder") == []
    assert not folder.exists()


def test_a_deadline_is_kept_while_a_guest_says_nothing(remote: WinrmRemote) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlinePassed) as failure:
        remote.run("sleep 60", timeout=1.2)
    assert time.monotonic() - started < 5
    assert failure.value.seen == "no output"


def test_shells_do_not_pile_up_however_often_it_connects_again(remote: WinrmRemote, site: Site, relay: Relay) -> None:
    for _ in range(3):
        relay.cut()
        remote._session.reconnect()
    assert remote.run("echo again").last_lines == ("again",)
    assert len(site.server._shells.of("builder")) == 1
