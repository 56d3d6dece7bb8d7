"""What a directory entry says."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from os import stat_result

from localazure.windows.machine.file_attributes import FileAttributes
from localazure.windows.machine.paths import WindowsPath


@dataclass(frozen=True)
class FileInfo:
    """Times are UTC."""

    path: WindowsPath
    """As the disk spells it."""
    is_folder: bool
    size: int
    created: datetime
    written: datetime
    read_only: bool
    hidden: bool
    system: bool

    @property
    def name(self) -> str:
        return self.path.name


def describe(path: WindowsPath, found: stat_result, known: FileAttributes) -> FileInfo:
    written = datetime.fromtimestamp(found.st_mtime, UTC)
    is_folder = stat.S_ISDIR(found.st_mode)
    return FileInfo(
        path=path,
        is_folder=is_folder,
        size=0 if is_folder else found.st_size,
        created=known.created or written,
        written=written,
        read_only=known.read_only,
        hidden=known.hidden,
        system=known.system,
    )
