"""A build VM that stands still comes to run again: also when Azure took it back, or has no room to start it.

What is on its disk stays. A VM may be made anew around the disk: it has the same name, addresses and accounts then, and
the host key that it was given with its first boot, which the guest keeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from azure.core.exceptions import AzureError, ResourceNotFoundError

from mintage.artifacts import BuildVm, placement_text
from mintage.azure.clients import Clients
from mintage.azure.ensure import FAILED, Document, Wanted, ensure, removed, state_of
from mintage.azure.errors import translate, translating
from mintage.azure.eviction import evictions
from mintage.azure.machine import VM, Refusals, interface_made, placed_body, refusals_told
from mintage.azure.own_disks import Disks, newest_disks
from mintage.azure.power import found_at_rest, is_generalized, is_spot, power_state, started
from mintage.azure.together import Waiting, completed, finish
from mintage.build_plan import BuildPlan
from mintage.errors import CapacityRefused, MachineLost, MintageError, PlaceLost
from mintage.placement import Placement, has_other_places, has_other_regions
from mintage.recipe import in_seconds

_PATIENCE = 1
"""After so many evictions a build has had enough of Spot."""


def start_if_stopped(clients: Clients, plan: BuildPlan, vm: BuildVm) -> None:
    """See that the build VM runs; one that was put away or evicted is started.

    As a Spot VM again after its first eviction, if there is room; at the full price else, on the first size that is to
    be had. Raises AzureRefused when it was generalized, CapacityRefused when no size is to be had, PlaceLost when the
    recipe has other places for one, MachineLost when its disk is gone as well.
    """
    # Somebody's own VM keeps its size, and is not made anew.
    waiting = started(clients, vm.resource_group, vm.name) if vm.original else running_again(clients, plan, vm)
    finish(vm.resource_id, waiting, seconds=in_seconds(plan.recipe.timeouts.start))


def running_again(clients: Clients, plan: BuildPlan, vm: BuildVm) -> Waiting[None]:
    """As ``start_if_stopped``."""
    try:
        yield from _once_running(clients, plan, vm)
    except ResourceNotFoundError:
        # It went while it was looked at: another process let it go, and did not live to see that.
        yield from _once_running(clients, plan, vm)


def _once_running(clients: Clients, plan: BuildPlan, vm: BuildVm) -> Waiting[None]:
    found = yield from found_at_rest(clients, vm.resource_group, vm.name)
    if found is None or (state_of(found) in FAILED and _is_attached(found)):
        yield from from_disk(clients, plan, vm)
    elif is_spot(found) and power_state(found) != "running" and not is_generalized(found):
        yield from _spot_again(clients, plan, vm, found)
    else:
        yield from _on_some_size(clients, plan, vm, found)


def from_disk(clients: Clients, plan: BuildPlan, vm: BuildVm) -> Waiting[Document]:
    """Make the VM around its disk, at the full price, on the first size that is to be had; its own size first."""
    disks = newest_disks(clients, vm)
    disk = disks.get(None)
    if disk is None:
        raise MachineLost(
            "The build VM is gone, and its disk with it",
            where=vm.resource_id,
            seen="Azure deleted them when it took the Spot VM back" if vm.spot else "somebody removed them",
            remedy="go on from a checkpoint, or start a new build; build.spot.eviction: deallocate keeps the disk",
        )
    refusals = refusals_told(clients)
    zone = next(iter(disk.get("zones") or []), None)
    for size in _sizes(plan, vm):
        placement = Placement(vm.location, size, zone)
        wanted = _around(clients, plan, vm, disks, placement)
        try:
            with translating(wanted.id):
                made = yield from ensure(wanted, needs=interface_made(clients, plan, vm.location, vm.name))
            clients.places.take(str(placement))
            return made
        except CapacityRefused as refused:
            refusals.add(str(placement), refused)
    raise _without_room(plan, vm, zone, refusals)


def _spot_again(clients: Clients, plan: BuildPlan, vm: BuildVm, found: Document) -> Waiting[None]:
    if evictions(found) <= _PATIENCE:
        try:
            with _translating(vm.resource_id):
                yield from started(clients, vm.resource_group, vm.name)
        except CapacityRefused as refused:
            placement = placement_text(_size_of(found), vm.location, vm.zone, spot=True)
            refusals_told(clients).add(placement, refused)
        else:
            return
    clients.tell("Going on at the full price: the VM is made anew around its disk")
    yield from _let_go(clients, vm, found)
    yield from from_disk(clients, plan, vm)


def _on_some_size(clients: Clients, plan: BuildPlan, vm: BuildVm, found: Document) -> Waiting[None]:
    """Start it unless it runs. If there is no room for its size, it gets another one: deallocated VMs may."""
    refusals = refusals_told(clients)
    own = _size_of(found)
    for size in (own, *(each for each in _sizes(plan, vm) if each != own)):
        try:
            with _translating(vm.resource_id):
                if size != own:
                    change: Any = {"properties": {"hardwareProfile": {"vmSize": size}}}
                    update = clients.compute.virtual_machines.begin_update(vm.resource_group, vm.name, change)
                    yield from completed(update)
                yield from started(clients, vm.resource_group, vm.name)
        except CapacityRefused as refused:
            refusals.add(str(Placement(vm.location, size, vm.zone)), refused)
            continue
        # Always: an earlier process may have brought it there, and not have lived to write that down.
        clients.places.take(placement_text(size, vm.location, vm.zone, spot=is_spot(found)))
        return
    raise _without_room(plan, vm, vm.zone, refusals)


def _without_room(plan: BuildPlan, vm: BuildVm, zone: str | None, refusals: Refusals) -> MintageError:
    refused = refusals.error(vm.resource_id)
    build = plan.recipe.build
    elsewhere = (
        has_other_regions(build, vm.location) if refusals.by_quota else has_other_places(build, vm.location, zone)
    )
    if not elsewhere:
        return refused
    # A disk can be in one zone only, and one of another region would have to be copied there first.
    return PlaceLost(
        "There is no room any more where the build VM's disk is",
        where=vm.resource_id,
        seen=refused.seen,
        remedy="the build begins anew by itself where there is room, twice at most; after that, press Retry later, or "
        "start a new build with more sizes or regions",
    )


@contextmanager
def _translating(where: str) -> Iterator[None]:
    """As ``translating``, but that the VM is not there any more is for ``running_again`` to know."""
    try:
        yield
    except ResourceNotFoundError:
        raise
    except AzureError as error:
        raise translate(error, where) from error


def _let_go(clients: Clients, vm: BuildVm, found: Document) -> Waiting[None]:
    """Remove the VM and keep its disk, with the VM's tags on it: another process may have to go on from it."""
    storage = found["properties"]["storageProfile"]
    disk = storage["osDisk"]
    data = [{"lun": each["lun"], **_kept(each)} for each in storage.get("dataDisks") or ()]
    change: Any = {"properties": {"storageProfile": {"osDisk": _kept(disk)} | ({"dataDisks": data} if data else {})}}
    yield from completed(clients.compute.virtual_machines.begin_update(vm.resource_group, vm.name, change))
    tags: Any = {"tags": dict(found.get("tags") or {})}
    yield from completed(clients.compute.disks.begin_update(vm.resource_group, str(disk["name"]), tags))
    yield from removed(Wanted(clients, VM, clients.compute.virtual_machines, (vm.resource_group, vm.name), {}))


