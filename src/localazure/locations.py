"""The regions served, and Azure's two spellings of each: ``westeurope`` and ``West Europe``."""

from __future__ import annotations

from localazure.arm.errors import CloudError

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
