"""What leftovers cost a month, roughly (see ``prices``)."""

from __future__ import annotations

import re

from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.power import power_state
from mintage.prices import Prices, prices


def group_cost(clients: Clients, group: str) -> float:
    """US dollars a month for what is in the group: machines that run, disks, snapshots, public addresses."""
    compute, network, table = clients.compute, clients.network, prices(clients.settings.price_file)
    machines = [
        compute.virtual_machines.get(group, str(each["name"]), expand="instanceView")
        for each in compute.virtual_machines.list(group)
    ]
    total = sum(_machine(each, table) for each in machines)
    total += sum(_disk(each, table) for each in compute.disks.list_by_resource_group(group))
    total += sum(_snapshot(each, table) for each in compute.snapshots.list_by_resource_group(group))
    addresses = len(list(network.public_ip_addresses.list(group)))
    return round(float(total + addresses * table.public_ip_hour * table.hours_a_month), 2)


def version_cost(clients: Clients, version: Document) -> float:
    """US dollars a month for an image version: a snapshot for each replica in each region."""
    properties = version["properties"]
    gib = properties.get("storageProfile", {}).get("osDiskImage", {}).get("sizeInGB") or 0
    regions = properties.get("publishingProfile", {}).get("targetRegions") or []
    replicas = sum(region.get("regionalReplicaCount") or 1 for region in regions)
    return round(float(gib * replicas * prices(clients.settings.price_file).snapshot_gib_month), 2)


def _machine(machine: Document, table: Prices) -> float:
    """One that is deallocated costs no processors; one that is only stopped does."""
    if power_state(machine) == "deallocated":
        return 0.0
    properties = machine["properties"]
    parsed = re.match(r"[A-Za-z]+_([A-Z])[A-Za-z]*([0-9]+)", str(properties["hardwareProfile"]["vmSize"]))
    family, processors = (parsed[1], int(parsed[2])) if parsed else ("other", 2)
    hour = table.of_processor(family)
    if properties["storageProfile"]["osDisk"].get("osType") == "Windows":
        hour += table.windows_processor_hour
    return float(processors * hour * table.hours_a_month)


def _disk(disk: Document, table: Prices) -> float:
    rate = table.of_disk(str((disk.get("sku") or {}).get("name")))
    return float((disk["properties"].get("diskSizeGB") or 0) * rate)


def _snapshot(snapshot: Document, table: Prices) -> float:
    return float((snapshot["properties"].get("diskSizeGB") or 0) * table.snapshot_gib_month)
