"""Disk images as Azure takes them: a fixed VHD, a whole number of MiB, with a footer; never written down as one."""

from mintage.vhd.content import BLOCK, hash_vhd
from mintage.vhd.disk_file import DiskFile, DiskFormat, describe
from mintage.vhd.image import Range, VhdImage, open_image

__all__ = ["BLOCK", "DiskFile", "DiskFormat", "Range", "VhdImage", "describe", "hash_vhd", "open_image"]