def _kept(attached: Document) -> dict[str, Any]:
    """A disk that does not go with its VM."""
    return {
        "name": attached["name"],
        "createOption": attached["createOption"],
        "managedDisk": {"id": attached["managedDisk"]["id"]},
        "deleteOption": "Detach",
    }


def _around(clients: Clients, plan: BuildPlan, vm: BuildVm, disks: Disks, placement: Placement) -> Wanted:
    disk = disks[None]
    properties = disk["properties"]
    body = placed_body(clients, plan, vm.name, placement, str(properties.get("hyperVGeneration", "V1")))
    body["tags"] = plan.tags | dict(disk.get("tags") or {})
    body["properties"]["storageProfile"] = {
        "osDisk": {
            "name": str(disk["name"]),
            "createOption": "Attach",
            "osType": str(properties["osType"]),
            "managedDisk": {"id": str(disk["id"])},
            # What is on it must outlive an attempt for which there is no room.
            "deleteOption": "Detach",
            "caching": "ReadWrite",
        },
        "dataDisks": [
            {"lun": lun, "createOption": "Attach", "managedDisk": {"id": str(each["id"])}, "deleteOption": "Detach"}
            for lun, each in disks.items()
            if lun is not None
        ],
    }
    if bought := properties.get("purchasePlan"):
        body["plan"] = {name: bought[name] for name in ("name", "publisher", "product")}
    return Wanted(clients, VM, clients.compute.virtual_machines, (vm.resource_group, vm.name), body)


def _size_of(found: Document) -> str:
    return str(found["properties"]["hardwareProfile"]["vmSize"])


def _is_attached(found: Document) -> bool:
    return bool(found["properties"]["storageProfile"]["osDisk"]["createOption"] == "Attach")


def _sizes(plan: BuildPlan, vm: BuildVm) -> tuple[str, ...]:
    return (vm.size, *(each for each in plan.recipe.build.sizes if each != vm.size))
