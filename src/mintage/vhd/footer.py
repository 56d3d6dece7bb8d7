"""The 512 bytes at the end of a VHD (Microsoft, "Virtual Hard Disk Image Format Specification" 1.0)."""

from __future__ import annotations

import struct
import uuid
from typing import NamedTuple

SIZE = 512
FIXED, DYNAMIC, DIFFERENCING = 2, 3, 4
COOKIE = b"conectix"
_FIELDS = struct.Struct(">8s I I Q I 4s I 4s Q Q H B B I I 16s B 427x")
_FEATURES, _VERSION, _NO_OFFSET = 2, 0x00010000, 0xFFFFFFFFFFFFFFFF
_MOST_SECTORS = 65535 * 16 * 255


class Footer(NamedTuple):
    """``size``: bytes of the disk. ``kind``: ``FIXED``, ``DYNAMIC`` or ``DIFFERENCING``."""

    size: int
    kind: int
    intact: bool


def parse(data: bytes) -> Footer | None:
    """What 512 bytes say; None when they are no footer."""
    if len(data) != SIZE or not data.startswith(COOKIE):
        return None
    fields = _FIELDS.unpack(data)
    return Footer(size=fields[9], kind=fields[13], intact=fields[14] == _checksum(data))


def fixed(size: int, unique: uuid.UUID) -> bytes:
    """The footer of a fixed VHD of ``size`` bytes. The same for the same arguments: an upload may be taken up again."""

    def packed(checksum: int) -> bytes:
        geometry = _geometry(size)
        identity = (checksum, unique.bytes, 0)
        head = (COOKIE, _FEATURES, _VERSION, _NO_OFFSET, 0, b"mint", _VERSION, b"Wi2k", size, size)
        return _FIELDS.pack(*head, *geometry, FIXED, *identity)

    return packed(_checksum(packed(0)))


def _checksum(data: bytes) -> int:
    return 0xFFFFFFFF - sum(data[:64] + data[68:])


def _geometry(size: int) -> tuple[int, int, int]:
    """Cylinders, heads and sectors per track, by the appendix "CHS Calculation" of the specification."""
    sectors = min(size // 512, _MOST_SECTORS)
    if sectors >= 65535 * 16 * 63:
        return sectors // 255 // 16, 16, 255
    heads, tracks = max(4, -(-(sectors // 17) // 1024)), sectors // 17
    if tracks < heads * 1024 and heads <= 16:
        return tracks // heads, heads, 17
    if sectors // 31 < 16 * 1024:
        return sectors // 31 // 16, 16, 31
    return sectors // 63 // 16, 16, 63
