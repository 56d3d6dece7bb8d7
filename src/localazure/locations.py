"""The regions served, and Azure's two spellings of each: ``westeurope`` and ``West Europe``."""

from __future__ import annotations

from collections.abc import Sequence

from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId

LOCATIONS = {
    "eastus": "East US",
    "eastus2": "East US 2",
    "westus2": "West US 2",
    "westus3": "West US 3",
    "northeurope": "North Europe",
    "westeurope": "West Europe",
    "uksouth": "UK South",
    "francecentral": "France Central",
    "germanywestcentral": "Germany West Central",
    "swedencentral": "Sweden Central",
    "southeastasia": "Southeast Asia",
    "japaneast": "Japan East",
}


def normalise(location: str) -> str:
    """The short name. Raises CloudError as Azure does for a region there is not."""
    short = location.replace(" ", "").lower()
    if short not in LOCATIONS:
        message = (
            f"The provided location '{location}' is not available for resource group. "
            f"List of available regions is '{','.join(LOCATIONS)}'."
        )
        raise CloudError(400, "LocationNotAvailableForResourceGroup", message)
    return short


ZONES = ("1", "2", "3")
"""Availability zones; every region served has them."""


def check_zones(zones: Sequence[str], of: ResourceId, location: str) -> None:
    """Refuse a zone there is not."""
    if not set(zones) <= set(ZONES):
        message = (
            f"The zone(s) '{','.join(zones)}' for resource '{of.type}/{of.name}' is not supported. "
            f"The supported zones for location '{location}' are '{','.join(ZONES)}'."
        )
        raise CloudError(400, "AvailabilityZoneNotSupported", message)


def resource_location(location: str, of: ResourceId, current: str | None) -> str:
    """The short name for a resource. Raises CloudError for a region there is not, or another than it is in."""
    short = location.replace(" ", "").lower()
    if short not in LOCATIONS:
        message = (
            f"The provided location '{location}' is not available for resource type '{of.type}'. "
            f"List of available regions for the resource type is '{','.join(LOCATIONS)}'."
        )
        raise CloudError(400, "LocationNotAvailableForResourceType", message)
    if current is not None and current != short:
        message = (
            f"The resource '{of.name}' already exists in location '{current}' in resource group '{of.group}'. "
            f"A resource with the same name cannot be created in location '{short}'. "
            "Please select a new resource name."
        )
        raise CloudError(409, "InvalidResourceLocation", message)
    return short
