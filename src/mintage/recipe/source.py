"""What an image starts from."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from mintage.recipe.disk_sources import ManagedDiskSource, SnapshotSource, VirtualMachineSource
from mintage.recipe.words import EnvironmentName, Part, ResourceId, Wording, kind_required

Urn = Annotated[str, Wording(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", "is not a part of a marketplace image's URN")]

LocalPath = Annotated[str, Wording(r"^[^~\x00][^\x00]*$", "is not a path, relative to the recipe or absolute")]
# A signature in a recipe would be in every checkout, and in what the build keeps.
_NO_SIGNATURE = "without ?, &, # (a signature belongs in a variable of the worker's environment: sas_variable)"
BlobUrl = Annotated[
    str,
    Wording(
        r"^https://[^/?#\s]+/[^/?#\s]+/[^?#&\s]+$", f"is not a blob's URL, https://…/container/blob {_NO_SIGNATURE}"
    ),
]
ContainerUrl = Annotated[
    str,
    Wording(
        r"^https://[^/?#\s]+/[^?#&\s]*[^/?#&\s]$", f"is not a container's URL, https://…/container {_NO_SIGNATURE}"
    ),
]


GalleryVersion = Annotated[
    str, Wording(r"^(latest|[0-9]+\.[0-9]+\.[0-9]+)$", "is not latest or an exact version such as 1.2.3")
]


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
    version: GalleryVersion = Field("latest", description="latest, or an exact version")


class CommunityGallerySource(Part):
    """A version of an image in a community gallery. Anyone may publish in one: nobody has looked at its images."""

    kind: Literal["community_gallery"]
    gallery: Annotated[str, Wording(r"^[A-Za-z0-9._-]+$", "is not a gallery's public name, such as Name-0a1b2c…")]
    image: Annotated[str, Wording(r"^[A-Za-z0-9._-]+$", "is not an image's name")]
    version: GalleryVersion = Field("latest", description="latest, or an exact version")


class SharedGallerySource(Part):
    """A version of an image in a gallery that its owner shares with this subscription or its tenant."""

    kind: Literal["shared_gallery"]
    gallery: Annotated[
        str, Wording(r"^[A-Za-z0-9._-]+$", "is not a gallery's unique name: its subscription, a hyphen and its name")
    ]
    image: Annotated[str, Wording(r"^[A-Za-z0-9._-]+$", "is not an image's name")]
    version: GalleryVersion = Field("latest", description="latest, or an exact version")


class ManagedImageSource(Part):
    """A managed image."""

    kind: Literal["managed_image"]
    image_id: Annotated[str, ResourceId("Microsoft.Compute/images/*")]


class VhdSource(Part):
    """A generalized disk: in a file on the worker, or in a page blob that is a fixed VHD."""

    kind: Literal["vhd"]
    file: LocalPath | None = Field(
        None, description="Raw, qcow2, VHD or VHDX; relative to the recipe, or absolute on the worker"
    )
    url: BlobUrl | None = Field(None, description="https://ACCOUNT.blob.core.windows.net/CONTAINER/BLOB")
    sas_variable: EnvironmentName | None = Field(
        None,
        description="Variable of the worker's environment with the blob's signature; absent: its identity reads it",
    )
    container: ContainerUrl | None = Field(
        None, description="Keep the file's VHD in this container, and make the disk from there"
    )
    generation: Literal["V1", "V2"] = Field("V2", description="V1 boots by BIOS, V2 by UEFI")

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if bool(self.file) == bool(self.url):
            message = "give either file or url, and not both"
            raise ValueError(message)
        if self.sas_variable and not self.url:
            message = "sas_variable is for url: a file needs no signature"
            raise ValueError(message)
        if self.container and not self.file:
            message = "container is for file: what url names is in one already"
            raise ValueError(message)
        return self


Source = Annotated[
    MarketplaceSource
    | GallerySource
    | CommunityGallerySource
    | SharedGallerySource
    | ManagedImageSource
    | VhdSource
    | SnapshotSource
    | ManagedDiskSource
    | VirtualMachineSource,
    Field(discriminator="kind"),
]
