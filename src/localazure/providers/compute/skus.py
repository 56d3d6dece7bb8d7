"""What machines can be had where: resource SKUs, sizes, and how much of the quota is used."""

from __future__ import annotations

import re

from localazure.allocation import CORES, SPOT_CORES
from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.cloud import Cloud, Route
from localazure.faults.kinds.capacity import SizeNotOfferedFault
from localazure.faults.kinds.quota import QuotaFault
from localazure.faults.patterns import matches
from localazure.locations import LOCATIONS, ZONES
from localazure.providers.compute.allocations import used_cores
from localazure.providers.compute.references import VIRTUAL_MACHINE
from localazure.providers.compute.regional import regional_url, served_location
from localazure.providers.compute.sizes import SIZES, Size

LIMIT = 100
"""Cores of a region and of each family in it. Shown only: what holds is a fault of kind ``quota``."""
MACHINES = 25000


def list_resource_skus(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    wanted = _filtered(call.query.get("filter"))
    locations = [wanted] if wanted else list(LOCATIONS)
    known = [location for location in locations if location in LOCATIONS]
    return Answer(200, {"value": [_sku(cloud, size, location) for location in known for size in SIZES]})


def list_sizes(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    served_location(call, values["location"], "locations/vmSizes")
    return Answer(200, {"value": [_size(size) for size in SIZES]})


def list_usages(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    location = served_location(call, values["location"], "locations/usages")
    machines = [each for each in cloud.store.of_type(VIRTUAL_MACHINE) if each.location == location]
    families = sorted({size.family for size in SIZES})
    quotas = {CORES: "Total Regional vCPUs", SPOT_CORES: "Total Regional Low-priority vCPUs"}
    quotas |= {family: f"{_words(family)} vCPUs" for family in families}
    used = used_cores(cloud, location)
    shown = [_usage(name, words, used[name], _limit(cloud, name, location)) for name, words in quotas.items()]
    return Answer(200, {"value": [*shown, _usage("virtualMachines", "Virtual Machines", len(machines), MACHINES)]})


def _limit(cloud: Cloud, quota: str, location: str) -> int:
    limits = (each for each in cloud.faults.standing if isinstance(each, QuotaFault))
    return next((each.limit for each in limits if each.limits(quota, location)), LIMIT)


def _filtered(text: str | None) -> str | None:
    """The one filter Azure supports: ``location eq 'westeurope'``."""
    if not text:
        return None
    found = re.fullmatch(r"\s*location\s+eq\s+'([^']*)'\s*", text, re.IGNORECASE)
    if found is None:
        message = f"The $filter '{text}' is invalid: only \"location eq '…'\" is supported."
        raise CloudError(400, "InvalidFilterInQueryString", message)
    return found[1].replace(" ", "").lower()


def _sku(cloud: Cloud, size: Size, location: str) -> Json:
    return {
        "resourceType": "virtualMachines",
        "name": size.name,
        "tier": "Standard",
        "size": size.short_name,
        "family": size.family,
        "locations": [location],
        "locationInfo": [{"location": location, "zones": list(ZONES), "zoneDetails": []}],
        "capabilities": [{"name": name, "value": value} for name, value in size.capabilities.items()],
        "restrictions": _restrictions(cloud, size, location),
    }


def _restrictions(cloud: Cloud, size: Size, location: str) -> list[Json]:
    listed = (each for each in cloud.faults.standing if isinstance(each, SizeNotOfferedFault) and each.listed)
    faults = [each for each in listed if matches(each.size, size.name) and matches(each.location, location)]
    zones = sorted({zone for zone in ZONES for each in faults if each.fits_zones((zone,))})
    found = []
    if any(each.fits_zones(()) for each in faults):
        found.append(_restriction("Location", location, {"locations": [location]}))
    if zones:
        found.append(_restriction("Zone", location, {"locations": [location], "zones": zones}))
    return found


def _restriction(kind: str, location: str, where: Json) -> Json:
    return {
        "type": kind, "values": [location], "restrictionInfo": where, "reasonCode": "NotAvailableForSubscription"
    }  # fmt: skip


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
