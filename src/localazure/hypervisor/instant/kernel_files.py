"""What a kernel of the guest's own would say of itself: files bound over the host's in the guest's /proc."""

from __future__ import annotations

import re
import time
from pathlib import Path

RELEASE = "6.1.0-model-cloud-amd64"
"""The one kernel in the model's /boot."""
_COMMAND_LINE = f"BOOT_IMAGE=/boot/vmlinuz-{RELEASE} ro console=tty0 console=ttyS0,115200 earlyprintk=ttyS0,115200\n"
_SWAPS = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
PATHS = {
    "boot_id": "/proc/sys/kernel/random/boot_id",
    "cmdline": "/proc/cmdline",
    "osrelease": "/proc/sys/kernel/osrelease",
    "stat": "/proc/stat",
    "swaps": "/proc/swaps",
}


def write(folder: Path, boot_id: str) -> None:
    """Lay the files of PATHS into ``folder``; those of an earlier boot are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "boot_id": f"{boot_id}\n",
        "cmdline": _COMMAND_LINE,
        "osrelease": f"{RELEASE}\n",
        "stat": _stat(),
        "swaps": _SWAPS,
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o644)


def _stat() -> str:
    """The host's, with the guest's time of boot. Who looks for files older than this boot goes by it."""
    return re.sub(r"(?m)^btime \d+$", f"btime {int(time.time())}", Path("/proc/stat").read_text())
