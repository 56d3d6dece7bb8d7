"""Where an image goes once it is proved."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag

from mintage.recipe.words import Duration, Part, Region, Wording, kind_required

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


class TargetRegion(Part):
    """A region the version is copied to, with how many replicas on what storage."""

    name: Region
    replicas: int = Field(1, ge=1, le=100)
    storage: Literal["Standard_LRS", "Standard_ZRS", "Premium_LRS"] = "Standard_LRS"


_IDENTIFIER = Wording(
    r"^[A-Za-z0-9._-]{0,63}[A-Za-z0-9_-]$",
    "is not an identifier: letters, digits, dot, hyphen and underscore, 64 at most, no dot at the end",
)
Identifier = Annotated[str, _IDENTIFIER]


class Definition(Part):
    """The image definition, made when absent. What it is stays as it is once made."""

    name: Annotated[
        str,
        Wording(
            r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$",
            "is not a definition's name: letters, digits and inner dots, hyphens and underscores, 80 at most",
        ),
    ]
    publisher: Identifier
    offer: Identifier
    sku: Identifier
    description: str | None = None


def _end_of_life_kind(value: object) -> str:
    return "date" if isinstance(value, date) or (isinstance(value, str) and value[:4].isdigit()) else "duration"


# A format alone does not tell an editor the two apart.
_Date = Annotated[date, Field(json_schema_extra={"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})]
EndOfLife = Annotated[
    Annotated[_Date, Tag("date")] | Annotated[Duration, Tag("duration")], Discriminator(_end_of_life_kind)
]


class Publish(Part):
    """Where the image goes once it is proved."""

    resource_group: Annotated[
        str,
        Wording(
            r"^[-\w._()]{0,89}[-\w_()]$",
            "is not a resource group's name: letters, digits, dots, hyphens, underscores and brackets, 90 at most, "
            "no dot at the end",
        ),
    ] = Field(description="Holds the gallery; made when absent")
    gallery: Annotated[
        str,
        Wording(
            r"^[A-Za-z0-9]([A-Za-z0-9._]{0,78}[A-Za-z0-9])?$",
            "is not a gallery's name: letters, digits and inner dots and underscores (no hyphen), 80 at most",
        ),
    ]
    definition: Definition
    version: Version = CalendarVersion()
    regions: tuple[TargetRegion, ...] = Field((), description="Besides the build region, which always holds one")
    replicas: int = Field(1, ge=1, le=100, description="Replicas in the build region")
    end_of_life: EndOfLife | None = Field(None, description="A date, or how long after the build")
