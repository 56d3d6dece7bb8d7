"""Snapshots of all the build VM's disks, once nothing changes on them any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.disk_copies import disk_snapshot
from mintage.azure.ensure import Document, ensure
from mintage.azure.ids import names_in
from mintage.azure.power import at_rest
from mintage.azure.together import Waiting
from mintage.build_plan import BuildPlan
from mintage.recipe import VhdForm


@dataclass(frozen=True)
class FrozenDisks:
    """The snapshots as Azure writes them; those of data disks by lun."""

    os: Document
    data: Mapping[int, Document]


def frozen_disks(clients: Clients, plan: BuildPlan, vm: BuildVm) -> Waiting[FrozenDisks]:
    """Snapshot each disk, or adopt the snapshot that is there: it is named after what Azure tells disks apart by.

    The VM must stand still.
    """
    found = yield from at_rest(clients, vm.resource_group, vm.name)
    storage = found["properties"]["storageProfile"]
    os_disk = yield from _frozen(clients, plan, vm, storage["osDisk"])
    data: dict[int, Document] = {}
    for each in storage.get("dataDisks") or ():
        data[int(each["lun"])] = yield from _frozen(clients, plan, vm, each)
    return FrozenDisks(os_disk, data)


def _frozen(clients: Clients, plan: BuildPlan, vm: BuildVm, attached: Document) -> Waiting[Document]:
    identity = str(attached["managedDisk"]["id"])
    _, group, (name,) = names_in(identity)
    unique = str(clients.compute.disks.get(group, name)["properties"]["uniqueId"])
    path = (plan.names.group, plan.names.frozen(unique))
    readable = any(isinstance(form, VhdForm) for form in plan.recipe.publish.forms)
    return (yield from ensure(disk_snapshot(clients, path, vm.location, plan.tags, identity, readable=readable)))
