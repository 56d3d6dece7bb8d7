"""The build VM, in a resource group and a network of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mintage.artifacts import BuildVm, ResolvedSource
from mintage.azure.access import RunningVm, access_of
from mintage.azure.access.let_in import let_in
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, ensure
from mintage.azure.errors import translating
from mintage.azure.group import ensure_build_group
from mintage.azure.ids import group_id
from mintage.azure.kept_images import short_region
from mintage.azure.last_seen import telling_last_seen
from mintage.azure.machine import Machine, Refusals, data_disk, machine_made, refusals_told
from mintage.azure.network import allowed_sources, host_of, public_address, security_group, virtual_network
from mintage.azure.power import is_spot
from mintage.azure.still_running import Watch, while_running
from mintage.azure.take_over import taken_over
from mintage.azure.together import finish, finish_all
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import CapacityRefused, SourceError
from mintage.placement import placements, regions_of
from mintage.recipe import FallbackRegion, in_seconds
from mintage.settings import Settings

_NAMES_OF_IDS = {"community_gallery": "communityGalleryImageId", "shared_gallery": "sharedGalleryImageId"}
"""What an imageReference calls the ids of images in galleries that are others'."""


def provision(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys
) -> BuildVm:
    """Make the build VM and all it stands on, or adopt what of it is there.

    Why a size, zone or region was passed over is told, and written down with the client's ``places``. Raises
    SettingsError before anything is made when nobody could reach the VM, CapacityRefused when no place for it is to be
    had; of a guest that did not report, its errors say what is to be seen of it.
    """
    sources = allowed_sources(settings, plan)
    group = group_id(clients.subscription_id, plan.names.group)
    finish(group, ensure_build_group(clients, plan), seconds=_seconds(plan))
    if source.original:
        # The VMs that prove the image are in a network of the build's all the same.
        _make_network(clients, plan, regions_of(plan.recipe.build)[0], sources)
        return _placed(clients, taken_over(clients, settings, plan, source, keys))
    refusals = refusals_told(clients)
    with telling_last_seen(clients, plan.names.group, plan.names.vm):
        vm = _made_somewhere(clients, plan, source, keys, sources, refusals)
        return _placed(clients, _build_vm(clients, settings, plan, source, keys, vm))


def _placed(clients: Clients, vm: BuildVm) -> BuildVm:
    clients.places.take(vm.placement)
    return vm


def _made_somewhere(
    clients: Clients, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys, sources: str, refusals: Refusals
) -> Document:
    """The VM in the first of the recipe's regions that has room; one that is there is found from any of them."""
    group = group_id(clients.subscription_id, plan.names.group)
    for region in regions_of(plan.recipe.build):
        machine = _machine(plan, source, keys, region)
        try:
            _make_network(clients, plan, region, sources)
            return finish(group, machine_made(clients, plan, machine, refusals), seconds=_seconds(plan))
        except CapacityRefused:
            continue
        except SourceError as missing:
            # The exact image need not be in every region that has room.
            if region.name == plan.recipe.build.region:
                raise
            refusals.add(f"{source.exact} in {region.name}", missing)
    raise refusals.error(group)


def _seconds(plan: BuildPlan) -> float:
    return in_seconds(plan.recipe.timeouts.provision)


def _make_network(clients: Clients, plan: BuildPlan, region: FallbackRegion, sources: str) -> None:
    wanted = [security_group(clients, plan, region.name, sources)]
    if region.subnet_id is None:
        wanted.append(virtual_network(clients, plan, region.name))
    if plan.recipe.build.network.address == "public" and not plan.agreed_vm:
        wanted.append(public_address(clients, plan, region.name, plan.names.vm))
    finish_all({each.id: ensure(each) for each in wanted}, seconds=_seconds(plan))


def _machine(plan: BuildPlan, source: ResolvedSource, keys: BuildKeys, region: FallbackRegion) -> Machine:
    name = plan.names.vm
    return Machine(
        name=name,
        profile=None if source.specialized else access_of(plan).build_profile(plan, keys),
        image=_image_reference(source),
        copied=source if source.is_copied else None,
        placements=placements(plan.recipe.build, region),
        generation=source.generation,
        plan=source.plan,
        disk_gib=plan.recipe.build.os_disk_gib,
        data_disks=tuple(_data_disks(plan, source)),
    )


def _data_disks(plan: BuildPlan, source: ResolvedSource) -> Iterator[dict[str, Any]]:
    """The image's, and the recipe's own, which are empty."""
    vm = plan.names.vm
    if not source.is_copied:
        for disk in source.data_disks:
            yield data_disk(plan, vm, disk.lun, "FromImage")
    for each in plan.recipe.build.data_disks:
        managed = {"storageAccountType": each.storage}
        size = {"diskSizeGB": each.gib, "caching": each.caching, "managedDisk": managed}
        yield data_disk(plan, vm, each.lun, "Empty") | size


def _image_reference(source: ResolvedSource) -> dict[str, Any] | None:
    if source.is_copied:
        return None
    if source.image_id:
        return {_NAMES_OF_IDS.get(source.kind, "id"): source.image_id}
    return {
        "publisher": source.publisher,
        "offer": source.offer,
        "sku": source.sku,
        "version": source.version,
    }


def _build_vm(
    clients: Clients,
    settings: Settings,
    plan: BuildPlan,
    source: ResolvedSource,
    keys: BuildKeys,
    vm: Document,
) -> BuildVm:
    name, properties, region = plan.names.vm, vm["properties"], short_region(str(vm["location"]))
    with translating(str(vm["id"])):
        host = host_of(clients, plan, region, name)
    running = RunningVm(plan.names.group, name, host)
    opened = let_in if source.specialized else access_of(plan).build_address
    opening = while_running(Watch(clients, running.group, running.name), opened(clients, settings, plan, keys, running))
    address = finish(str(vm["id"]), opening, seconds=_seconds(plan))
    return BuildVm(
        build_id=plan.build_id,
        resource_group=plan.names.group,
        name=name,
        resource_id=str(vm["id"]),
        size=properties["hardwareProfile"]["vmSize"],
        location=region,
        os_disk_id=properties["storageProfile"]["osDisk"]["managedDisk"]["id"],
        address=address,
        specialized=source.specialized,
        zone=next(iter(vm.get("zones") or []), None),
        spot=is_spot(vm),
    )
