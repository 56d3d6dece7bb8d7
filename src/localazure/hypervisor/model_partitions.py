"""The partition table of a model's disk: such as an installed system has, with the archive in the place of its root."""

from __future__ import annotations

import struct
import uuid
import zlib

SECTOR = 512
ARCHIVE_AT = 2 * 1024 * 1024
"""Bytes before the archive: the table, and an empty EFI system partition of 1 MiB."""
_ENTRIES, _ENTRY = 128, 128
_TABLE_SECTORS = _ENTRIES * _ENTRY // SECTOR
AT_END = (_TABLE_SECTORS + 1) * SECTOR
"""Bytes of the second table, at the disk's end."""
_EFI = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
_LINUX = uuid.UUID("0fc63daf-8483-4772-8e79-3d69d8477de4")


def tables(size: int) -> tuple[bytes, bytes]:
    """What stands at the beginning of a disk of so many bytes, and what at its end (UEFI specification, chapter 5)."""
    last = size // SECTOR - 1
    edges = [ARCHIVE_AT // 2 // SECTOR, ARCHIVE_AT // SECTOR, last - _TABLE_SECTORS]
    entries = b"".join(
        _entry(kind, edges[index], edges[index + 1] - 1, name)
        for index, (kind, name) in enumerate(((_EFI, "EFI"), (_LINUX, "model")))
    ).ljust(_ENTRIES * _ENTRY, b"\0")
    # The same whenever the disk is read.
    disk = uuid.uuid5(_EFI, str(size))
    first = _protective(last) + _header(disk, 1, last, 2, entries, last) + entries
    return first, entries + _header(disk, last, 1, last - _TABLE_SECTORS, entries, last)


def _protective(last: int) -> bytes:
    """For those who know no GPT: one partition of an unknown kind, over all. The code before it boots nothing."""
    partition = struct.pack("<B3sB3sII", 0, b"\0\2\0", 0xEE, b"\xff\xff\xff", 1, min(last, 0xFFFFFFFF))
    return b"\xf4".ljust(446, b"\0") + partition.ljust(64, b"\0") + b"\x55\xaa"


def _header(disk: uuid.UUID, here: int, other: int, table: int, entries: bytes, last: int) -> bytes:
    usable = (_TABLE_SECTORS + 2, last - _TABLE_SECTORS - 1)

    def packed(checksum: int) -> bytes:
        head = struct.pack("<8sIIIIQQQQ", b"EFI PART", 0x10000, 92, checksum, 0, here, other, *usable)
        return head + struct.pack("<16sQIII", disk.bytes_le, table, _ENTRIES, _ENTRY, zlib.crc32(entries))

    return packed(zlib.crc32(packed(0))).ljust(SECTOR, b"\0")


def _entry(kind: uuid.UUID, first: int, last: int, name: str) -> bytes:
    unique = uuid.uuid5(kind, f"{first} {last} {name}").bytes_le
    return struct.pack("<16s16sQQQ72s", kind.bytes_le, unique, first, last, 0, name.encode("utf-16-le"))
