"""Where and on what the build VM runs."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mintage.recipe.words import Duration, Part, Region, ResourceId, Size, Zone

_PREFIX = "10.83.0.0/24"
_NOT_FOR_NETWORKS = tuple(
    IPv4Network(text)
    for text in ("224.0.0.0/4", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32")
)
"""Azure Virtual Network FAQ: what addresses a virtual network may not have."""
SubnetId = Annotated[str, ResourceId("Microsoft.Network/virtualNetworks/*/subnets/*")]
_ZONES = "Availability zones, tried in this order for each size; absent: Azure chooses"


def _prefix(text: str) -> str:
    try:
        network = IPv4Network(text)
    except ValueError as error:
        message = f"{text!r} is not a network such as 10.83.0.0/24 ({error})"
        raise ValueError(message) from None
    if str(network) != text:
        message = f"{text!r} is to be written as {network}"
        raise ValueError(message)
    if reserved := next((each for each in _NOT_FOR_NETWORKS if network.overlaps(each)), None):
        message = f"{text!r} cannot be a network's: Azure does not allow it {reserved}"
        raise ValueError(message)
    # Azure keeps five addresses of every subnet for itself: /29 is the smallest there is.
    if not 8 <= network.prefixlen <= 29:
        message = f"{text!r} is not between /8 and /29, as Azure requires of a network"
        raise ValueError(message)
    return text


class Network(Part):
    """How the builder reaches the build VM."""

    address: Literal["public", "private"] = Field(
        "public", description="private: the builder is inside or peered with the subnet"
    )
    prefix: Annotated[str, AfterValidator(_prefix)] = Field(
        _PREFIX, description="Address space of the network made for this build"
    )
    subnet_id: SubnetId | None = Field(None, description="Use this existing subnet instead of making a network")

    @model_validator(mode="after")
    def _one_network(self) -> Self:
        if self.subnet_id and self.prefix != _PREFIX:
            message = "give either prefix or subnet_id: an existing subnet has its own prefix"
            raise ValueError(message)
        return self


class Spot(Part):
    """Unused capacity at a lower price, which Azure may take back: then the build goes on at the full price."""

    max_price: float | None = Field(
        None, gt=0, le=1000, description="US dollars an hour; absent: whatever it costs, at most the full price"
    )
    eviction: Literal["deallocate", "delete"] = Field(
        "deallocate", description="What becomes of the disk when Azure takes the VM back; delete loses what was done"
    )


class DataDisk(Part):
    """An empty disk that the build VM is made with. The recipe's steps fill it, and it goes into the image."""

    lun: int = Field(ge=0, le=63, description="Linux finds it as /dev/disk/azure/scsi1/lunN")
    gib: int = Field(ge=1, le=32767)
    storage: Literal["Standard_LRS", "StandardSSD_LRS", "Premium_LRS"] = "Standard_LRS"
    caching: Literal["None", "ReadOnly", "ReadWrite"] = "None"


class FallbackRegion(Part):
    """Another region to build in, when the one before has no room."""

    name: Region
    zones: tuple[Zone, ...] = Field((), description=_ZONES)
    subnet_id: SubnetId | None = Field(None, description="An existing subnet there, if network.subnet_id is one")


class Build(Part):
    """Where and on what the build VM runs."""

    region: Region = Field(description="Azure's short name, such as westeurope")
    zones: tuple[Zone, ...] = Field((), description=_ZONES)
    sizes: tuple[Size, ...] = Field(
        ("Standard_D2s_v5",), min_length=1, description="Tried in this order when one is not to be had"
    )
    spot: Spot | None = Field(None, description="Try Spot VMs first, of all sizes; then those at the full price")
    fallback_regions: tuple[FallbackRegion, ...] = Field(
        (), description="Tried in this order when the region has none of the sizes"
    )
    os_disk_gib: int | None = Field(None, ge=1, le=4095, description="Larger than the source's disk; absent: as large")
    data_disks: tuple[DataDisk, ...] = ()
    network: Network = Network()
    expires_after: Duration = Field("8h", description="After this the sweeper may remove what is left of the build")

    @model_validator(mode="after")
    def _subnets_everywhere(self) -> Self:
        for region in self.fallback_regions:
            if bool(region.subnet_id) != bool(self.network.subnet_id):
                message = (
                    f"fallback region {region.name} and network must both have a subnet_id, or neither: "
                    "a subnet is in one region"
                )
                raise ValueError(message)
        return self
