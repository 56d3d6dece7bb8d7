"""Where a stack lives: a folder that only one stack uses at a time, so that two run side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from deployments.local_stack.errors import StackError


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
def take_slot(root: Path, wanted: int | None = None) -> Iterator[Slot]:
    """Hold the first free slot under ``root``, or the ``wanted`` one, its folders made. Freed if this process dies.

    Raises StackError when another stack uses the wanted one.
    """
    for number in count(1) if wanted is None else (wanted,):
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
    raise StackError(f"Another stack uses {root / f'stack-{wanted}'}. Stop it, or leave the choice of the slot open.")
