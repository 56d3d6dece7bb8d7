"""A place in a gallery that versions are published to, and what each region there holds of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from mintage.recipe.definition import Date
from mintage.recipe.words import Duration, Part, Region, ResourceId, Wording

Storage = Literal["Standard_LRS", "Standard_ZRS", "Premium_LRS"]
EncryptionSet = Annotated[str, ResourceId("Microsoft.Compute/diskEncryptionSets/*")]


class Replicas(Part):
    """What a region holds of the version."""

    replicas: int = Field(1, ge=1, le=100)
    storage: Storage = "Standard_LRS"
    disk_encryption_set: EncryptionSet | None = Field(None, description="In the region; its key encrypts the replicas")
    exclude_from_latest: bool = Field(False, description="Who asks for the latest there gets another version")


class TargetRegion(Replicas):
    """A region the version is copied to."""

    name: Region


class Safety(Part):
    """What Azure refuses to do to the version."""

    allow_deletion_of_replicated_locations: bool = True
    block_deletion_before_end_of_life: bool = Field(False, description="Needs end_of_life; nobody can undo it before")


def _end_of_life_kind(value: object) -> str:
    return "date" if isinstance(value, date) or (isinstance(value, str) and value[:4].isdigit()) else "duration"


EndOfLife = Annotated[
    Annotated[Date, Tag("date")] | Annotated[Duration, Tag("duration")], Discriminator(_end_of_life_kind)
]


ResourceGroup = Annotated[
    str,
    Wording(
        r"^[-\w._()]{0,89}[-\w_()]$",
        "is not a resource group's name: letters, digits, dots, hyphens, underscores and brackets, 90 at most, "
        "no dot at the end",
    ),
]


class GalleryTarget(Replicas):
    """Where a version goes. ``replicas`` and what is beside it are those in the build region."""

    resource_group: ResourceGroup = Field(description="Holds the gallery; made when absent")
    gallery: Annotated[
        str,
        Wording(
            r"^[A-Za-z0-9]([A-Za-z0-9._]{0,78}[A-Za-z0-9])?$",
            "is not a gallery's name: letters, digits and inner dots and underscores (no hyphen), 80 at most",
        ),
    ]
    regions: tuple[TargetRegion, ...] = Field((), description="Besides the build region, which always holds one")
    end_of_life: EndOfLife | None = Field(None, description="A date, or how long after the build")
    replication_mode: Literal["full", "shallow"] = Field(
        "full", description="shallow: there in a minute, for trying out; never to be made full"
    )
    safety: Safety = Safety()

    @model_validator(mode="after")
    def _end_to_wait_for(self) -> Self:
        if self.safety.block_deletion_before_end_of_life and self.end_of_life is None:
            message = "safety.block_deletion_before_end_of_life needs end_of_life"
            raise ValueError(message)
        return self
