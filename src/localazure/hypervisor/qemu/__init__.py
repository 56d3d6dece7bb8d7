"""Real machines, run by QEMU."""

from __future__ import annotations

from pathlib import Path

from localazure.hypervisor.base import LayerId
from localazure.hypervisor.qemu.driver import QemuHypervisor
from localazure.hypervisor.qemu.layers import LayerStore
from localazure.hypervisor.qemu.qemu_img import QemuImg
from localazure.hypervisor.qemu.settings import QemuSettings

__all__ = ["QemuHypervisor", "QemuSettings", "export_layer", "make_hypervisor"]


def make_hypervisor(folder: Path) -> QemuHypervisor:
    """The driver over a folder of its own, made when absent, with the settings that fit Debian 12."""
    return QemuHypervisor(folder, QemuSettings())


def export_layer(folder: Path, layer: LayerId, out: Path) -> None:
    """Write a layer as a VHD, whether a driver works on ``folder`` or not: layers never change.

    Raises HypervisorError.
    """
    layers = LayerStore(folder / "disks", QemuImg(QemuSettings()), sweep=False)
    try:
        layers.export_layer(layer, out)
    finally:
        layers.close()
