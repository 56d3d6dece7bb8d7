"""What an image starts from that is no image: snapshots, managed disks, and the disks of a virtual machine."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mintage.recipe.words import Part, ResourceId

State = Annotated[
    Literal["specialized", "generalized"],
    Field(description="specialized: a machine's own disk, as it is; generalized: prepared for new machines before"),
]
"""Azure does not know it of a disk."""
SnapshotId = Annotated[str, ResourceId("Microsoft.Compute/snapshots/*")]
DiskId = Annotated[str, ResourceId("Microsoft.Compute/disks/*")]
Lun = Annotated[int, Field(ge=0, le=63)]


class SnapshotDataDisk(Part):
    """A data disk that goes with the system's."""

    lun: Lun
    snapshot_id: SnapshotId


class ManagedDataDisk(Part):
    """A data disk that goes with the system's."""

    lun: Lun
    disk_id: DiskId


class SnapshotSource(Part):
    """A snapshot of a system's disk, and those of its data disks. They are copied, and stay as they are."""

    kind: Literal["snapshot"]
    snapshot_id: SnapshotId
    state: State = "specialized"
    data_disks: tuple[SnapshotDataDisk, ...] = ()


class ManagedDiskSource(Part):
    """A system's managed disk, and its data disks, as they are when the build copies them."""

    kind: Literal["managed_disk"]
    disk_id: DiskId
    state: State = "specialized"
    data_disks: tuple[ManagedDataDisk, ...] = ()


class VirtualMachineSource(Part):
    """A virtual machine. Its disks are copied, also while it runs; it is not touched, unless the recipe says so."""

    kind: Literal["virtual_machine"]
    vm_id: Annotated[str, ResourceId("Microsoft.Compute/virtualMachines/*")]
    generalize_original: bool = Field(
        False, description="Generalize the VM itself, which never starts again. Whoever starts the build must agree"
    )


DiskSource = SnapshotSource | ManagedDiskSource | VirtualMachineSource
