"""Lays a root directory out as the disk Azure boots: GPT, EFI system partition, BIOS boot partition, ext4 root.

Nothing is mounted and no loop device is used: each tool writes at its partition's offset in one sparse file.
The partitions have the numbers and places that Debian's image for Azure gives them (1 root, 14 BIOS boot, 15 ESP).
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from pathlib import Path

from localazure.base_images.commands import run

SECTOR = 512
BIOS_BOOT_SECTOR = 2048
ESP_SECTOR = 8192
ROOT_SECTOR = 262144
_BYTES_AT_END = 1 << 20
"""Left free for the second partition table."""
_BOOT_CODE_BYTES = 440

# Where GRUB's own installer writes (include/grub/i386/pc/boot.h of GRUB 2.06).
_BOOT_KERNEL_SECTOR = 0x5C
_BOOT_DRIVE_CHECK = 0x66
_CORE_BLOCKLIST = SECTOR - 12


@dataclass(frozen=True)
class FileSystemIds:
    """What ``fstab`` and the boot loader know the file systems by."""

    root: uuid.UUID
    esp: int

    @property
    def esp_text(self) -> str:
        """The FAT volume id as ``blkid`` shows it."""
        return f"{self.esp >> 16:04X}-{self.esp & 0xFFFF:04X}"


def make_disk(root: Path, disk: Path, *, size_bytes: int, ids: FileSystemIds, as_owner: tuple[str, ...] = ()) -> None:
    """Write ``root`` as a bootable raw disk of ``size_bytes``.

    ``as_owner`` starts the commands that must see the tree's owners as root does.
    """
    with disk.open("wb") as file:
        file.truncate(size_bytes)
    root_bytes = size_bytes - ROOT_SECTOR * SECTOR - _BYTES_AT_END
    _partition(disk, root_bytes // SECTOR)
    _make_root(root, disk, root_bytes // 1024, ids, as_owner)
    _make_esp(root, disk, ids)
    _make_bios_boot(root / "boot/grub/i386-pc", disk)


def _partition(disk: Path, root_sectors: int) -> None:
    table = f"""label: gpt
start={ROOT_SECTOR}, size={root_sectors}, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=root
start={BIOS_BOOT_SECTOR}, size={ESP_SECTOR - BIOS_BOOT_SECTOR}, type=21686148-6449-6E6F-744E-656564454649
start={ESP_SECTOR}, size={ROOT_SECTOR - ESP_SECTOR}, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=esp
"""
    numbered = table.replace("start=", "{n} : start=")
    for number in (1, 14, 15):
        numbered = numbered.replace("{n}", str(number), 1)
    run(["sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", str(disk)], stdin=numbered)


def _make_root(root: Path, disk: Path, kib: int, ids: FileSystemIds, as_owner: tuple[str, ...]) -> None:
    # Lazy tables would be written by the guest's kernel at its first boot, as megabytes in the overlay.
    options = f"offset={ROOT_SECTOR * SECTOR},lazy_itable_init=0,lazy_journal_init=0"
    mke2fs = ["mke2fs", "-q", "-F", "-t", "ext4", "-U", str(ids.root), "-E", options, "-d", str(root)]
    run([*as_owner, *mke2fs, str(disk), f"{kib}k"])


def _make_esp(root: Path, disk: Path, ids: FileSystemIds) -> None:
    esp = disk.with_suffix(".esp")
    with esp.open("wb") as file:
        file.truncate((ROOT_SECTOR - ESP_SECTOR) * SECTOR)
    hidden = ["-h", str(ESP_SECTOR)]
    run(["mkfs.vfat", "-F", "32", "-n", "UEFI", "-i", f"{ids.esp:08x}", *hidden, str(esp)])
    run(["mmd", "-i", str(esp), "::EFI", "::EFI/BOOT", "::EFI/debian"])
    for source, targets in _loaders().items():
        for target in targets:
            run(["mcopy", "-i", str(esp), str(root / source), f"::EFI/{target}"])
    run(["mcopy", "-i", str(esp), "-", "::EFI/debian/grub.cfg"], stdin=_esp_config(ids))
    _write_at(disk, ESP_SECTOR, esp.read_bytes())
    esp.unlink()


def _loaders() -> dict[str, tuple[str, ...]]:
    """The files of shim and GRUB, as Debian signed them, and where the firmware and shim look for them."""
    return {
        "usr/lib/shim/shimx64.efi.signed": ("BOOT/BOOTX64.EFI", "debian/shimx64.efi"),
        "usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed": ("BOOT/grubx64.efi", "debian/grubx64.efi"),
    }


def _esp_config(ids: FileSystemIds) -> str:
    """Debian's signed GRUB reads EFI/debian/grub.cfg; what to boot stays with ``update-grub`` on the root."""
    return f"search.fs_uuid {ids.root} root\nset prefix=($root)'/boot/grub'\nconfigfile $prefix/grub.cfg\n"


def _make_bios_boot(loader: Path, disk: Path) -> None:
    """What ``grub-bios-setup`` does, without a block device: boot.img leads to core.img in its own partition."""
    boot = bytearray((loader / "boot.img").read_bytes())
    core = bytearray((loader / "core.img").read_bytes())
    struct.pack_into("<Q", boot, _BOOT_KERNEL_SECTOR, BIOS_BOOT_SECTOR)
    struct.pack_into("<H", boot, _BOOT_DRIVE_CHECK, 0x9090)
    struct.pack_into("<Q", core, _CORE_BLOCKLIST, BIOS_BOOT_SECTOR + 1)
    _write_at(disk, 0, bytes(boot[:_BOOT_CODE_BYTES]))
    _write_at(disk, BIOS_BOOT_SECTOR, bytes(core))


def _write_at(disk: Path, sector: int, content: bytes) -> None:
    with disk.open("r+b") as file:
        file.seek(sector * SECTOR)
        file.write(content)
