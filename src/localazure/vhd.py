"""Fixed VHDs (Microsoft, "Virtual Hard Disk Image Format Specification" 1.0): the disk, then 512 bytes that say so."""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from pathlib import Path

FOOTER = 512
_COOKIE = b"conectix"
FIXED = 2
_LAYOUT = struct.Struct(">8sIIQI4sI4sQQIII16sB427x")
_CREATOR = b"lazr"


@dataclass(frozen=True)
class Footer:
    """What a footer says. ``intact``: its checksum is right."""

    size: int
    kind: int
    intact: bool


def read_footer(path: Path) -> Footer | None:
    """The footer at a file's end; None where there is none."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - FOOTER))
        data = file.read(FOOTER)
    if len(data) < FOOTER or not data.startswith(_COOKIE):
        return None
    fields = _LAYOUT.unpack(data)
    return Footer(size=fields[9], kind=fields[11], intact=fields[12] == _checksum(data))


def footer(size: int, unique: uuid.UUID) -> bytes:
    """The footer of a fixed VHD with ``size`` bytes before it."""
    fields = [
        _COOKIE,
        2,
        0x10000,
        0xFFFFFFFFFFFFFFFF,
        0,
        _CREATOR,
        0x10000,
        b"Wi2k",
        size,
        size,
        _geometry(size),
        FIXED,
    ]
    blank = _LAYOUT.pack(*fields, 0, unique.bytes, 0)
    return _LAYOUT.pack(*fields, _checksum(blank), unique.bytes, 0)


def _checksum(data: bytes) -> int:
    """The ones' complement of the sum of all bytes but its own four."""
    return ~(sum(data[:64]) + sum(data[68:])) & 0xFFFFFFFF


def _geometry(size: int) -> int:
    """Cylinders, heads and sectors of old BIOSes; the specification's appendix has the rules."""
    sectors = min(size // 512, 65535 * 16 * 255)
    per_track, heads = 17, 0
    if sectors >= 65535 * 16 * 63:
        per_track, heads = 255, 16
        return (sectors // per_track // heads) << 16 | heads << 8 | per_track
    heads = max(4, (sectors // per_track + 1023) // 1024)
    if sectors // per_track >= heads * 1024 or heads > 16:
        per_track, heads = 31, 16
    if sectors // per_track >= heads * 1024:
        per_track, heads = 63, 16
    return (sectors // per_track // heads) << 16 | heads << 8 | per_track
