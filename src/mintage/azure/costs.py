"""What leftovers cost a month, roughly: to tell the large from the small, not to be billed by.

The prices are in ``prices.json``, which says of when and from where they are. Nothing is asked of Azure about prices.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.power import power_state


@cache
def prices() -> Any:  # noqa: ANN401 - any JSON
    return json.loads(Path(__file__).with_name("prices.json").read_text(encoding="utf-8"))


def price_note() -> str:
    """How far the estimates are to be believed."""
    table = prices()
    return f"Costs are estimates in {table['currency']} a month, by prices of {table['as_of']}: {table['source']}."


def group_cost(clients: Clients, group: str) -> float:
    """US dollars a month for what is in the group: machines that run, disks, snapshots, public addresses."""
    compute, network = clients.compute, clients.network
    machines = [
        compute.virtual_machines.get(group, str(each["name"]), expand="instanceView")
        for each in compute.virtual_machines.list(group)
    ]
    total = sum(map(_machine, machines))
    total += sum(map(_disk, compute.disks.list_by_resource_group(group)))
    total += sum(map(_snapshot, compute.snapshots.list_by_resource_group(group)))
    addresses = len(list(network.public_ip_addresses.list(group)))
    return round(float(total + addresses * prices()["public_ip_hour"] * prices()["hours_a_month"]), 2)


def version_cost(version: Document) -> float:
    """US dollars a month for an image version: a snapshot for each replica in each region."""
    properties = version["properties"]
    gib = properties.get("storageProfile", {}).get("osDiskImage", {}).get("sizeInGB") or 0
    regions = properties.get("publishingProfile", {}).get("targetRegions") or []
    replicas = sum(region.get("regionalReplicaCount") or 1 for region in regions)
    return round(float(gib * replicas * prices()["snapshot_gib_month"]), 2)


def _machine(machine: Document) -> float:
    """One that is deallocated costs no processors; one that is only stopped does."""
    if power_state(machine) == "deallocated":
        return 0.0
    properties, table = machine["properties"], prices()
    parsed = re.match(r"[A-Za-z]+_([A-Z])[A-Za-z]*([0-9]+)", str(properties["hardwareProfile"]["vmSize"]))
    family, processors = (parsed[1], int(parsed[2])) if parsed else ("other", 2)
    hour = table["processor_hour"].get(family, table["processor_hour"]["other"])
    if properties["storageProfile"]["osDisk"].get("osType") == "Windows":
        hour += table["windows_processor_hour"]
    return float(processors * hour * table["hours_a_month"])


def _disk(disk: Document) -> float:
    rates = prices()["disk_gib_month"]
    rate = rates.get(str((disk.get("sku") or {}).get("name")), rates["other"])
    return float((disk["properties"].get("diskSizeGB") or 0) * rate)


def _snapshot(snapshot: Document) -> float:
    return float((snapshot["properties"].get("diskSizeGB") or 0) * prices()["snapshot_gib_month"])
