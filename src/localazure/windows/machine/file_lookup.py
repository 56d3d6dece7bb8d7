r"""Looking at the file system: what is there, under which name, and what the disk knows of it."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from localazure.windows.machine.file_attributes import FileAttributes
from localazure.windows.machine.file_info import FileInfo, describe
from localazure.windows.machine.host_tree import HostTree
from localazure.windows.machine.open_files import OpenFiles
from localazure.windows.machine.paths import ROOT, WindowsPath, parse_path
from localazure.windows.machine.space import Space

AnyPath = str | WindowsPath


class FileLookup:
    """All drives, read only."""

    def __init__(
        self,
        folder: Path,
        attributes: dict[str, FileAttributes] | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lock: threading.RLock | None = None,
        capacity: Callable[[str], int] = lambda _drive: 1 << 40,
    ) -> None:
        """Take the host folder that holds one folder per drive, and how many bytes the files of a drive may take."""
        self._tree, self._clock, self._lock = HostTree(folder), clock, lock or threading.RLock()
        self.attributes = {} if attributes is None else attributes
        self._open_files = OpenFiles()
        self._sealed = False
        self._space = Space(folder, capacity)

    def path(self, path: AnyPath, folder: AnyPath = ROOT) -> WindowsPath:
        """Absolute, checked; not looked up."""
        if isinstance(path, WindowsPath):
            return path
        return parse_path(path, folder if isinstance(folder, WindowsPath) else parse_path(folder))

    def drives(self) -> builtins.list[str]:
        return self._tree.drives()

    def exists(self, path: AnyPath) -> bool:
        with self._lock:
            return self._tree.find(self.path(path)) is not None

    def is_folder(self, path: AnyPath) -> bool:
        with self._lock:
            found = self._tree.find(self.path(path))
            return found is not None and found.is_dir()

    def is_file(self, path: AnyPath) -> bool:
        return self.exists(path) and not self.is_folder(path)

    def spelling(self, path: AnyPath) -> WindowsPath:
        """The path as the disk spells it."""
        with self._lock:
            return self._tree.spell(self._tree.require(self.path(path)))

    def metadata(self, path: AnyPath) -> FileInfo:
        with self._lock:
            return self._info(self._tree.require(self.path(path)))

    def list(self, path: AnyPath) -> builtins.list[FileInfo]:
        """What a folder holds, by name as NTFS sorts. Raises 3 when it is not there, 267 for a file."""
        with self._lock:
            found = self._tree.require_folder(self.path(path))
            entries = sorted((e for e in found.iterdir() if not e.is_symlink()), key=lambda e: e.name.upper())
            return [self._info(entry) for entry in entries]

    def walk(self, path: AnyPath) -> Iterator[FileInfo]:
        """Everything below a folder, each folder before what it holds."""
        for entry in self.list(path):
            yield entry
            if entry.is_folder:
                yield from self.walk(entry.path)

    def used(self, drive: str = "C") -> int:
        """Bytes that the drive's files take."""
        return self._space.on(drive).used

    def _read_only(self, path: WindowsPath) -> bool:
        return self.attributes.get(path.key, FileAttributes()).read_only

    def _info(self, host: Path) -> FileInfo:
        path = self._tree.spell(host)
        return describe(path, host.lstat(), self.attributes.get(path.key, FileAttributes()))

    def _known_below(self, path: WindowsPath) -> builtins.list[str]:
        return [key for key in self.attributes if key == path.key or key.startswith(f"{path.key}\\")]
