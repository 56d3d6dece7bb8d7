"""What Azure gives a new Windows machine: names and the password of its administrator, and custom data."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ProvisioningData:
    """Of the VM that boots now.

    ``computer_name`` and the administrator are None for a VM without osProfile: one of a specialized disk.
    """

    vm_id: str
    computer_name: str | None = None
    admin_username: str | None = None
    admin_password: str | None = field(default=None, repr=False)
    custom_data: str | None = field(default=None, repr=False)
    """Base64."""
    private_ip: str = ""
    prefix_length: int = 24
    gateway: str = ""
    mac: str = "00-0D-3A-00-00-01"
    vcpus: int = 2
    memory_mib: int = 8192
    disk_bytes: int | None = None
    """The size of the operating system's disk; None keeps what the disk itself says."""
    time_zone: str = "UTC"

    @property
    def complete(self) -> bool:
        return bool(self.computer_name and self.admin_username and self.admin_password)
