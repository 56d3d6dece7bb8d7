"""Decides between KVM and TCG, by trying.

A /dev/kvm that opens but hangs every guest exists in the wild, so its presence proves nothing. What a probe found is
kept until the host boots again. ``-accel kvm:tcg`` is never used: it falls back only when KVM cannot be opened.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from localazure.hypervisor.qemu.command import Accelerator
from localazure.hypervisor.qemu.settings import QemuSettings

PROBE_SECONDS = 20.0
_BOOTED = 85
"""QEMU's exit code when the probe wrote 42 to the debug exit port: 42 * 2 + 1."""
# mov al, 42; out 0xf4, al; hlt; jmp $-1 -- a boot sector that says it ran, and nothing else.
_BOOT_SECTOR = bytes.fromhex("b02ae6f4f4ebfd").ljust(510, b"\0") + b"\x55\xaa"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_log = logging.getLogger("localazure.hypervisor")


def choose_accelerator(state_dir: Path, settings: QemuSettings) -> Accelerator:
    """What the settings say, or for ``auto`` what works on this host."""
    if settings.accelerator != "auto":
        return settings.accelerator
    cache = state_dir / "accelerator"
    boot = _BOOT_ID.read_text().strip()
    if cache.exists() and cache.read_text().split() in ([boot, "kvm"], [boot, "tcg"]):
        return "kvm" if cache.read_text().split()[1] == "kvm" else "tcg"
    found: Accelerator = "kvm" if kvm_works(settings) else "tcg"
    if shutil.which(settings.qemu):
        # Without QEMU, which may be installed yet, nothing was found out.
        cache.write_text(f"{boot} {found}\n")
    _log.info(
        "Virtual machines run on %s", "KVM" if found == "kvm" else "TCG: emulated, about ten times slower than KVM"
    )
    return found


def kvm_works(settings: QemuSettings) -> bool:
    """The processor has virtualization, /dev/kvm opens, and a guest really boots on it."""
    flags = set(Path("/proc/cpuinfo").read_text().split())
    if not flags & {"vmx", "svm"}:
        return False
    try:
        os.close(os.open("/dev/kvm", os.O_RDWR))
    except OSError:
        return False
    return boots("kvm", settings)


def boots(accelerator: Accelerator, settings: QemuSettings) -> bool:
    """Whether a boot sector runs, within :data:`PROBE_SECONDS`."""
    with tempfile.NamedTemporaryFile(suffix=".img") as image:
        image.write(_BOOT_SECTOR)
        image.flush()
        argv = [
            *(settings.qemu, "-accel", accelerator, "-machine", "pc", "-m", "64", "-nodefaults", "-no-user-config"),
            *("-display", "none", "-device", "isa-debug-exit,iobase=0xf4,iosize=1"),
            *("-drive", f"file={image.name},format=raw,if=ide,snapshot=on"),
        ]
        try:
            done = subprocess.run(argv, capture_output=True, check=False, timeout=PROBE_SECONDS)
        except (subprocess.TimeoutExpired, FileNotFoundError):
            return False
    return done.returncode == _BOOTED
