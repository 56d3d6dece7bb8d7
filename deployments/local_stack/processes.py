"""The processes of a stack: started in sessions of their own, each with a log, and stopped in good order."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from deployments.local_stack.errors import StackError
from mintage.errors import DeadlinePassed
from mintage.waiting import NotYet, wait_for

MARK = "MINTAGE_STACK"
"""In the environment of every process of a stack, and so of all that they start: the stack's folder.

Flow runs leave their worker's process group, so neither groups nor recorded ids would find all of them.
"""
SHOWN_LINES = 15


@dataclass(frozen=True)
class Process:
    """A part of a stack. ``log`` holds what it wrote to both of its outputs, this time and before."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    log_start: int

    def last_lines(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-SHOWN_LINES:])

    def check(self) -> None:
        """Raise StackError with its last words when it no longer runs."""
        code = self.popen.poll()
        if code is not None:
            message = f"{self.name} ended with exit code {code}. Its log is {self.log}; it ends:\n{self.last_lines()}"
            raise StackError(message)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until ``ready``. Raises StackError, with the last lines of the log, when it ends or takes longer."""

        def attempt() -> None:
            self.check()
            if not ready():
                raise NotYet("it does not answer")

        try:
            wait_for(attempt, "", where="", deadline=time.monotonic() + seconds, pause=0.1)
        except DeadlinePassed:
            message = (
                f"{self.name} was not ready after {seconds:g} s. Its log is {self.log}; it ends:\n{self.last_lines()}"
            )
            raise StackError(message) from None


def start(
    name: str, command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str], cwd: Path
) -> Process:
    """Start a part of the stack in ``folder``, with a log in its ``logs``. A terminal's Ctrl-C does not reach it."""
    log = folder / "logs" / f"{name.replace(' ', '-')}.log"
    with log.open("ab") as out:
        log_start = os.fstat(out.fileno()).st_size
        popen = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env={**environment, MARK: str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return Process(name, popen, log, log_start)


def stop(process: Process, seconds: float) -> None:
    """Ask it to end, and after that many seconds end it. Returns when it is gone; what it started may not be."""
    process.popen.terminate()
    try:
        process.popen.wait(seconds)
    except subprocess.TimeoutExpired:
        process.popen.kill()
        process.popen.wait()


def leftovers(folder: Path) -> list[psutil.Process]:
    """Return the processes of the stack in ``folder`` that still run, of whichever supervisor."""
    return [each for each in psutil.process_iter() if _belongs(each, folder)]


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """End these at once, and return when they are gone. psutil knows a process by its start time too."""
    running = [each for each in processes if each.is_running()]
    for each in running:
        _kill(each)
    psutil.wait_procs(running, timeout=10)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _belongs(process: psutil.Process, folder: Path) -> bool:
    try:
        return bool(process.environ().get(MARK) == str(folder)) and process.pid != os.getpid()
    except (psutil.Error, OSError):
        # Other users' processes, kernel threads, and what ended meanwhile.
        return False
