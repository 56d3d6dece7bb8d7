"""What a disk holds, as one hash: the same whatever the format of the file, or the place, that it is in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from mintage.vhd import footer

MIB = 1024 * 1024
BLOCK = 64 * 1024
"""Bytes. Blocks of zeros do not count, wherever they are."""
_READ = 64 * BLOCK
_EMPTY = bytes(BLOCK)


class ContentHash:
    """SHA-256 of the disk's size, and of every block that is not all zeros with its place, in order."""

    def __init__(self, size: int) -> None:
        self._digest = hashlib.sha256(size.to_bytes(8, "big"))

    def add(self, first: int, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Take in what begins at ``first``, a block's boundary; yields the blocks that count, with their places."""
        for at in range(0, len(data), BLOCK):
            block = data[at : at + BLOCK]
            if block != _EMPTY[: len(block)]:
                self._digest.update((first + at).to_bytes(8, "big"))
                self._digest.update(block.ljust(BLOCK, b"\0"))
                yield first + at, block

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def hash_vhd(path: Path) -> str:
    """Of the disk in a fixed VHD or a raw file."""
    size = path.stat().st_size
    with path.open("rb", buffering=0) as file:
        held = size - footer.SIZE if footer.parse(os.pread(file.fileno(), footer.SIZE, size - footer.SIZE)) else size
        content = ContentHash(-(-held // MIB) * MIB)
        for start, data in data_in(file.fileno(), held, lambda _: None):
            for _ in content.add(start, data):
                pass
    return content.hexdigest()


def data_in(descriptor: int, size: int, scanned: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    """What a file of that many bytes holds between its holes, from blocks' boundaries on."""
    for start in _data_starts(descriptor, size):
        data = os.pread(descriptor, min(_READ, size - start), start)
        yield start, data
        scanned(start + len(data))


def _data_starts(descriptor: int, size: int) -> Iterator[int]:
    """Where to read on, block by block from its boundary, so that no hole is read."""
    at = 0
    while at < size:
        try:
            at = max(at, os.lseek(descriptor, at, os.SEEK_DATA) // BLOCK * BLOCK)
        except OSError:
            # Nothing but a hole is left.
            return
        yield at
        at += _READ
