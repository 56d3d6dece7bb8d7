"""What localazure asks of whatever runs its virtual machines.

Three drivers implement it: for Linux ``qemu`` (real machines) or ``instant`` (models, for contract and scale tests),
and for Windows ``windows_model``. ``by_guest`` makes one of two.
The providers know only this file. Every call is synchronous and is made from a worker thread; a driver may be called
for different machines at once. Every call may be repeated: a server that died in the middle makes it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from localazure.hypervisor.mishaps import Mishap

OsType = Literal["Linux", "Windows"]

LayerId = str
"""Names an immutable disk content. What a snapshot, an image or an image version keeps is a layer."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HypervisorError(Exception):
    """A driver could not do what was asked. ``str(error)`` is for the API's caller, so it says what to do next."""


class DiskFull(HypervisorError):
    """The host's disk has no room for what a guest or a copy wants to write."""


class SshPublicKey(_Frozen):
    path: str
    key_data: str


class WindowsSettings(_Frozen):
    """``windowsConfiguration``, as far as a guest is told of it."""

    provision_agent: bool = True
    automatic_updates: bool = True
    time_zone: str | None = None
    """As Windows names it: ``Pacific Standard Time``."""
    winrm_http: bool = False
    """Whether an HTTP listener was asked for. One comes with the image anyway; what this adds is the firewall rule."""


class OsProfile(_Frozen):
    """What a generalized image is given at its first boot; absent for a specialized one."""

    computer_name: str
    admin_username: str
    admin_password: str | None = None
    disable_password_authentication: bool = True
    ssh_public_keys: tuple[SshPublicKey, ...] = ()
    custom_data: str | None = None
    """Base64, as the API's caller sent it."""
    windows: WindowsSettings | None = None
    """Only for a Windows guest."""


class GuestIdentity(_Frozen):
    """What the guest may learn about itself from IMDS, the wire server and the provisioning disc."""

    vm_id: str
    name: str
    resource_id: str
    resource_group: str
    subscription_id: str
    location: str
    size: str
    zone: str = ""
    priority: str = ""
    """Regular, Spot, or nothing when nobody said."""
    eviction_policy: str = ""
    os_type: OsType
    mac_address: str
    """Twelve upper-case hexadecimal digits, no separators, as in IMDS."""
    private_ip: str
    subnet_prefix: str
    public_ip: str | None = None
    os_profile: OsProfile | None = None
    user_data: str | None = None
    tags: Mapping[str, str] = {}


class Disk(_Frozen):
    disk_id: str
    lun: int | None = None
    """None for the operating system's disk."""


class Forward(_Frozen):
    """A port of the guest that answers on the host."""

    address: str
    """A loopback address of the host."""
    port: int
    guest_port: int


class Machine(_Frozen):
    """A virtual machine to run. ``vm_id`` is stable over its life and unique among all machines of a server."""

    vm_id: str
    generation: Literal["V1", "V2"]
    vcpus: int
    memory_mib: int
    disks: tuple[Disk, ...]
    forwards: tuple[Forward, ...]
    identity: GuestIdentity


class PowerState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    """The guest shut itself down, or was powered off. Its disks are at rest."""


class Agent(_Frozen):
    """What the guest's agent last reported."""

    version: str
    status: str
    """``Ready`` or ``Not Ready``."""
    message: str
    seconds_since_report: float


class MachineStatus(_Frozen):
    power: PowerState
    crash: str | None = None
    """Why the machine is not running although nobody stopped it: QEMU's last words, for example."""
    provisioned: bool = False
    """The guest has reported Ready to the wire server since it was created."""
    provisioning_failure: str | None = None
    """The reason in the guest's NotReady report, if it made one."""
    agent: Agent | None = None


class Script(_Frozen):
    """What Run Command gives the guest's agent: for PowerShell in a Windows guest, for a shell in a Linux one."""

    text: str = Field(repr=False)
    parameters: tuple[tuple[str, str], ...] = Field((), repr=False)
    """Names and values, in the order they were given. Either may hold secrets."""


class ScriptResult(_Frozen):
    exit_code: int
    stdout: str = Field(repr=False)
    """The last ``LONGEST_OUTPUT`` bytes of it."""
    stderr: str = Field(repr=False)


LONGEST_OUTPUT = 4096
"""Bytes of each stream that Run Command returns."""


class Hypervisor(Protocol):
    """Disks, layers and machines. Unknown ids: ``delete_*`` and ``stop`` are no-ops, the others raise."""

    def create_disk(self, disk_id: str, *, layer: LayerId | None, size_bytes: int | None) -> int:
        """Make a writable disk, empty or starting as ``layer`` and never smaller than it. Returns its size in bytes.

        An existing disk of that id is kept as it is.
        """

    def resize_disk(self, disk_id: str, size_bytes: int) -> None: ...

    def delete_disk(self, disk_id: str) -> None: ...

    def freeze_disk(self, disk_id: str, layer: LayerId) -> LayerId:
        """Keep what the disk holds now as ``layer``, also while a machine writes to it; the disk goes on above it.

        Costs megabytes and milliseconds, not a copy. An existing layer of that name is kept.
        """

    def import_layer(self, layer: LayerId, image: Path) -> int:
        """Take a raw, qcow2 or VHD file as ``layer`` (by reference where it can). Returns its virtual size in bytes."""

    def export_layer(self, layer: LayerId, out: Path) -> None:
        """Write the layer as Azure takes a VHD: fixed, size a whole number of MiB, footer."""

    def layer_size(self, layer: LayerId) -> int: ...

    def delete_layer(self, layer: LayerId) -> None:
        """Forget the layer; its bytes go when no disk and no other layer stands on them."""

    def start(self, machine: Machine) -> None:
        """Boot, or adopt the machine if it already runs. Returns when it runs, not when the guest is up."""

    def stop(self, vm_id: str, *, graceful: bool) -> None:
        """Shut the guest down (ACPI, with a deadline, then by force), or cut its power. Returns when it is stopped."""

    def restart(self, vm_id: str) -> None:
        """Reset the machine. The guest boots again; its memory is lost."""

    def delete(self, vm_id: str) -> None:
        """Stop by force and forget everything but the disks."""

    def set_forwards(self, vm_id: str, forwards: tuple[Forward, ...]) -> None:
        """Change which ports answer while the machine runs."""

    def status(self, vm_id: str) -> MachineStatus: ...

    def serial_log(self, vm_id: str) -> bytes:
        """All the guest wrote to its first serial port since it was created."""

    def runs_scripts(self, os_type: OsType) -> bool:
        """Whether ``begin_script`` works for guests of that kind."""

    def begin_script(self, vm_id: str, script: Script) -> Future[ScriptResult]:
        """Run a script in the guest as its agent does: as root, or as SYSTEM. Cancelling the future ends the script.

        Raises HypervisorError when the machine does not run; the future does when it stops before the script ends.
        """

    def mishaps(self, os_type: OsType) -> frozenset[type[Mishap]]:
        """What can befall guests of that kind."""

    def befall(self, vm_id: str, mishap: Mishap) -> None:
        """Let something go wrong in a running machine, once its guest is up. Returns when it has happened.

        Raises HypervisorError when the machine does not run, or cannot have that.
        """

    def close(self) -> None:
        """The server stops: power every machine down in good order; disks, layers and logs stay."""
