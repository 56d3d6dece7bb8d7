"""Real machines, run by QEMU."""

from __future__ import annotations

from pathlib import Path

from localazure.hypervisor.qemu.driver import QemuHypervisor
from localazure.hypervisor.qemu.settings import QemuSettings

__all__ = ["QemuHypervisor", "QemuSettings", "make_hypervisor"]


def make_hypervisor(folder: Path) -> QemuHypervisor:
    """The driver over a folder of its own, made when absent, with the settings that fit Debian 12."""
    return QemuHypervisor(folder, QemuSettings())
