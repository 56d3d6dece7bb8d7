"""What machines can be had where: resource SKUs, sizes, and how much of the quota is used."""

from __future__ import annotations

import re

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud, Route
from localazure.locations import LOCATIONS, ZONES
from localazure.providers.compute.references import VIRTUAL_MACHINE
from localazure.providers.compute.regional import regional_url, served_location
from localazure.providers.compute.sizes import SIZES, Size, find_size

CORES = 100
"""Of a region and of each family in it. Shown only: localazure lets a machine be made beyond it."""
MACHINES = 25000


def list_resource_skus(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    wanted = _filtered(call.query.get("filter"))
    locations = [wanted] if wanted else list(LOCATIONS)
    known = [location for location in locations if location in LOCATIONS]
    return Answer(200, {"value": [_sku(size, location) for location in known for size in SIZES]})


def list_sizes(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    served_location(call, values["location"], "locations/vmSizes")
    return Answer(200, {"value": [_size(size) for size in SIZES]})


def list_usages(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    location = served_location(call, values["location"], "locations/usages")
    machines = cloud.store.of_type(VIRTUAL_MACHINE, under=ResourceId(cloud.subscription.id))
    names = [each.properties["hardwareProfile"]["vmSize"] for each in machines if each.location == location]
    used = [size for name in names if (size := find_size(name))]
    shown = [
        _usage("cores", "Total Regional vCPUs", sum(size.vcpus for size in used), CORES),
        _usage("virtualMachines", "Virtual Machines", len(used), MACHINES),
    ]
    for family in sorted({size.family for size in SIZES}):
        cores = sum(size.vcpus for size in used if size.family == family)
        shown.append(_usage(family, f"{_words(family)} vCPUs", cores, CORES))
    return Answer(200, {"value": shown})


def _filtered(text: str | None) -> str | None:
    """The one filter Azure supports: ``location eq 'westeurope'``."""
    if not text:
        return None
    found = re.fullmatch(r"\s*location\s+eq\s+'([^']*)'\s*", text, re.IGNORECASE)
    if found is None:
        message = f"The $filter '{text}' is invalid: only \"location eq '…'\" is supported."
        raise CloudError(400, "InvalidFilterInQueryString", message)
    return found[1].replace(" ", "").lower()


def _sku(size: Size, location: str) -> Json:
    return {
        "resourceType": "virtualMachines",
        "name": size.name,
        "tier": "Standard",
        "size": size.short_name,
        "family": size.family,
        "locations": [location],
        "locationInfo": [{"location": location, "zones": list(ZONES), "zoneDetails": []}],
        "capabilities": [{"name": name, "value": value} for name, value in size.capabilities.items()],
        "restrictions": [],
    }


def _size(size: Size) -> Json:
    return {
        "name": size.name,
        "numberOfCores": size.vcpus,
        "osDiskSizeInMB": 1047552,
        "resourceDiskSizeInMB": size.resource_disk_mib,
        "memoryInMB": size.memory_mib,
        "maxDataDiskCount": size.data_disks,
    }


def _usage(name: str, words: str, used: int, limit: int) -> Json:
    return {"unit": "Count", "currentValue": used, "limit": limit, "name": {"value": name, "localizedValue": words}}


def _words(family: str) -> str:
    return f"Standard {family.removeprefix('standard').removesuffix('Family')} Family"


SKU_ROUTES = (
    Route("GET", "/subscriptions/{subscription}/providers/Microsoft.Compute/skus", list_resource_skus),
    Route("GET", regional_url("vmSizes"), list_sizes),
    Route("GET", regional_url("usages"), list_usages),
)
