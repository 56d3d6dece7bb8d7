"""Real machines, run by QEMU."""

from localazure.hypervisor.qemu.driver import QemuHypervisor
from localazure.hypervisor.qemu.settings import QemuSettings

__all__ = ["QemuHypervisor", "QemuSettings"]
