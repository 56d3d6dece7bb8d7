"""Where and on what the build VM runs."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mintage.recipe.words import Duration, Part, Region, ResourceId, Size

_PREFIX = "10.83.0.0/24"


def _prefix(text: str) -> str:
    try:
        network = IPv4Network(text)
    except ValueError as error:
        message = f"{text!r} is not a network such as 10.83.0.0/24 ({error})"
        raise ValueError(message) from None
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
    subnet_id: Annotated[str, ResourceId("Microsoft.Network/virtualNetworks/*/subnets/*")] | None = Field(
        None, description="Use this existing subnet instead of making a network"
    )

    @model_validator(mode="after")
    def _one_network(self) -> Self:
        if self.subnet_id and self.prefix != _PREFIX:
            message = "give either prefix or subnet_id: an existing subnet has its own prefix"
            raise ValueError(message)
        return self


class Build(Part):
    """Where and on what the build VM runs."""

    region: Region = Field(description="Azure's short name, such as westeurope")
    sizes: tuple[Size, ...] = Field(
        ("Standard_D2s_v5",), min_length=1, description="Tried in this order when one is not to be had"
    )
    os_disk_gib: int | None = Field(None, ge=1, le=4095, description="Larger than the source's disk; absent: as large")
    network: Network = Network()
    expires_after: Duration = Field("8h", description="After this the sweeper may remove what is left of the build")
