"""Where a stack lives: a folder that only one stack uses at a time, so that two run side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout


@dataclass(frozen=True)
class Slot:
    """The ``number``-th place for a stack, from 1. Its folder outlives the stack: state, history, reports and logs."""

    number: int
    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def cloud(self) -> Path:
        return self.folder / "localazure"

    @property
    def prefect(self) -> Path:
        return self.folder / "prefect"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"


@contextmanager
def take_slot(root: Path) -> Iterator[Slot]:
    """Hold the first free slot under ``root``, its folders made. The kernel frees it if this process dies."""
    for number in count(1):
        slot = Slot(number, root / f"stack-{number}")
        slot.logs.mkdir(parents=True, exist_ok=True)
        lock = FileLock(slot.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        with lock:
            yield slot
        return
