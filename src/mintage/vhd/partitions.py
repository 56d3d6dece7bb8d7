"""What a disk's first sectors say about how it boots."""

from __future__ import annotations

import struct
import uuid

from mintage.errors import SourceError

NEEDED = 64 * 1024
"""Bytes from the disk's beginning that ``check_bootable`` looks at."""
_EFI = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b").bytes_le
_ARM64 = frozenset(
    uuid.UUID(each).bytes_le
    for each in ("b921b045-1df0-41c3-af44-4c6f280d3fae", "b0e01050-ee5f-4390-949a-9101b17104e9")
)
"""Types of the partitions for / and /usr of Arm64 (UAPI Group, "Discoverable Partitions Specification")."""
_MBR_EFI, _MBR_PROTECTIVE = 0xEF, 0xEE


def check_bootable(head: bytes, generation: str, where: str) -> None:
    """Raises SourceError when a machine of this generation could not boot from a disk that begins so."""
    if head[510:512] != b"\x55\xaa":
        seen = "the disk has no partition table" + (
            " for sectors of 512 bytes" if head[4096:4104] == b"EFI PART" else ""
        )
        remedy = "give the disk of an installed system, partition table included; Azure's sectors have 512 bytes"
        raise SourceError("Nothing could boot from this disk", where=where, seen=seen, remedy=remedy)
    if generation == "V2" and not _has_efi_partition(head):
        remedy = "set source.generation to V1 if it boots by BIOS, or give a disk that was installed for UEFI"
        raise SourceError(
            "A machine of generation V2 boots by UEFI, and this disk cannot",
            where=where,
            seen="no EFI system partition",
            remedy=remedy,
        )
    if _ARM64 & _gpt_kinds(head):
        remedy = "make a gallery image version of it (az sig image-version create), and start from that (kind: gallery)"
        raise SourceError(
            "This disk is for Arm64, of which Azure makes no managed image",
            where=where,
            seen="the type of a partition says so",
            remedy=remedy,
        )
    if generation == "V1" and not any(head[:440]):
        remedy = "set source.generation to V2 if it boots by UEFI"
        raise SourceError(
            "A machine of generation V1 boots by BIOS, and this disk cannot",
            where=where,
            seen="no boot code in its first sector",
            remedy=remedy,
        )


def _has_efi_partition(head: bytes) -> bool:
    kinds = {head[446 + 16 * number + 4] for number in range(4)}
    return _MBR_EFI in kinds or (_MBR_PROTECTIVE in kinds and _EFI in _gpt_kinds(head))


def _gpt_kinds(head: bytes) -> set[bytes]:
    if head[512:520] != b"EFI PART":
        return set()
    first, count, size = struct.unpack_from("<QII", head, 512 + 72)
    starts = range(first * 512, min(first * 512 + count * size, len(head)), size or 1)
    return {head[at : at + 16] for at in starts}
