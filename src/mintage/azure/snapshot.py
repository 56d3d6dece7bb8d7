"""Copies of the build VM's disk: a build can come back to what cannot be undone, or took long."""

from __future__ import annotations

from mintage.artifacts import BuildVm, DiskSnapshot
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted, ensure
from mintage.azure.power import there_at_rest
from mintage.azure.together import Waiting, finish
from mintage.build_plan import BuildPlan

_SECONDS = 30 * 60


def snapshot_os_disk(clients: Clients, plan: BuildPlan, vm: BuildVm, name: str) -> DiskSnapshot:
    """Keep what the disk holds now, or adopt the snapshot of that name. It goes with the build's resource group.

    Raises MachineLost when there is no VM.
    """
    made = finish(vm.resource_id, _made(clients, plan, vm, name), seconds=_SECONDS)
    return DiskSnapshot(resource_id=str(made["id"]), name=str(made["name"]))


def _made(clients: Clients, plan: BuildPlan, vm: BuildVm, name: str) -> Waiting[Document]:
    found = yield from there_at_rest(clients, vm)
    body = {
        "location": vm.location,
        "tags": plan.tags,
        "sku": {"name": "Standard_LRS"},
        "properties": {
            "incremental": True,
            # Asked of the VM: a disk that was put back is another one than the VM was made with.
            "creationData": {
                "createOption": "Copy",
                "sourceResourceId": found["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"],
            },
            # Nobody downloads it: it is there to make a disk from.
            "networkAccessPolicy": "DenyAll",
            "publicNetworkAccess": "Disabled",
        },
    }
    path = (vm.resource_group, name)
    return (yield from ensure(Wanted(clients, "Microsoft.Compute/snapshots", clients.compute.snapshots, path, body)))
