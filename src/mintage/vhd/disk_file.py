"""What kind of disk image a file is, and whether it can be used: known before anything else is done with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from mintage.errors import SourceError
from mintage.vhd import footer, qemu_img

MIB = 1024 * 1024
SMALLEST, LARGEST = 20 * MIB, 4095 * 1024 * MIB
"""Bytes of a disk to boot from that can be uploaded (REST API, CreationData.uploadSizeBytes; "Azure managed disks")."""
_CONVERT = "convert it: qemu-img convert -O qcow2 FILE NEW.qcow2"
_REFUSED: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"KDMV", "a VMDK", _CONVERT),
    (0, b"# Disk DescriptorFile", "a VMDK's description", _CONVERT),
    (64, b"\x7f\x10\xda\xbe", "a VDI", _CONVERT),
    (0, b"\x1f\x8b", "compressed with gzip", "unpack it first"),
    (0, b"\xfd7zXZ\x00", "compressed with xz", "unpack it first"),
    (0, b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it first"),
    (0, b"BZh", "compressed with bzip2", "unpack it first"),
    (0, b"PK\x03\x04", "a ZIP archive", "unpack it first"),
    (32769, b"CD001", "a CD image", "give the disk of an installed system"),
)
_HEAD = 64 * 1024


class DiskFormat(StrEnum):
    RAW = "raw"
    FIXED_VHD = "fixed VHD"
    DYNAMIC_VHD = "dynamic VHD"
    VHDX = "VHDX"
    QCOW2 = "qcow2"


DRIVERS = {DiskFormat.DYNAMIC_VHD: "vpc", DiskFormat.VHDX: "vhdx", DiskFormat.QCOW2: "qcow2"}
"""Those that qemu-img has to read, by the name it has for them."""


@dataclass(frozen=True)
class DiskFile:
    """``size``: bytes of the disk, not of the file."""

    path: Path
    format: DiskFormat
    size: int

    @property
    def whole_size(self) -> int:
        """Rounded up to what Azure takes."""
        return -(-self.size // MIB) * MIB


def describe(path: Path) -> DiskFile:
    """Look at a file; takes milliseconds whatever its size. Its name does not count.

    Raises SourceError for what is no disk image that Azure could take, whatever it is converted to.
    """
    if not path.is_file():
        raise SourceError("There is no such disk image", where=str(path), remedy="correct source.file in the recipe")
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, path.stat().st_size - footer.SIZE))
        end = file.read(footer.SIZE)
    _refuse_known(path, head)
    disk = _described(path, head, end)
    _check_size(disk)
    return disk


def _refuse_known(path: Path, head: bytes) -> None:
    for at, magic, what, remedy in _REFUSED:
        if head[at : at + len(magic)] == magic:
            raise SourceError(
                "The file is no disk image that can be used", where=str(path), seen=f"it is {what}", remedy=remedy
            )


def _described(path: Path, head: bytes, end: bytes) -> DiskFile:
    if head.startswith(b"QFI\xfb"):
        return _by_qemu(path, DiskFormat.QCOW2)
    if head.startswith(b"vhdxfile"):
        return _by_qemu(path, DiskFormat.VHDX)
    found = footer.parse(end)
    if found is None:
        return DiskFile(path, DiskFormat.RAW, path.stat().st_size)
    return _vhd(path, found)


def _vhd(path: Path, found: footer.Footer) -> DiskFile:
    if not found.intact:
        raise _broken(path, "the footer's checksum is wrong")
    if found.kind == footer.DYNAMIC:
        return _by_qemu(path, DiskFormat.DYNAMIC_VHD)
    if found.kind != footer.FIXED:
        remedy = "merge it with its parent, in Hyper-V or with qemu-img convert, and give the whole disk"
        raise SourceError(
            "The VHD is only the difference to another", where=str(path), seen=f"type {found.kind}", remedy=remedy
        )
    held = path.stat().st_size - footer.SIZE
    if found.size != held:
        raise _broken(path, f"the footer says {found.size} bytes and the file holds {held}")
    return DiskFile(path, DiskFormat.FIXED_VHD, held)


def _by_qemu(path: Path, kind: DiskFormat) -> DiskFile:
    told = qemu_img.describe(path, DRIVERS[kind])
    _refuse_dependent(path, told)
    return DiskFile(path, kind, int(told["virtual-size"]))


def _refuse_dependent(path: Path, told: dict[str, Any]) -> None:
    backing, specific = told.get("backing-filename"), (told.get("format-specific") or {}).get("data") or {}
    if backing:
        remedy = f"flatten it: qemu-img convert -O qcow2 {path.name} WHOLE.qcow2"
        raise SourceError(
            "The image is only the difference to another",
            where=str(path),
            seen=f"it stands on {backing}",
            remedy=remedy,
        )
    if told.get("encrypted") or "data-file" in specific:
        seen = "it is encrypted" if told.get("encrypted") else f"its data is in {specific['data-file']}"
        raise SourceError(
            "The image cannot be read on its own", where=str(path), seen=seen, remedy="convert it to a plain one"
        )
    if specific.get("corrupt"):
        raise _broken(path, "it is marked as corrupt")


def _check_size(disk: DiskFile) -> None:
    if not SMALLEST <= disk.whole_size <= LARGEST:
        raise SourceError(
            "No disk of an operating system on Azure has this size",
            where=str(disk.path),
            seen=f"{disk.format}, {disk.size} bytes",
            remedy=f"Azure takes {SMALLEST // MIB} MiB to {LARGEST // MIB // 1024} GiB; is this the whole disk?",
        )


def _broken(path: Path, seen: str) -> SourceError:
    return SourceError(
        "The disk image is damaged", where=str(path), seen=seen, remedy="copy it anew from where it was made"
    )
