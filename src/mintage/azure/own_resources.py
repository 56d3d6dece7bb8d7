"""Which of the resources in a build's group the build made, and their removal where the group cannot go."""

from __future__ import annotations

from collections.abc import Sequence

from mintage.azure.clients import Clients
from mintage.azure.disk_copies import DISK, SNAPSHOT
from mintage.azure.ensure import Document, Operations, Wanted, removed
from mintage.azure.group import belongs
from mintage.azure.together import Waiting
from mintage.names import BuildNames


def foreign_resources(held: Sequence[Document], build_id: str) -> list[Document]:
    """Those that somebody else put there. Azure makes a VM's disk without the VM's tags: it is known by its name."""
    own = [each for each in held if belongs(each, build_id) or _is_disk_of(each, build_id)]
    under = tuple(f"{str(each['id']).lower()}/" for each in own)
    return [each for each in held if each not in own and not str(each["id"]).lower().startswith(under)]


def removed_one_by_one(clients: Clients, group: str, resources: Sequence[Document]) -> Waiting[None]:
    """Remove resources of the kinds that a build makes: what uses others first."""
    for kind, operations in _removal_order(clients):
        for each in resources:
            if str(each["type"]).lower() == kind.lower():
                yield from removed(Wanted(clients, kind, operations, (group, str(each["name"])), {}))


def closed_disks(clients: Clients, group: str, resources: Sequence[Document]) -> Waiting[None]:
    """End what gives access to the bytes of disks and snapshots: Azure removes none that a signature is out for."""
    for kind, operations in ((DISK, clients.compute.disks), (SNAPSHOT, clients.compute.snapshots)):
        names = {str(each["name"]).lower() for each in resources if str(each["type"]).lower() == kind.lower()}
        for each in operations.list_by_resource_group(group) if names else ():
            if str(each["name"]).lower() in names and str(each["properties"].get("diskState")).startswith("Active"):
                poller = operations.begin_revoke_access(group, str(each["name"]))
                while not poller.done():
                    # How it ends does not matter: what was uploaded in part becomes no disk, and is removed next.
                    yield "ending access"


def _is_disk_of(resource: Document, build_id: str) -> bool:
    names = BuildNames(build_id)
    prefixes = (names.os_disk(names.vm), f"{names.vm}-data-", names.verification_prefix)
    return str(resource["type"]).lower() == DISK.lower() and str(resource["name"]).startswith(prefixes)


def _removal_order(clients: Clients) -> tuple[tuple[str, Operations], ...]:
    compute, network = clients.compute, clients.network
    return (
        ("Microsoft.Compute/virtualMachines", compute.virtual_machines),
        ("Microsoft.Compute/images", compute.images),
        (SNAPSHOT, compute.snapshots),
        (DISK, compute.disks),
        ("Microsoft.Network/networkInterfaces", network.network_interfaces),
        ("Microsoft.Network/publicIPAddresses", network.public_ip_addresses),
        ("Microsoft.Network/networkSecurityGroups", network.network_security_groups),
        ("Microsoft.Network/virtualNetworks", network.virtual_networks),
    )
