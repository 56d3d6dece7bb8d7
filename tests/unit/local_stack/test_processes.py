import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from deployments.local_stack.errors import StackError
from deployments.local_stack.processes import Process, kill_all, leftovers, start, stop

READY = "import pathlib, time; pathlib.Path('ready').touch(); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {READY}"
DAEMON = (
    "import subprocess, sys; "
    f"subprocess.Popen([sys.executable, '-c', {READY!r}], start_new_session=True, "
    "stdin=-3, stdout=-3, stderr=-3)"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path


Run = Callable[[str], Process]


@pytest.fixture
def run(folder: Path) -> Iterator[Run]:
    """Starts parts; those that still run at the end of a test are ended."""
    with ExitStack() as ends:

        def started(program: str) -> Process:
            command = [sys.executable, "-c", program]
            process = start("part", command, folder=folder, environment=dict(os.environ), cwd=folder)
            ends.callback(stop, process, 0.1)
            return process

        yield started


def test_a_part_is_waited_for_until_it_is_ready_and_stops_when_asked(folder: Path, run: Run) -> None:
    process = run(READY)

    process.wait_until((folder / "ready").exists, 20)
    stop(process, 20)

    assert process.popen.returncode == -15
    assert not leftovers(folder)


def test_a_part_that_ignores_being_asked_is_ended(folder: Path, run: Run) -> None:
    process = run(STUBBORN)
    process.wait_until((folder / "ready").exists, 20)

    stop(process, 0.2)

    assert process.popen.returncode == -9


def test_a_part_that_ends_at_once_is_reported_with_its_last_words(folder: Path, run: Run) -> None:
    (folder / "logs" / "part.log").write_text("words of yesterday\n")
    process = run("print('no such database'); raise SystemExit(3)")

    with pytest.raises(StackError, match=r"exit code 3(.|\n)*no such database") as error:
        process.wait_until(lambda: False, 20)

    assert "yesterday" not in str(error.value)


def test_a_part_that_never_gets_ready_is_reported_in_time(folder: Path, run: Run) -> None:
    process = run(READY)
    began = time.monotonic()

    with pytest.raises(StackError, match=r"part was not ready after 0\.5 s"):
        process.wait_until(lambda: False, 0.5)

    assert time.monotonic() - began < 5


def test_what_a_dead_part_started_in_a_session_of_its_own_is_found_by_the_next_stack(folder: Path, run: Run) -> None:
    process = run(DAEMON)
    process.popen.wait(20)
    deadline = time.monotonic() + 20
    while not (folder / "ready").exists() and time.monotonic() < deadline:
        time.sleep(0.05)

    (left,) = leftovers(folder)
    kill_all([left])

    assert not psutil.pid_exists(left.pid) or left.status() == psutil.STATUS_ZOMBIE


def test_processes_of_other_stacks_are_left_alone(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    run(READY)
    assert not leftovers(tmp_path_factory.mktemp("other"))
