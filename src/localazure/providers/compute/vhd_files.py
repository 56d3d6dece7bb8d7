"""What Azure asks of a VHD that a disk is to be made of."""

from __future__ import annotations

from pathlib import Path

from localazure.arm.errors import CloudError
from localazure.vhd import FIXED, FOOTER, read_footer

_MIB = 1024 * 1024


def check_vhd(path: Path, name: str) -> None:
    """Raises CloudError 400 in Azure's words for what is no fixed VHD of whole MiB."""
    size, footer = path.stat().st_size - FOOTER, read_footer(path)
    if footer is None:
        raise _refused(
            f"The specified cookie value in VHD footer indicates that disk '{name}' is not a supported VHD. Disk is "
            "expected to have cookie value 'conectix'."
        )
    if not footer.intact:
        raise _refused(f"The checksum in the VHD footer of disk '{name}' is wrong.")
    if footer.kind != FIXED:
        raise _refused(f"Only fixed VHDs are supported, and '{name}' is of type {footer.kind}.")
    if size % _MIB or footer.size != size:
        raise _refused(f"The size of the VHD '{name}' is not a whole number of MBs, or not the one in its footer.")


def _refused(message: str) -> CloudError:
    return CloudError(400, "InvalidVhd", message)
