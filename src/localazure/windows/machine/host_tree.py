"""Where a Windows path is on the host: looked up name by name, in any case, never through a symbolic link."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from localazure.windows.machine.errors import DiskFull, MachineError, NotFound
from localazure.windows.machine.paths import WindowsPath, fold

_Result = TypeVar("_Result")
_CODES = {28: 112, 36: 206, 40: 1463, 2: 3, 17: 80, 39: 145, 20: 267, 21: 5, 13: 5}
"""The host's errno to Windows' error number."""


class HostTree:
    """``folder`` holds one folder per drive. Its callers hold the machine's lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def drives(self) -> list[str]:
        return sorted(entry.name for entry in os.scandir(self.folder) if entry.is_dir(follow_symlinks=False))

    def drive(self, path: WindowsPath) -> Path:
        found = self.folder / path.drive
        if not found.is_dir() or found.is_symlink():
            raise NotFound(f"{path.drive}:", 3)
        return found

    def find(self, path: WindowsPath) -> Path | None:
        try:
            host: Path | None = self.drive(path)
        except NotFound:
            return None
        for name in path.names:
            host = child(host, name) if host else None
        return host

    def require(self, path: WindowsPath) -> Path:
        found = self.find(path)
        if found is None:
            raise self.missing(path)
        return found

    def missing(self, path: WindowsPath) -> NotFound:
        """2 when only the last name is not there, else 3."""
        parent = self.find(path.parent)
        return NotFound(str(path), 2 if parent and parent.is_dir() else 3)

    def require_folder(self, path: WindowsPath) -> Path:
        found = self.find(path)
        if found is None:
            raise NotFound(str(path), 3)
        if not found.is_dir():
            raise MachineError(267, str(path))
        return found

    def target(self, path: WindowsPath) -> Path:
        """Where the file is, or would be made."""
        found = self.find(path)
        if found is not None:
            return found
        parent = self.find(path.parent)
        if parent is None or not parent.is_dir():
            raise NotFound(str(path), 3)
        place = parent / path.name
        if place.is_symlink():
            # Nothing of the guest's: an entry that somebody put into the folder from outside.
            raise MachineError(1463, str(path))
        return place

    def spell(self, host: Path) -> WindowsPath:
        parts = host.relative_to(self.folder).parts
        return WindowsPath(parts[0], tuple(parts[1:]))


def child(folder: Path, name: str) -> Path | None:
    """The entry of that name in any case; the host's symbolic links and devices are not entries."""
    exact = folder / name
    with suppress(OSError):
        if stat.S_IFMT(exact.lstat().st_mode) in {stat.S_IFREG, stat.S_IFDIR}:
            return exact
    wanted = fold(name)
    try:
        with os.scandir(folder) as entries:
            found = [e.name for e in entries if fold(e.name) == wanted and not e.is_symlink()]
    except OSError:
        return None
    return folder / found[0] if found else None


def on_host(action: Callable[[], _Result], subject: str) -> _Result:
    """Do it on the host, and say in Windows' terms what goes wrong there."""
    try:
        return action()
    except OSError as error:
        code = _CODES.get(error.errno or 0, 1)
        raise (DiskFull(subject) if code == 112 else MachineError(code, subject)) from error


def set_written(host: Path, seconds: float) -> None:
    """Seconds since 1970, UTC."""
    os.utime(host, (seconds, seconds), follow_symlinks=False)
