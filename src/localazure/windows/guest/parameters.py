"""What the driver gives a guest at power on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from localazure.hypervisor.base import GuestIdentity, OsProfile


class Parameters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    disk: str
    """The folder that is the machine's disk, on the host."""
    disk_bytes: int
    pace: float
    vcpus: int
    memory_mib: int
    identity: GuestIdentity
    os_profile: OsProfile | None = None
    """With the administrator's password. None once the machine is provisioned, and for a specialized one."""
