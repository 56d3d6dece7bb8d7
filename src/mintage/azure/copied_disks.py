"""The build VM's own disks where its source is no image: copies, attached to it at its making."""

from __future__ import annotations

from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.disk_copies import DiskLocation, disk_copy
from mintage.azure.ensure import Document, Wanted, ensure, removed, settled
from mintage.azure.together import Waiting
from mintage.build_plan import BuildPlan
from mintage.placement import Placement


def copied_disks(
    clients: Clients, plan: BuildPlan, source: ResolvedSource, placement: Placement
) -> dict[int | None, Wanted]:
    """By lun, the system's first. A VM in a zone takes no disks but those of its zone."""
    vm, names = plan.names.vm, plan.names
    size = plan.recipe.build.os_disk_gib
    location = DiskLocation(placement.region, placement.zone)
    system = disk_copy(clients, plan, names.os_disk(vm), str(source.os_snapshot_id), location, size)
    disks: dict[int | None, Wanted] = {None: system}
    for each in source.data_disks:
        name = names.data_disk(vm, each.lun)
        disks[each.lun] = disk_copy(clients, plan, name, str(each.snapshot_id), location)
    return disks


def disk_made(wanted: Wanted) -> Waiting[Document]:
    """Make the copy or adopt it; one that was made for another zone, which had no room, is made anew."""
    found = yield from settled(wanted)
    if found is not None and (found.get("zones") or []) != (wanted.body.get("zones") or []):
        yield from removed(wanted)
    return (yield from ensure(wanted))


def attached(disks: dict[int | None, Wanted], os_type: str) -> Document:
    """A ``storageProfile`` of these disks."""
    system = {**_attached(disks[None]), "osType": os_type, "caching": "ReadWrite"}
    data = [{"lun": lun, **_attached(each)} for lun, each in disks.items() if lun is not None]
    return {"osDisk": system, "dataDisks": data}


def _attached(disk: Wanted) -> Document:
    return {
        "name": disk.path[-1],
        "createOption": "Attach",
        "managedDisk": {"id": disk.id},
        # What is on it must outlive an attempt for which there is no room; see ``comeback``.
        "deleteOption": "Detach",
    }
