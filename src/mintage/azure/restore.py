"""A build VM's disk put back as it was when its snapshot was taken."""

from __future__ import annotations

from typing import Any

from mintage.artifacts import BuildVm, DiskSnapshot
from mintage.azure.clients import Clients
from mintage.azure.comeback import from_disk, running_again
from mintage.azure.ensure import Document, Wanted, ensure, removed
from mintage.azure.os_disk import newest_os_disk, next_name
from mintage.azure.power import deallocated, found_at_rest
from mintage.azure.together import Waiting, completed, finish
from mintage.build_plan import BuildPlan
from mintage.names import SYSPREP_TAG

DISK = "Microsoft.Compute/disks"
_SECONDS = 60 * 60


def restore(clients: Clients, plan: BuildPlan, vm: BuildVm, snapshot: DiskSnapshot) -> None:
    """Give the VM a disk made from the snapshot in the place of its own, which is removed, and start it.

    Called again by another process, it does so once more: a disk that was begun is not known to be whole.
    """
    finish(vm.resource_id, _restored(clients, plan, vm, snapshot), seconds=_SECONDS)


def _restored(clients: Clients, plan: BuildPlan, vm: BuildVm, snapshot: DiskSnapshot) -> Waiting[None]:
    if (yield from found_at_rest(clients, vm.resource_group, vm.name)) is None:
        yield from _made_anew(clients, plan, vm, snapshot)
        return
    found = yield from deallocated(clients, vm.resource_group, vm.name)
    old = str(found["properties"]["storageProfile"]["osDisk"]["name"])
    disk = yield from ensure(_disk(clients, plan, vm, next_name(old), snapshot))
    yield from completed(
        clients.compute.virtual_machines.begin_update(vm.resource_group, vm.name, _with_disk(found, disk))
    )
    yield from _removed_disk(clients, vm, old)
    yield from running_again(clients, plan, vm)


def _made_anew(clients: Clients, plan: BuildPlan, vm: BuildVm, snapshot: DiskSnapshot) -> Waiting[None]:
    """The VM was deleted, with its disk or without it."""
    old = newest_os_disk(clients, vm)
    name = next_name(str(old["name"])) if old else plan.names.os_disk(vm.name)
    yield from ensure(_disk(clients, plan, vm, name, snapshot))
    yield from from_disk(clients, plan, vm)
    if old:
        yield from _removed_disk(clients, vm, str(old["name"]))


def _removed_disk(clients: Clients, vm: BuildVm, name: str) -> Waiting[None]:
    yield from removed(Wanted(clients, DISK, clients.compute.disks, (vm.resource_group, name), {}))


def _disk(clients: Clients, plan: BuildPlan, vm: BuildVm, name: str, snapshot: DiskSnapshot) -> Wanted:
    zone = {"zones": [vm.zone]} if vm.zone else {}
    body = zone | {
        "location": vm.location,
        "tags": plan.tags,
        "sku": {"name": "Standard_LRS"},
        "properties": {
            "creationData": {"createOption": "Copy", "sourceResourceId": snapshot.resource_id},
            "networkAccessPolicy": "DenyAll",
            "publicNetworkAccess": "Disabled",
        },
    }
    return Wanted(clients, DISK, clients.compute.disks, (vm.resource_group, name), body)


def _with_disk(vm: Document, disk: Document) -> Any:  # noqa: ANN401 - any JSON
    """What exchanges the disk (Microsoft Learn: "Change the OS disk used by an Azure VM"). The mark of Sysprep goes."""
    tags = {**(vm.get("tags") or {}), SYSPREP_TAG: ""}
    os_disk = {
        "name": str(disk["name"]),
        "createOption": vm["properties"]["storageProfile"]["osDisk"]["createOption"],
        "caching": "ReadWrite",
        "deleteOption": vm["properties"]["storageProfile"]["osDisk"].get("deleteOption", "Delete"),
        "managedDisk": {"id": str(disk["id"])},
    }
    return {"tags": tags, "properties": {"storageProfile": {"osDisk": os_disk}}}
