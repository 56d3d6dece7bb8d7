"""Copies of the build VM's disks: a build can come back to what cannot be undone, or took long."""

from __future__ import annotations

from mintage.artifacts import BuildVm, DataSnapshot, DiskSnapshot
from mintage.azure.clients import Clients
from mintage.azure.disk_copies import disk_snapshot
from mintage.azure.ensure import Document, Wanted, ensure
from mintage.azure.last_seen import telling_last_seen
from mintage.azure.power import there_at_rest
from mintage.azure.together import finish, finish_all
from mintage.build_plan import BuildPlan
from mintage.recipe import in_seconds


def snapshot_disks(clients: Clients, plan: BuildPlan, vm: BuildVm, name: str) -> DiskSnapshot:
    """Keep what the disks hold now, or adopt the snapshots of that name. They go with the build's resource group.

    All are begun together, so they are of nearly one moment. Raises MachineLost when there is no VM.
    """
    with telling_last_seen(clients, vm.resource_group, vm.name):
        return _snapshots(clients, plan, vm, name, in_seconds(plan.recipe.timeouts.snapshot))


def _snapshots(clients: Clients, plan: BuildPlan, vm: BuildVm, name: str, seconds: float) -> DiskSnapshot:
    found = finish(vm.resource_id, there_at_rest(clients, vm), seconds=seconds)
    # Asked of the VM: a disk that was put back is another one than the VM was made with.
    storage = found["properties"]["storageProfile"]
    wanted: dict[int | None, Wanted] = {None: _snapshot(clients, plan, vm, name, storage["osDisk"])}
    for each in storage.get("dataDisks") or ():
        wanted[int(each["lun"])] = _snapshot(clients, plan, vm, f"{name}-data-{each['lun']}", each)
    made = finish_all({each.id: ensure(each) for each in wanted.values()}, seconds=seconds)
    ids = {lun: str(made[each.id]["id"]) for lun, each in wanted.items()}
    data = tuple(DataSnapshot(lun=lun, resource_id=each) for lun, each in ids.items() if lun is not None)
    return DiskSnapshot(resource_id=ids[None], name=name, data=data)


def _snapshot(clients: Clients, plan: BuildPlan, vm: BuildVm, name: str, attached: Document) -> Wanted:
    return disk_snapshot(clients, (plan.names.group, name), vm.location, plan.tags, attached["managedDisk"]["id"])
