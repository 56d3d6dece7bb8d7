"""Files while they are open: who may open them too, and writing that counts against the disk's room."""

from __future__ import annotations

import fcntl
import io
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from localazure.windows.machine.errors import DiskFull, SharingViolation

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

    from localazure.windows.machine.space import DriveSpace

Share = Literal["none", "read", "write", "all"]


@dataclass(frozen=True)
class _Opening:
    key: str
    writes: bool
    share: Share


class OpenFiles:
    """What is open, by the path's key. Its callers hold the machine's lock."""

    def __init__(self) -> None:
        self._open: dict[str, _Opening] = {}

    def register(self, key: str, *, writes: bool, share: Share, subject: str) -> str:
        """Returns a ticket to release it with. Raises SharingViolation."""
        for other in self._others(key):
            if not _allows(other.share, writes=writes) or not _allows(share, writes=other.writes):
                raise SharingViolation(subject)
        ticket = uuid.uuid4().hex
        self._open[ticket] = _Opening(key, writes, share)
        return ticket

    def release(self, ticket: str) -> None:
        self._open.pop(ticket, None)

    def check(self, key: str, *, writes: bool, subject: str) -> None:
        """Would it open now? Raises SharingViolation."""
        if any(not _allows(other.share, writes=writes) for other in self._others(key)):
            raise SharingViolation(subject)

    def check_free(self, key: str, subject: str) -> None:
        """Nothing at or below the path is open. Raises SharingViolation."""
        if any(each.key == key or each.key.startswith(f"{key}\\") for each in self._open.values()):
            raise SharingViolation(subject)

    def _others(self, key: str) -> list[_Opening]:
        return [each for each in self._open.values() if each.key == key]


class OpenFile(io.RawIOBase):
    """A binary file; unbuffered. Writing raises DiskFull when the drive has no room."""

    def __init__(self, descriptor: int, space: DriveSpace, closed: Callable[[bool], None]) -> None:
        """Take a host descriptor, and what is called at the end with whether anything was written."""
        self._file = io.FileIO(descriptor, "r" if not _writable(descriptor) else "r+")
        self._space, self._when_closed, self._dirty = space, closed, False

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return self._file.writable()

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        return self._file.readinto(buffer)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size) or b""

    def write(self, data: ReadableBuffer) -> int:
        """Write all of it."""
        view = memoryview(data).cast("B")
        self._dirty = True
        end = self._file.tell() + len(view)
        self._space.charge(max(0, end - os.fstat(self._file.fileno()).st_size))
        done = 0
        try:
            while done < len(view):
                done += self._file.write(view[done:]) or 0
        except OSError as error:
            raise DiskFull from error
        return done

    def truncate(self, size: int | None = None) -> int:
        size = self._file.tell() if size is None else size
        self._dirty = True
        self._space.charge(size - os.fstat(self._file.fileno()).st_size)
        return self._file.truncate(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            self._when_closed(self._dirty)
        super().close()


def _allows(share: Share, *, writes: bool) -> bool:
    return share in {"all", "write" if writes else "read"}


def _writable(descriptor: int) -> bool:
    return fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
