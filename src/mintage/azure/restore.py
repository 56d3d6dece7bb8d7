"""A build VM's disks put back as they were when their snapshots were taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mintage.artifacts import BuildVm, DiskSnapshot
from mintage.azure.clients import Clients
from mintage.azure.comeback import from_disk, running_again
from mintage.azure.disk_copies import DISK, DiskLocation, disk_copy
from mintage.azure.ensure import Document, Wanted, ensure, removed
from mintage.azure.last_seen import telling_last_seen
from mintage.azure.originals import demand_copy
from mintage.azure.own_disks import newest_disks, next_name
from mintage.azure.power import deallocated, found_at_rest
from mintage.azure.together import Waiting, completed, finish
from mintage.build_plan import BuildPlan
from mintage.names import SYSPREP_TAG
from mintage.recipe import in_seconds


def restore(clients: Clients, plan: BuildPlan, vm: BuildVm, snapshot: DiskSnapshot) -> None:
    """Give the VM disks made from the snapshots in the place of its own, which are removed, and start it.

    Called again by another process, it does so once more: a disk that was begun is not known to be whole.
    """
    demand_copy(vm)
    seconds = in_seconds(plan.recipe.timeouts.start)
    with telling_last_seen(clients, vm.resource_group, vm.name):
        finish(vm.resource_id, _restored(clients, plan, vm, snapshot), seconds=seconds)


def _restored(clients: Clients, plan: BuildPlan, vm: BuildVm, snapshot: DiskSnapshot) -> Waiting[None]:
    if (yield from found_at_rest(clients, vm.resource_group, vm.name)) is None:
        yield from _made_anew(clients, plan, vm, snapshot)
        return
    found = yield from deallocated(clients, vm.resource_group, vm.name)
    storage = found["properties"]["storageProfile"]
    old: dict[int | None, str] = {None: str(storage["osDisk"]["name"])}
    old |= {int(each["lun"]): str(each["name"]) for each in storage.get("dataDisks") or ()}
    disks = yield from _copies(clients, plan, vm, snapshot, old)
    change = _with_disks(found, disks)
    yield from completed(clients.compute.virtual_machines.begin_update(vm.resource_group, vm.name, change))
    yield from _removed_disks(clients, vm, [old[lun] for lun in disks])
    yield from running_again(clients, plan, vm)


def _made_anew(clients: Clients, plan: BuildPlan, vm: BuildVm, snapshot: DiskSnapshot) -> Waiting[None]:
    """The VM was deleted, with its disks or without them."""
    old = {lun: str(each["name"]) for lun, each in newest_disks(clients, vm).items()}
    disks = yield from _copies(clients, plan, vm, snapshot, old)
    yield from from_disk(clients, plan, vm)
    yield from _removed_disks(clients, vm, [old[lun] for lun in disks if lun in old])


def _copies(
    clients: Clients, plan: BuildPlan, vm: BuildVm, snapshot: DiskSnapshot, old: Mapping[int | None, str]
) -> Waiting[dict[int | None, Document]]:
    """A disk of each snapshot, by lun; the system's under None."""
    sources: dict[int | None, str] = {None: snapshot.resource_id} | {
        each.lun: each.resource_id for each in snapshot.data
    }
    made: dict[int | None, Document] = {}
    for lun, source in sources.items():
        first = plan.names.os_disk(vm.name) if lun is None else plan.names.data_disk(vm.name, lun)
        name = next_name(old[lun]) if lun in old else first
        made[lun] = yield from ensure(disk_copy(clients, plan, name, source, DiskLocation(vm.location, vm.zone)))
    return made


def _removed_disks(clients: Clients, vm: BuildVm, names: Iterable[str]) -> Waiting[None]:
    for name in names:
        yield from removed(Wanted(clients, DISK, clients.compute.disks, (vm.resource_group, name), {}))


def _with_disks(vm: Document, disks: Mapping[int | None, Document]) -> Any:  # noqa: ANN401 - any JSON
    """What exchanges disks (Microsoft Learn: "Change the OS disk used by an Azure VM"). The mark of Sysprep goes."""
    tags = {**(vm.get("tags") or {}), SYSPREP_TAG: ""}
    had = vm["properties"]["storageProfile"]
    os_disk = {
        **_named(disks[None], had["osDisk"]),
        "createOption": had["osDisk"]["createOption"],
        "caching": "ReadWrite",
    }
    data = [_data_disk(each, disks.get(int(each["lun"]))) for each in had.get("dataDisks") or ()]
    return {"tags": tags, "properties": {"storageProfile": {"osDisk": os_disk} | ({"dataDisks": data} if data else {})}}


def _data_disk(attached: Document, disk: Document | None) -> dict[str, Any]:
    """The disk in the place of the one that is attached, which stays if there is no other."""
    if disk is None:
        return {name: attached[name] for name in ("lun", "name", "createOption", "managedDisk", "deleteOption")}
    return {
        "lun": attached["lun"],
        **_named(disk, attached),
        "createOption": "Attach",
        "caching": attached.get("caching", "None"),
    }


def _named(disk: Document, attached: Document) -> dict[str, Any]:
    identity = {"id": str(disk["id"])}
    goes = attached.get("deleteOption", "Delete")
    return {"name": str(disk["name"]), "managedDisk": identity, "deleteOption": goes}
