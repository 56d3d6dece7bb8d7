"""A disk as a fixed VHD that is read piece by piece: what there is of it, and what it is known by."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mintage.errors import SourceError
from mintage.vhd import footer, qemu_img
from mintage.vhd.content import BLOCK, ContentHash, data_in
from mintage.vhd.disk_file import DRIVERS, DiskFile, describe
from mintage.vhd.partitions import NEEDED, check_bootable

_NAMESPACE = uuid.UUID("5b6a0b5c-5a3c-4a57-9f5e-8d7a3c1f2e90")
Range = tuple[int, int]
"""First byte, and the byte after the last."""
Scanned = Callable[[int], None]
"""Told how many bytes were looked at so far."""


@dataclass(frozen=True)
class VhdImage:
    """``size`` is the disk's; the footer follows it. ``ranges``: all that is not zero, the footer among it, in order.

    ``sha256`` is of the size and of every block in the ranges with its place: two files of different formats that hold
    the same disk have the same.
    """

    raw: Path
    held: int
    """Bytes of the file that belong to the disk; what is after them in the disk is zeros."""
    size: int
    ranges: tuple[Range, ...]
    sha256: str

    @property
    def length(self) -> int:
        """Bytes of the whole, with the footer."""
        return self.size + footer.SIZE

    @property
    def allocated(self) -> int:
        return sum(ends - first for first, ends in self.ranges)

    @property
    def footer(self) -> bytes:
        return footer.fixed(self.size, uuid.uuid5(_NAMESPACE, self.sha256))

    def read(self, first: int, length: int) -> bytes:
        """The bytes there, as if the file were a fixed VHD. Threads may read at once."""
        if first >= self.size:
            return self.footer[first - self.size : first - self.size + length]
        with self.raw.open("rb") as file:
            data = os.pread(file.fileno(), max(0, min(length, self.held - first)), first)
        return data.ljust(length, b"\0")


@contextmanager
def open_image(
    path: Path, *, generation: str, seconds: float, scratch: Path | None = None, scanned: Scanned = lambda _: None
) -> Iterator[VhdImage]:
    """Look at all of a disk image, whatever its format; one that Azure does not take is read through a raw copy.

    The copy has holes where the disk has nothing, may take so many ``seconds``, and is gone at the end; ``scratch`` is
    where it is put. Raises SourceError for what no machine of the generation could boot from, or a copy there is no
    room for; DeadlinePassed.
    """
    disk = describe(path)
    if disk.format not in DRIVERS:
        yield _scanned(disk, disk.path, generation, scanned)
        return
    with TemporaryDirectory(prefix="mintage-disk-", dir=scratch) as folder:
        raw = Path(folder) / "disk.raw"
        _check_room(disk, raw.parent)
        qemu_img.to_raw(disk.path, DRIVERS[disk.format], raw, seconds)
        with raw.open("rb") as held:
            # Without a name it goes with this process, however that ends: an upload takes hours.
            raw.unlink()
            yield _scanned(disk, Path(f"/proc/self/fd/{held.fileno()}"), generation, scanned)


def _check_room(disk: DiskFile, folder: Path) -> None:
    """The file's own size is the least that its copy can take; compressed ones take more, as qemu-img will say."""
    free, needed = shutil.disk_usage(folder).free, disk.path.stat().st_size
    if free < needed:
        raise SourceError(
            f"There is no room to unpack this {disk.format}",
            where=str(disk.path),
            seen=f"{free // 1024**2} MiB free in {folder}, at least {needed // 1024**2} MiB needed",
            remedy="make room, set TMPDIR to a folder with more, or give a raw file or a fixed VHD, which need none",
        )


def _scanned(disk: DiskFile, raw: Path, generation: str, scanned: Scanned) -> VhdImage:
    ranges, content = list[Range](), ContentHash(disk.whole_size)
    with raw.open("rb", buffering=0) as file:
        check_bootable(os.pread(file.fileno(), NEEDED, 0), generation, str(disk.path))
        for start, data in data_in(file.fileno(), disk.size, scanned):
            for first, _ in content.add(start, data):
                _append(ranges, first, min(first + BLOCK, disk.whole_size))
    # Apart even where the disk has data up to its end: it comes from elsewhere.
    ranges.append((disk.whole_size, disk.whole_size + footer.SIZE))
    return VhdImage(raw=raw, held=disk.size, size=disk.whole_size, ranges=tuple(ranges), sha256=content.hexdigest())


def _append(ranges: list[Range], first: int, ends: int) -> None:
    if ranges and ranges[-1][1] == first:
        ranges[-1] = (ranges[-1][0], ends)
    else:
        ranges.append((first, ends))
