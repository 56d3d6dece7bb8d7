"""Processes as others see them: a row of the list, and a hold on one that was started."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from localazure.windows.machine.tokens import Token

KILLED = 0xFFFFFFFF
"""Exit code of a process that Stop-Process or a job's end killed."""


@dataclass
class ProcessInfo:
    """A row of the process list."""

    pid: int
    name: str
    """With ``.exe``."""
    path: str
    command_line: str
    user: Token
    parent: int
    started: datetime


@dataclass
class RunningProcess:
    info: ProcessInfo
    cancelled: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _exit_code: int | None = None
    ancestors: frozenset[int] = frozenset()
    """Who started it, and who started those, also when they have ended by now."""
    thread: threading.Thread | None = None
    _end_tree: Callable[[RunningProcess, int], None] = lambda _process, _code: None

    @property
    def pid(self) -> int:
        return self.info.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._exit_code if self._ended.is_set() else None

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, or None when it still runs after so many real seconds."""
        self._ended.wait(timeout)
        return self.exit_code

    def kill(self, exit_code: int = KILLED) -> None:
        """End it and all that came from it, as the end of a job does; what has ended already is left alone.

        It is gone from the list at once; its thread ends at its next step.
        """
        self._end_tree(self, exit_code)

    def finish(self, exit_code: int) -> None:
        if not self._ended.is_set():
            self._exit_code = exit_code
            self._ended.set()
