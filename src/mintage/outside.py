"""How long this process waited for others: calls to Azure and what they begin, and commands in guests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up the seconds in which at least one of its blocks runs, in whichever thread: what overlaps counts once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._blocks, self._since, self._before = 0, 0.0, 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._lock:
            if self._blocks == 0:
                self._since = self._clock()
            self._blocks += 1
        try:
            yield
        finally:
            with self._lock:
                self._blocks -= 1
                if self._blocks == 0:
                    self._before += self._clock() - self._since

    @property
    def seconds(self) -> float:
        """Up to now."""
        with self._lock:
            return self._before + (self._clock() - self._since if self._blocks else 0.0)


OUTSIDE = Stopwatch()
"""This process's."""
