"""A copy of the build VM's disk from before it is generalized, which cannot be undone."""

from __future__ import annotations

from mintage.artifacts import BuildVm, DiskSnapshot
from mintage.azure.clients import Clients
from mintage.azure.ensure import Wanted, ensure
from mintage.azure.together import finish
from mintage.build_plan import BuildPlan

_SECONDS = 30 * 60


def snapshot_os_disk(clients: Clients, plan: BuildPlan, vm: BuildVm) -> DiskSnapshot:
    """Keep what the disk holds now, or adopt the snapshot that was made. It goes with the build's resource group."""
    body = {
        "location": vm.location,
        "tags": plan.tags,
        "sku": {"name": "Standard_LRS"},
        "properties": {
            "incremental": True,
            "creationData": {"createOption": "Copy", "sourceResourceId": vm.os_disk_id},
            # Nobody downloads it: it is there to make a disk from.
            "networkAccessPolicy": "DenyAll",
            "publicNetworkAccess": "Disabled",
        },
    }
    path = (vm.resource_group, plan.names.snapshot)
    wanted = Wanted(clients, "Microsoft.Compute/snapshots", clients.compute.snapshots, path, body)
    made = finish(wanted.id, ensure(wanted), seconds=_SECONDS)
    return DiskSnapshot(resource_id=str(made["id"]), name=str(made["name"]))
