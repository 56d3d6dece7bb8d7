"""How much of each drive its files take, against the size that the modelled disk has."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from localazure.windows.machine.errors import DiskFull


class DriveSpace:
    """One drive. Counted once from the host's files, then kept up with every write."""

    def __init__(self, folder: Path, capacity: Callable[[], int]) -> None:
        self._capacity, self._lock = capacity, threading.Lock()
        self._used = bytes_in(folder)

    @property
    def used(self) -> int:
        return self._used

    def charge(self, size: int) -> None:
        """Take that many bytes more, or give some back. Raises DiskFull."""
        # Asked before the lock is taken: the answer needs the machine's lock, whose holders come here too.
        capacity = self._capacity()
        with self._lock:
            if size > 0 and self._used + size > capacity:
                raise DiskFull
            self._used = max(0, self._used + size)


class Space:
    def __init__(self, folder: Path, capacity: Callable[[str], int]) -> None:
        self._folder, self._capacity = folder, capacity
        self._drives: dict[str, DriveSpace] = {}

    def on(self, drive: str) -> DriveSpace:
        if drive not in self._drives:
            self._drives[drive] = DriveSpace(self._folder / drive, lambda: self._capacity(drive))
        return self._drives[drive]


def bytes_in(host: Path) -> int:
    """The size of a file, or of all files below a folder; symbolic links are not followed."""
    if host.is_file() and not host.is_symlink():
        return host.stat().st_size
    return sum(path.lstat().st_size for path in host.rglob("*") if path.is_file() and not path.is_symlink())
