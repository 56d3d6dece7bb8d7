"""Where an image goes once it is proved."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from mintage.recipe.definition import Definition
from mintage.recipe.forms import CopyForm, Form, ManagedImageForm
from mintage.recipe.target import GalleryTarget
from mintage.recipe.words import Part, Wording, kind_required

LARGEST_PART = 2**31 - 1
"""A version's parts are 32-bit integers (Microsoft Learn, "Azure Compute Gallery": image versions)."""


class CalendarVersion(Part):
    """YYYY.MMDD.N, N counting the day's versions from 0."""

    model_config = ConfigDict(json_schema_extra=kind_required("scheme"))

    scheme: Literal["calendar"] = "calendar"


class SemanticVersion(Part):
    """The highest version there is, raised by one part; 1.0.0 when there is none."""

    scheme: Literal["semantic"]
    bump: Literal["major", "minor", "patch"] = "patch"


def _fits(version: str) -> str:
    if any(int(part) > LARGEST_PART for part in version.split(".")):
        message = f"{version!r} has a part over {LARGEST_PART}, Azure's largest"
        raise ValueError(message)
    return version


class ExplicitVersion(Part):
    """This version and no other; a build is refused when it is taken."""

    scheme: Literal["explicit"]
    version: Annotated[
        str,
        Wording(
            r"^(0|[1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,9})$",
            "is not a version: three whole numbers without leading zeros, such as 1.20.3",
        ),
        AfterValidator(_fits),
    ]


Version = Annotated[CalendarVersion | SemanticVersion | ExplicitVersion, Field(discriminator="scheme")]


class Publish(GalleryTarget):
    """Where the image goes once it is proved: a version in a gallery, and what else it is delivered as."""

    definition: Definition
    version: Version = CalendarVersion()
    capture_from: Literal["vm", "snapshots"] = Field(
        "vm", description="What the version is made from: the build VM itself, or snapshots of its disks"
    )
    forms: tuple[Form, ...] = Field((), description="What the image is delivered as besides the version")

    @model_validator(mode="after")
    def _one_state(self) -> Self:
        for number, form in enumerate(self.forms):
            if isinstance(form, CopyForm) and form.definition and form.definition.state != self.definition.state:
                message = f"forms[{number}].definition.state must be {self.definition.state}: it is a copy"
                raise ValueError(message)
            if isinstance(form, ManagedImageForm) and self.definition.state == "specialized":
                message = f"forms[{number}] cannot be: a managed image must be generalized to make VMs from it"
                raise ValueError(message)
        return self
