"""What an image is made of. A recipe is plain data: loading one creates nothing (see ``recipe_file`` for YAML)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
"""Lower-case letters, digits and hyphens, 40 at most: it becomes part of resource names."""
GalleryName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._]{0,78}[A-Za-z0-9])?$")]
DefinitionName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$")]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


def _seconds(text: str) -> str:
    parse_duration(text)
    return text


Duration = Annotated[str, AfterValidator(_seconds), Field(examples=["90s", "10m", "2h", "30d"])]
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> timedelta:
    """``90s``, ``10m``, ``2h``, ``30d``. Raises ValueError for anything else, zero included."""
    match = re.fullmatch(r"([1-9][0-9]*)([smhd])", text)
    if match is None:
        message = f"{text!r} is not a duration: a whole number and s, m, h or d, such as 90s or 10m"
        raise ValueError(message)
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MarketplaceSource(_Part):
    """An image of the Azure Marketplace."""

    kind: Literal["marketplace"] = "marketplace"
    publisher: str
    offer: str
    sku: str
    version: str = Field("latest", description="latest, a prefix such as 12.2026*, or an exact version")
    accept_terms: bool = Field(False, description="Accept the publisher's terms if the image has a purchase plan")


class GallerySource(_Part):
    """A version of an image definition in an Azure Compute Gallery this identity can read."""

    kind: Literal["gallery"]
    definition_id: str = Field(pattern=r"(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Compute/galleries/[^/]+/images/[^/]+$")
    version: str = "latest"


class ManagedImageSource(_Part):
    """A managed image."""

    kind: Literal["managed_image"]
    image_id: str = Field(pattern=r"(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Compute/images/[^/]+$")


Source = Annotated[MarketplaceSource | GallerySource | ManagedImageSource, Field(discriminator="kind")]


class Network(_Part):
    """How the builder reaches the build VM."""

    address: Literal["public", "private"] = Field("public", description="private: the builder is inside or peered with the subnet")
    prefix: str = Field("10.83.0.0/24", description="Address space of the network made for this build")
    subnet_id: str | None = Field(None, description="Use this existing subnet instead of making a network")


class Build(_Part):
    """Where and on what the build VM runs."""

    region: str = Field(pattern=r"^[a-z0-9]+$", description="Azure's short name, such as westeurope")
    sizes: tuple[str, ...] = Field(("Standard_D2s_v5",), min_length=1, description="Tried in this order when one is not to be had")
    os_disk_gib: int | None = Field(None, ge=1, le=4095, description="Larger than the source's disk; absent: as large")
    network: Network = Network()
    expires_after: Duration = Field("8h", description="After this the sweeper may remove what is left of the build")


class _Step(_Part):
    name: str = Field(min_length=1, max_length=60)


class FileStep(_Step):
    """Copy one file into the image."""

    kind: Literal["file"]
    source: str = Field(description="Path relative to the recipe")
    destination: PurePosixPath
    mode: str = Field("0644", pattern=r"^[0-7]{4}$")
    owner: str = "root:root"


class DirectoryStep(_Step):
    """Copy a folder and all it holds into the image."""

    kind: Literal["directory"]
    source: str = Field(description="Path relative to the recipe")
    destination: PurePosixPath
    owner: str = "root:root"


class Command(_Part):
    """What runs in a guest: either lines given here, or a script beside the recipe."""

    inline: tuple[str, ...] = Field((), description="Lines of one shell script, run with -e")
    script: str | None = Field(None, description="Path relative to the recipe")
    environment: dict[EnvironmentName, str] = {}
    run_as: Literal["root", "user"] = "root"
    timeout: Duration = "30m"
    exit_codes: tuple[int, ...] = Field((0,), min_length=1, description="Exit codes that mean success")

    @model_validator(mode="after")
    def _one_of(self) -> Command:
        if bool(self.inline) == bool(self.script):
            message = "give either inline or script, and not both"
            raise ValueError(message)
        return self


class ShellStep(Command, _Step):
    """Run a script in the image."""

    kind: Literal["shell"]
    reboot: bool = Field(False, description="The script reboots the machine; the build goes on when it is back")


CustomizeStep = Annotated[FileStep | DirectoryStep | ShellStep, Field(discriminator="kind")]


class Generalize(_Part):
    """How the machine's identity is removed."""

    timeout: Duration = "10m"
    keep_package_cache: bool = False
    keep_logs: bool = False


class Test(Command):
    """One question the recipe asks of a VM booted from the captured image; a valid exit code is a pass."""

    name: str = Field(min_length=1, max_length=60)
    timeout: Duration = "2m"


class Verify(_Part):
    """How the captured image is proved."""

    sizes: tuple[str, ...] = Field((), description="Sizes of the two VMs; absent: as the build VM")
    boot_timeout: Duration = "10m"
    tests: tuple[Test, ...] = ()


class CalendarVersion(_Part):
    """YYYY.MMDD.N, N counting the day's versions from 0."""

    scheme: Literal["calendar"] = "calendar"


class SemanticVersion(_Part):
    """The highest version there is, raised by one part; 1.0.0 when there is none."""

    scheme: Literal["semantic"]
    bump: Literal["major", "minor", "patch"] = "patch"


class ExplicitVersion(_Part):
    scheme: Literal["explicit"]
    version: str = Field(pattern=r"^(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})$")


Version = Annotated[CalendarVersion | SemanticVersion | ExplicitVersion, Field(discriminator="scheme")]


class TargetRegion(_Part):
    name: str = Field(pattern=r"^[a-z0-9]+$")
    replicas: int = Field(1, ge=1, le=100)
    storage: Literal["Standard_LRS", "Standard_ZRS", "Premium_LRS"] = "Standard_LRS"


class Definition(_Part):
    """The image definition, made when absent. What it is stays as it is once made."""

    name: DefinitionName
    publisher: str
    offer: str
    sku: str
    description: str | None = None


class Publish(_Part):
    """Where the image goes once it is proved."""

    resource_group: str = Field(pattern=r"^[-\w._()]{0,89}[-\w_()]$", description="Holds the gallery; made when absent")
    gallery: GalleryName
    definition: Definition
    version: Version = CalendarVersion()
    regions: tuple[TargetRegion, ...] = Field((), description="Besides the build region, which always holds one")
    replicas: int = Field(1, ge=1, le=100, description="Replicas in the build region")
    end_of_life: Duration | date | None = Field(None, description="A date, or how long after the build")


class Recipe(_Part):
    """A golden image: from what, by which steps, proved how, published where."""

    name: Name
    description: str | None = None
    os: Literal["linux"]
    source: Source
    build: Build
    customize: tuple[CustomizeStep, ...] = ()
    generalize: Generalize = Generalize()
    verify: Verify = Verify()
    publish: Publish
    tags: dict[str, str] = {}
