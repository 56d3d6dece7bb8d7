"""Small disks that a machine could boot from, as far as their first sectors say, in every format that QEMU writes."""

from __future__ import annotations

import random
import struct
import subprocess
import uuid
from pathlib import Path

MIB = 1024 * 1024
SIZE = 24 * MIB
EFI = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
ARM64_ROOT = uuid.UUID("b921b045-1df0-41c3-af44-4c6f280d3fae")


def uefi_head(*more: uuid.UUID) -> bytes:
    """A protective MBR and a GPT with an EFI system partition, and more of other types."""
    protective = bytes([0, 0, 2, 0, 0xEE, 0xFF, 0xFF, 0xFF]) + struct.pack("<II", 1, SIZE // 512 - 1)
    mbr = bytes(446) + protective + bytes(48) + b"\x55\xaa"
    header = b"EFI PART" + bytes(64) + struct.pack("<QII", 2, 128, 128)
    return mbr + header.ljust(512, b"\0") + b"".join(kind.bytes_le.ljust(128, b"\1") for kind in (EFI, *more))


def bios_head() -> bytes:
    return b"\xeb\x63\x90" + bytes(507) + b"\x55\xaa"


def raw_disk(path: Path, *, size: int = SIZE, head: bytes | None = None, seed: int = 1) -> Path:
    """A sparse disk with data here and there, up to its last byte."""
    chance = random.Random(seed)  # noqa: S311 - the same on every run
    with path.open("wb") as file:
        file.truncate(size)
        file.write(uefi_head() if head is None else head)
        for at in (3 * MIB + 512, 9 * MIB, 9 * MIB + 300_000, size - 1000):
            file.seek(at)
            file.write(chance.randbytes(1000))
    return path


def converted(raw: Path, out: Path, kind: str, *options: str) -> Path:
    """The disk in another of QEMU's formats."""
    given = [word for option in options for word in ("-o", option)]
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", kind, *given, str(raw), str(out)], check=True)
    return out
