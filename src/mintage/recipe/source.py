"""What an image starts from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from mintage.recipe.words import Part, ResourceId, Wording, kind_required

Urn = Annotated[str, Wording(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", "is not a part of a marketplace image's URN")]


class MarketplaceSource(Part):
    """An image of the Azure Marketplace."""

    model_config = ConfigDict(json_schema_extra=kind_required("kind"))

    kind: Literal["marketplace"] = "marketplace"
    publisher: Urn
    offer: Urn
    sku: Urn
    version: Annotated[
        str, Wording(r"^(latest|[0-9][0-9.]*\*?)$", "is not latest, a prefix such as 12.2026*, or an exact version")
    ] = Field("latest", description="latest, a prefix such as 12.2026*, or an exact version")
    accept_terms: bool = Field(False, description="Accept the publisher's terms if the image has a purchase plan")


class GallerySource(Part):
    """A version of an image definition in an Azure Compute Gallery this identity can read."""

    kind: Literal["gallery"]
    definition_id: Annotated[str, ResourceId("Microsoft.Compute/galleries/*/images/*")]
    version: Annotated[
        str, Wording(r"^(latest|[0-9]+\.[0-9]+\.[0-9]+)$", "is not latest or an exact version such as 1.2.3")
    ] = Field("latest", description="latest, or an exact version")


class ManagedImageSource(Part):
    """A managed image."""

    kind: Literal["managed_image"]
    image_id: Annotated[str, ResourceId("Microsoft.Compute/images/*")]


Source = Annotated[MarketplaceSource | GallerySource | ManagedImageSource, Field(discriminator="kind")]
