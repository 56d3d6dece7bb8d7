"""Somebody's own VM in the place of a build VM: its recipe says that it is to be generalized, and a person agreed."""

from __future__ import annotations

from mintage.artifacts import BuildVm, ResolvedSource
from mintage.azure.access import RunningVm
from mintage.azure.access.let_in import let_in
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.errors import translating
from mintage.azure.ids import names_in
from mintage.azure.kept_images import short_region
from mintage.azure.last_seen import telling_last_seen
from mintage.azure.power import at_rest, started
from mintage.azure.together import finish
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import SourceError
from mintage.recipe import VirtualMachineSource, in_seconds
from mintage.settings import Settings


def demand_agreed(clients: Clients, plan: BuildPlan, source: ResolvedSource) -> None:
    """Raise SourceError for a VM that would be generalized itself, unless a person agreed, and it can be reached."""
    if not source.original:
        return
    vm_id = _vm_id(plan)
    if (plan.agreed_vm or "").lower() != vm_id.lower():
        raise SourceError(
            "Nobody agreed that the VM itself is generalized",
            where=vm_id,
            seen="source.generalize_original: it could never start again",
            remedy="start the deployment capture-vm and type the VM's name there, or build on a copy",
        )
    if names_in(vm_id)[0].lower() != clients.subscription_id.lower():
        raise SourceError(
            "A VM of another subscription cannot be generalized itself",
            where=vm_id,
            seen=f"the build is in {clients.subscription_id}",
            remedy="set MINTAGE_SUBSCRIPTION_ID to the VM's, or build on a copy",
        )


def taken_over(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys
) -> BuildVm:
    """Start the VM, if it stands still, and let the build into it. Its network must let the builder in."""
    vm_id = _vm_id(plan)
    _, group, (name,) = names_in(vm_id)
    seconds = in_seconds(plan.recipe.timeouts.provision)
    with telling_last_seen(clients, group, name):
        finish(vm_id, started(clients, group, name), seconds=seconds)
        vm = finish(vm_id, at_rest(clients, group, name), seconds=seconds)
        with translating(vm_id):
            host = _host(clients, vm)
        address = finish(vm_id, let_in(clients, settings, plan, keys, RunningVm(group, name, host)), seconds=seconds)
    return BuildVm(
        build_id=plan.build_id,
        resource_group=group,
        name=name,
        resource_id=vm_id,
        size=vm["properties"]["hardwareProfile"]["vmSize"],
        location=short_region(str(vm["location"])),
        os_disk_id=str(source.disk_id),
        address=address,
        specialized=True,
        original=True,
        zone=next(iter(vm.get("zones") or []), None),
    )


def _vm_id(plan: BuildPlan) -> str:
    source = plan.recipe.source
    if not isinstance(source, VirtualMachineSource):
        raise TypeError(source)
    return source.vm_id


def _host(clients: Clients, vm: Document) -> str:
    """The public address of the VM's first interface, or its private one where it has none."""
    interfaces = vm["properties"]["networkProfile"]["networkInterfaces"]
    first = next((each for each in interfaces if (each.get("properties") or {}).get("primary")), interfaces[0])
    _, group, (name,) = names_in(str(first["id"]))
    nic: Document = clients.network.network_interfaces.get(group, name)
    configurations = [each["properties"] for each in nic["properties"]["ipConfigurations"]]
    own = next((each for each in configurations if each.get("primary")), configurations[0])
    if own.get("publicIPAddress"):
        _, group, (name,) = names_in(str(own["publicIPAddress"]["id"]))
        public: Document = clients.network.public_ip_addresses.get(group, name)
        return str(public["properties"]["ipAddress"])
    return str(own["privateIPAddress"])
