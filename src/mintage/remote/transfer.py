"""Files on their way into a guest: one tar stream, and a list of what must have arrived."""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from mintage.errors import RecipeError

Manifest = bytes
"""What ``sha256sum --check`` reads."""


class Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


@dataclass(frozen=True)
class Entry:
    """One file, folder or symbolic link: where it is, what it is called there, and its mode there."""

    path: Path
    name: str
    mode: int


def file_entry(path: Path, name: str, mode: str) -> Entry:
    if not path.is_file():
        raise RecipeError("There is no such file to copy into the image", where=str(path))
    return Entry(path.resolve(), name, int(mode, 8))


def tree_entries(folder: Path) -> Iterator[Entry]:
    """All that the folder holds, in a stable order; links stay links. Raises RecipeError for sockets and devices."""
    if not folder.is_dir():
        raise RecipeError("There is no such folder to copy into the image", where=str(folder))
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
            raise RecipeError("Neither a file nor a folder nor a symbolic link", where=str(path))
        yield Entry(path, path.relative_to(folder).as_posix(), stat.S_IMODE(mode))


def write_tar(entries: Iterable[Entry], owner: str, sink: Sink) -> Manifest:
    """Write the entries, never more than a block in memory, and return what their contents were.

    ``owner`` is ``user:group`` by name or number; a user alone stands for the group of the same name.
    """
    user, _, group = owner.partition(":")
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
        return b"".join([_add(archive, entry, user, group or user) for entry in entries])


def _add(archive: tarfile.TarFile, entry: Entry, user: str, group: str) -> bytes:
    # A second link to the same file must be sent as a file: its first may lie outside of what is sent.
    archive.inodes = {}  # type: ignore[attr-defined]
    info = archive.gettarinfo(entry.path, entry.name)
    info.mode = entry.mode
    info.uid, info.uname = _identity(user)
    info.gid, info.gname = _identity(group)
    if not info.isreg():
        archive.addfile(info)
        return b""
    with entry.path.open("rb") as content:
        reader = _HashingReader(content)
        archive.addfile(info, reader)  # type: ignore[arg-type]
    return _manifest_line(reader.hexdigest, entry.name)


def _identity(name: str) -> tuple[int, str]:
    # Where the guest knows the name, tar goes by it and not by the number.
    return (int(name), "") if name.isdecimal() else (0, name)


def _manifest_line(digest: str, name: str) -> bytes:
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n")
    mark = "\\" if escaped != name else ""
    return os.fsencode(f"{mark}{digest}  {escaped}\n")


class _HashingReader:
    def __init__(self, content: IO[bytes]) -> None:
        self._content, self._hash = content, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._content.read(size)
        self._hash.update(data)
        return data

    @property
    def hexdigest(self) -> str:
        return self._hash.hexdigest()
