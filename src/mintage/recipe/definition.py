"""The image definition: what all versions of an image have in common."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mintage.recipe.words import Part, Wording

_IDENTIFIER = Wording(
    r"^[A-Za-z0-9._-]{0,63}[A-Za-z0-9_-]$",
    "is not an identifier: letters, digits, dot, hyphen and underscore, 64 at most, no dot at the end",
)
Identifier = Annotated[str, _IDENTIFIER]
Date = Annotated[date, Field(json_schema_extra={"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})]
"""A format alone does not tell an editor dates and durations apart."""
Link = Annotated[str, Wording(r"^https?://[^\s/]+\S*$", "is not a link that begins with https:// or http://")]
DefinitionName = Annotated[
    str,
    Wording(
        r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$",
        "is not a definition's name: letters, digits and inner dots, hyphens and underscores, 80 at most",
    ),
]


Security = Literal[
    "Standard", "TrustedLaunchSupported", "ConfidentialVMSupported", "TrustedLaunchAndConfidentialVmSupported"
]
"""Those whose versions can come from the build VM, which is Standard: TrustedLaunch and ConfidentialVM cannot."""


class Features(Part):
    """What VMs made from the image may use. Azure takes each on the author's word: the image must have the drivers."""

    security: Security | None = Field(
        None, description="Absent: TrustedLaunchSupported of a generalized Gen2 image, Standard of another"
    )
    nvme: bool | None = Field(None, description="Disks may be attached by NVMe as well as by SCSI")
    accelerated_networking: bool | None = None
    hibernation: bool | None = None


class PurchasePlan(Part):
    """The Marketplace plan VMs made from the image are bought under."""

    publisher: str = Field(min_length=1)
    product: str = Field(min_length=1)
    name: str = Field(min_length=1)


class Range(Part):
    """From the least to the most that is recommended."""

    min: int = Field(ge=1)
    max: int = Field(ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            message = f"min {self.min} is more than max {self.max}"
            raise ValueError(message)
        return self


class Recommended(Part):
    """Sizes the image is meant for. Azure shows them, and holds nobody to them."""

    vcpus: Range | None = None
    memory_gib: Range | None = None


class Definition(Part):
    """The image definition, made when absent. What it is stays so once made; what it says is brought up to date."""

    name: DefinitionName
    publisher: Identifier
    offer: Identifier
    sku: Identifier
    state: Literal["generalized", "specialized"] = Field(
        "generalized", description="specialized: the machine keeps its name, accounts and keys; nothing is taken away"
    )
    features: Features = Features()
    purchase_plan: PurchasePlan | None = Field(None, description="Absent: the source's, if it has one")
    recommended: Recommended = Recommended()
    disallowed_disk_types: tuple[Literal["Standard_LRS", "StandardSSD_LRS", "Premium_LRS"], ...] = ()
    description: str | None = None
    eula: Link | None = None
    privacy_statement: Link | None = None
    release_notes: Link | None = None
    end_of_life: Date | None = Field(None, description="Of the whole definition; publish.end_of_life is the version's")
