"""The network of one build in one region: addresses of its own, and a firewall that lets in the builder alone."""

from __future__ import annotations

from typing import Any

from mintage.azure.access import access_of
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted
from mintage.azure.ids import resource_id
from mintage.build_plan import BuildPlan
from mintage.placement import regions_of
from mintage.settings import Settings

_LAST_PRIORITY = 4096
"""The highest number that Azure lets a rule have: its own begin at 65000."""


def allowed_sources(settings: Settings, plan: BuildPlan) -> str:
    """Who may reach the VMs. Raises SettingsError when nobody could."""
    if plan.recipe.build.network.address == "public":
        return settings.allowed_builder
    return settings.builder_address or "VirtualNetwork"


def virtual_network(clients: Clients, plan: BuildPlan, region: str) -> Wanted:
    names, network = plan.names_in(region), plan.recipe.build.network
    body = {
        "location": region,
        "tags": plan.tags,
        "properties": {
            "addressSpace": {"addressPrefixes": [network.prefix]},
            "subnets": [{"name": names.subnet, "properties": {"addressPrefix": network.prefix}}],
        },
    }
    operations, kind = clients.network.virtual_networks, "Microsoft.Network/virtualNetworks"
    return Wanted(clients, kind, operations, (names.group, names.vnet), body)


def security_group(clients: Clients, plan: BuildPlan, region: str, sources: str) -> Wanted:
    names, access = plan.names_in(region), access_of(plan)
    rules = [
        _inbound(f"{access.service}-from-builder", 100, "Allow", "Tcp", sources, str(access.port)),
        # Azure's own last rules would let in all of the network, and of those that are peered with it.
        _inbound("nothing-else", _LAST_PRIORITY, "Deny", "*", "*", "*"),
    ]
    body = {"location": region, "tags": plan.tags, "properties": {"securityRules": rules}}
    operations, kind = clients.network.network_security_groups, "Microsoft.Network/networkSecurityGroups"
    return Wanted(clients, kind, operations, (names.group, names.nsg), body)


def _inbound(name: str, priority: int, access: str, protocol: str, sources: str, ports: str) -> dict[str, Any]:
    return {
        "name": name,
        "properties": {
            "priority": priority,
            "direction": "Inbound",
            "access": access,
            "protocol": protocol,
            "sourceAddressPrefix": sources,
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": ports,
        },
    }


def public_address(clients: Clients, plan: BuildPlan, region: str, vm: str) -> Wanted:
    names = plan.names_in(region)
    body = {
        "location": region,
        "tags": plan.tags,
        "sku": {"name": "Standard"},
        "properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4"},
    }
    operations, kind = clients.network.public_ip_addresses, "Microsoft.Network/publicIPAddresses"
    return Wanted(clients, kind, operations, (names.group, names.public_ip(vm)), body)


def interface(clients: Clients, plan: BuildPlan, region: str, vm: str) -> Wanted:
    names = plan.names_in(region)
    group_of = {"networkSecurityGroup": {"id": _id(clients, plan, "networkSecurityGroups", names.nsg)}}
    address: dict[str, Any] = {
        "subnet": {"id": subnet_id(clients, plan, region)},
        "privateIPAllocationMethod": "Dynamic",
    }
    if plan.recipe.build.network.address == "public":
        address["publicIPAddress"] = {"id": public_address(clients, plan, region, vm).id}
    body = {
        "location": region,
        "tags": plan.tags,
        "properties": {**group_of, "ipConfigurations": [{"name": "primary", "properties": address}]},
    }
    operations, kind = clients.network.network_interfaces, "Microsoft.Network/networkInterfaces"
    return Wanted(clients, kind, operations, (names.group, names.nic(vm)), body)


def subnet_id(clients: Clients, plan: BuildPlan, region: str) -> str:
    """The recipe's own subnet in that region, or the one made for this build."""
    given = {each.name: each.subnet_id for each in regions_of(plan.recipe.build)}
    names = plan.names_in(region)
    return given[region] or _id(clients, plan, "virtualNetworks/subnets", names.vnet, names.subnet)


def host_of(clients: Clients, plan: BuildPlan, region: str, vm: str) -> str:
    """The address at which the builder reaches a VM that exists."""
    names = plan.names_in(region)
    group = names.group
    if plan.recipe.build.network.address == "public":
        public: Document = clients.network.public_ip_addresses.get(group, names.public_ip(vm))
        return str(public["properties"]["ipAddress"])
    nic: Document = clients.network.network_interfaces.get(group, names.nic(vm))
    return str(nic["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"])


def _id(clients: Clients, plan: BuildPlan, types_: str, *names: str) -> str:
    return resource_id(clients.subscription_id, f"Microsoft.Network/{types_}", plan.names.group, *names)
