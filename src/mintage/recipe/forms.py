"""What an image is delivered as, besides the version in the recipe's own gallery."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mintage.recipe.definition import Definition
from mintage.recipe.source import ContainerUrl, LocalPath
from mintage.recipe.target import GalleryTarget, ResourceGroup
from mintage.recipe.words import Part, Wording

Subscription = Annotated[
    str, Wording(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "is not a subscription's id")
]


class ManagedImageForm(Part):
    """A managed image in the build region, named after the recipe and the version."""

    kind: Literal["managed_image"]
    resource_group: ResourceGroup = Field(description="Made when absent")


class VhdForm(Part):
    """The disks as fixed VHDs, named after the recipe and the version: files, or blobs."""

    kind: Literal["vhd"]
    folder: LocalPath | None = Field(None, description="On the worker; relative to the recipe, or absolute")
    container: ContainerUrl | None = Field(None, description="Of a storage account; the worker's identity writes to it")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.folder) == bool(self.container):
            message = "give either folder or container"
            raise ValueError(message)
        return self


class CopyForm(GalleryTarget):
    """The same version in another gallery, of this subscription or another one of the tenant."""

    kind: Literal["copy"]
    subscription_id: Subscription | None = Field(None, description="Absent: the build's own")
    definition: Definition | None = Field(None, description="Absent: as publish.definition")


Form = Annotated[ManagedImageForm | VhdForm | CopyForm, Field(discriminator="kind")]
