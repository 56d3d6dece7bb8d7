"""Who uses what: interfaces of a subnet, an address or a security group, and the machines they belong to."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.store import Resource, Store

NIC = "Microsoft.Network/networkInterfaces"
_VM = "Microsoft.Compute/virtualMachines"


def configurations_in(store: Store, subnet: ResourceId) -> list[tuple[Resource, Json]]:
    """Each IP configuration in a subnet, with its interface."""
    return _configurations(store, "subnet", subnet)


def configurations_with(store: Store, public_ip: ResourceId) -> list[tuple[Resource, Json]]:
    """The IP configuration that holds a public address, with its interface; one or none."""
    return _configurations(store, "publicIPAddress", public_ip)


def interfaces_under(store: Store, group: ResourceId) -> list[Resource]:
    """The interfaces that name a security group themselves."""
    found = store.mentioning(NIC, group)
    return [nic for nic in found if _names(nic.properties.get("networkSecurityGroup"), group)]


def machine_of(store: Store, nic: ResourceId) -> Resource | None:
    """The virtual machine an interface is attached to."""
    for machine in store.mentioning(_VM, nic):
        attached = machine.properties.get("networkProfile", {}).get("networkInterfaces", [])
        if any(_names(reference, nic) for reference in attached):
            return machine
    return None


def refresh_machines(cloud: Cloud, nics: list[Resource]) -> None:
    """Tell the machines of these interfaces that what may reach them has changed."""
    for nic in nics:
        machine = machine_of(cloud.store, nic.rid)
        if machine is not None:
            cloud.type_of(_VM).dependency_changed(machine, nic)


def _configurations(store: Store, member: str, target: ResourceId) -> list[tuple[Resource, Json]]:
    return [
        (nic, configuration)
        for nic in store.mentioning(NIC, target)
        for configuration in nic.properties["ipConfigurations"]
        if _names(configuration["properties"].get(member), target)
    ]


def _names(reference: Json | None, rid: ResourceId) -> bool:
    return reference is not None and str(reference["id"]).lower() == rid.key
