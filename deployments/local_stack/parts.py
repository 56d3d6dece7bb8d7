"""The parts of a stack while it is up: one that dies is started again, as a service manager would do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from deployments.local_stack.errors import StackError
from deployments.local_stack.processes import Process, stop

_LOOK_SECONDS = 0.5
_SHORTEST_LIFE = 10.0
"""Seconds."""


@dataclass
class Part:
    """``launch`` starts its process, ``ready`` waits until that is of use to others."""

    launch: Callable[[], Process]
    ready: Callable[[Process], None]
    stop_seconds: float
    process: Process = field(init=False)
    _begun: float = field(default=0.0, init=False)

    def start(self) -> None:
        self.process = self.launch()
        self._begun = time.monotonic()

    def wait(self) -> None:
        self.ready(self.process)

    @property
    def is_settled(self) -> bool:
        """Whether it is started again when it dies: what dies sooner would do so again."""
        return time.monotonic() - self._begun >= _SHORTEST_LIFE

    def stop(self) -> None:
        stop(self.process, self.stop_seconds)

    def revive(self, say: Callable[[str], None]) -> None:
        """Start it again if it has died. Raises StackError when it died soon after its start, or does not start."""
        if self.process.popen.poll() is None:
            return
        if not self.is_settled:
            self.process.check()
        say(f"{self.process.name} ended with exit code {self.process.popen.returncode}; starting it again.")
        self.start()
        self.wait()


class Watch:
    """Revives parts in a thread, in the order in which they need each other."""

    def __init__(self, parts: tuple[Part, ...], say: Callable[[str], None]) -> None:
        self._parts, self._say = parts, say
        self._failed: StackError | None = None

    def check(self) -> None:
        """Raise StackError when a part could not be revived."""
        if self._failed:
            raise self._failed

    @contextmanager
    def watching(self) -> Iterator[None]:
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over,), daemon=True, name="watch over parts")
        thread.start()
        try:
            yield
        finally:
            over.set()
            # One that is just being started is stopped with the others once it is there.
            thread.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_LOOK_SECONDS):
            try:
                for part in self._parts:
                    part.revive(self._say)
            except StackError as error:
                self._failed = error
                return
