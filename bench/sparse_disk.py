"""A disk as operating systems leave them: data here and there, and holes between."""

from __future__ import annotations

import random
import uuid
from pathlib import Path

from mintage.vhd import footer

MIB = 1024 * 1024
SIZE = 8 * 1024 * MIB
_BOOT_SECTOR = b"\xeb\x63\x90" + bytes(507) + b"\x55\xaa"
_FILES = (64 * MIB, 3 * MIB)
_METADATA = (16 * MIB, 64 * 1024)
"""Every so many bytes, so many bytes of data: as in a file system's groups of blocks."""


def write_vhd(path: Path, size: int = SIZE) -> None:
    """A fixed VHD that a machine of the first generation could boot from; 418 MiB of its 8 GiB are data."""
    chance, identity = random.Random(1), uuid.UUID(int=1)  # noqa: S311 - the same in every run
    with path.open("wb") as file:
        file.truncate(size)
        for every, length in (_METADATA, _FILES):
            # Not where a write of 4 MiB begins, for that is where no file begins either.
            for at in range(MIB, size, every):
                file.seek(at)
                file.write(chance.randbytes(length))
        file.seek(0)
        file.write(_BOOT_SECTOR)
        file.seek(size)
        file.write(footer.fixed(size, identity))
