"""The build VM, in a resource group and a network of its own."""

from __future__ import annotations

from typing import Any

from mintage.artifacts import BuildVm, ResolvedSource
from mintage.azure.access import Place, access_of
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, ensure
from mintage.azure.errors import translating
from mintage.azure.group import ensure_build_group
from mintage.azure.ids import group_id
from mintage.azure.machine import Log, Machine, machine_made, no_log
from mintage.azure.network import allowed_sources, host_of, public_address, security_group, virtual_network
from mintage.azure.together import finish, finish_all
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.settings import Settings

_MINUTES = 60
_NETWORK_SECONDS = 10 * _MINUTES
_VM_SECONDS = 40 * _MINUTES
"""Two slow boots: Azure gives a guest 20 minutes to report."""
_OPEN_SECONDS = 20 * _MINUTES


def provision(
    clients: Clients,
    settings: Settings,
    plan: BuildPlan,
    source: ResolvedSource,
    keys: BuildKeys,
    log: Log = no_log,
) -> BuildVm:
    """Make the build VM and all it stands on, or adopt what of it is there.

    ``log`` is told why a size was passed over. Raises SettingsError before anything is made when nobody could reach
    the VM, CapacityRefused when no size is to be had.
    """
    sources = allowed_sources(settings, plan)
    group = group_id(clients.subscription_id, plan.names.group)
    finish(group, ensure_build_group(clients, plan), seconds=_NETWORK_SECONDS)
    _make_network(clients, plan, sources)
    vm = finish(group, machine_made(clients, plan, _machine(plan, source, keys), log), seconds=_VM_SECONDS)
    return _build_vm(clients, settings, plan, keys, vm)


def _make_network(clients: Clients, plan: BuildPlan, sources: str) -> None:
    network = plan.recipe.build.network
    wanted = [security_group(clients, plan, sources)]
    if network.subnet_id is None:
        wanted.append(virtual_network(clients, plan))
    if network.address == "public":
        wanted.append(public_address(clients, plan, plan.names.vm))
    finish_all({each.id: ensure(each) for each in wanted}, seconds=_NETWORK_SECONDS)


def _machine(plan: BuildPlan, source: ResolvedSource, keys: BuildKeys) -> Machine:
    name = plan.names.vm
    return Machine(
        name=name,
        profile=access_of(plan).build_profile(plan, keys),
        image=_image_reference(source),
        sizes=plan.recipe.build.sizes,
        generation=source.generation,
        plan=source.plan,
        disk_gib=plan.recipe.build.os_disk_gib,
    )


def _image_reference(source: ResolvedSource) -> dict[str, Any]:
    if source.image_id:
        return {"id": source.image_id}
    return {
        "publisher": source.publisher,
        "offer": source.offer,
        "sku": source.sku,
        "version": source.version,
    }


def _build_vm(clients: Clients, settings: Settings, plan: BuildPlan, keys: BuildKeys, vm: Document) -> BuildVm:
    name, properties = plan.names.vm, vm["properties"]
    with translating(str(vm["id"])):
        host = host_of(clients, plan, name)
    opening = access_of(plan).build_address(clients, settings, plan, keys, Place(plan.names.group, name, host))
    address = finish(str(vm["id"]), opening, seconds=_OPEN_SECONDS)
    return BuildVm(
        build_id=plan.build_id,
        resource_group=plan.names.group,
        name=name,
        resource_id=str(vm["id"]),
        size=properties["hardwareProfile"]["vmSize"],
        location=plan.recipe.build.region,
        os_disk_id=properties["storageProfile"]["osDisk"]["managedDisk"]["id"],
        address=address,
    )
