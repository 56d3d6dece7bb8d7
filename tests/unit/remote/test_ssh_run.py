"""Scripts run in a guest: what comes back, and how they end."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import paramiko
import pytest

from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed
from mintage.remote.ssh import SshRemote, connect
from tests.support.ssh_server import SshServer


def _wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def test_output_and_errors_come_in_the_order_they_were_written(remote: SshRemote) -> None:
    lines: list[str] = []
    remote.run("for i in 1 2 3; do echo out $i; echo err $i >&2; done", on_line=lines.append)
    assert lines == ["out 1", "err 1", "out 2", "err 2", "out 3", "err 3"]


def test_a_line_is_handed_over_while_the_script_still_runs(remote: SshRemote, tmp_path: Path) -> None:
    release = tmp_path / "release"

    def on_line(line: str) -> None:
        if line == "first":
            release.touch()

    result = remote.run(
        f"echo first; until [ -e {release} ]; do sleep 0.05; done; echo second", on_line=on_line, timeout=15
    )
    assert result.last_lines == ("first", "second")


def test_an_exit_code_that_is_not_valid_is_told_with_the_last_lines(remote: SshRemote) -> None:
    with pytest.raises(CommandFailed) as failure:
        remote.run("echo the reason; exit 7")
    assert "exit code 7" in failure.value.what
    assert failure.value.seen == "the reason"


def test_a_recipe_may_call_another_exit_code_valid(remote: SshRemote) -> None:
    assert remote.run("exit 7", exit_codes=(0, 7)).exit_code == 7


def test_a_script_stops_at_its_first_failure(remote: SshRemote) -> None:
    with pytest.raises(CommandFailed, match="exit code 1") as failure:
        remote.run("echo before\nfalse\necho after")
    assert failure.value.seen == "before"


def test_a_script_killed_by_a_signal_has_an_exit_code(remote: SshRemote) -> None:
    with pytest.raises(CommandFailed, match="exit code 137"):
        remote.run("kill -KILL $$")


def test_the_interpreter_is_the_one_the_script_names(remote: SshRemote) -> None:
    assert remote.run("#!/usr/bin/env python3\nprint(6 * 7)").last_lines == ("42",)


def test_a_script_reads_nothing_from_the_connection(remote: SshRemote) -> None:
    assert remote.run("cat; echo done").last_lines == ("done",)


def test_the_environment_arrives_whatever_is_in_it(remote: SshRemote) -> None:
    value = "a 'quoted' $HOME `id`\nsecond line \\ ü"
    assert remote.output('printf %s "$VALUE"', environment={"VALUE": value}) == value


def test_no_process_list_shows_the_script_or_its_environment(remote: SshRemote) -> None:
    script = "# script-mark\nfor p in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$p 2>/dev/null || true; echo; done"
    seen = remote.output(script, environment={"TOKEN": "environment-mark"})
    assert "mintage" in seen
    assert "script-mark" not in seen
    assert "environment-mark" not in seen


def test_the_script_lies_in_memory_with_no_rights_for_others_and_is_gone_afterwards(remote: SshRemote) -> None:
    mode, folder = remote.output('stat -c %a "$0"; dirname "$0"').split()
    assert mode == "700"
    assert folder.startswith("/dev/shm/")
    assert not Path(folder).exists()


def test_output_is_returned_as_it_is(remote: SshRemote) -> None:
    assert remote.output("printf 'a\\rb\\n\\n'; echo noise >&2") == "a\rb\n\n"


def test_a_large_output_arrives_whole(remote: SshRemote) -> None:
    assert len(remote.output("head -c 3000000 /dev/zero | tr '\\0' x")) == 3_000_000


def test_a_script_at_its_timeout_is_ended_with_its_children_even_if_they_resist(remote: SshRemote) -> None:
    pids: list[int] = []
    script = "trap '' TERM\nbash -c \"trap '' TERM; while :; do sleep 0.1; done\" & echo $!; echo $$; wait"
    with pytest.raises(DeadlinePassed, match="still ran after 1 s") as failure:
        remote.run(script, timeout=1, on_line=lambda line: pids.append(int(line)))
    assert failure.value.seen.splitlines() == [str(pid) for pid in pids]
    assert len(pids) == 2
    assert all(_wait_until_gone(pid) for pid in pids)


def test_a_question_is_given_up_after_the_time_that_the_connection_was_told(server: SshServer) -> None:
    deadline = time.monotonic() + 10
    with (
        connect(server.address, server.private_key, deadline=deadline, question_timeout=1) as remote,
        pytest.raises(DeadlinePassed, match="still ran after 1 s"),
    ):
        remote.output("sleep 30")


def test_a_script_ends_when_the_caller_gives_up(remote: SshRemote) -> None:
    pids: list[int] = []

    def on_line(line: str) -> None:
        pids.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remote.run("echo $$; sleep 60", on_line=on_line)
    assert _wait_until_gone(pids[0])


def test_a_connection_that_drops_is_worth_a_retry_and_leaves_nothing_running(
    remote: SshRemote, server: SshServer
) -> None:
    pids: list[int] = []

    def on_line(line: str) -> None:
        pids.append(int(line))
        threading.Thread(target=server.drop_connections).start()

    with pytest.raises(ConnectionFailed) as failure:
        remote.run("echo $$; sleep 60", on_line=on_line)
    assert failure.value.transient
    assert _wait_until_gone(pids[0])


def test_a_connection_that_breaks_while_a_command_is_sent_is_worth_a_retry(
    remote: SshRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        # As paramiko does once its socket is reset.
        raise EOFError

    monkeypatch.setattr(paramiko.Channel, "sendall", broken)
    monkeypatch.setattr(paramiko.Channel, "close", broken)
    with pytest.raises(ConnectionFailed, match="stopped taking"):
        remote.output("true")
    monkeypatch.undo()


def test_a_daemon_that_keeps_the_output_open_does_not_hold_up_the_step(remote: SshRemote) -> None:
    pids: list[str] = []
    result = remote.run("setsid sleep 30 & echo $!", on_line=pids.append, timeout=20)
    os.kill(int(pids[0]), 15)
    assert result.seconds < 10


def test_a_closed_connection_says_so(remote: SshRemote) -> None:
    remote.close()
    with pytest.raises(ConnectionFailed, match="is closed"):
        remote.run("true")
