"""The recipe as a whole: what every golden image is made of, and what a Linux one adds."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from mintage.recipe.build import Build
from mintage.recipe.publish import Publish
from mintage.recipe.repeats import repeats
from mintage.recipe.source import Source
from mintage.recipe.steps import Command, CustomizeStep
from mintage.recipe.tags import Tags
from mintage.recipe.words import Duration, Label, Name, Part, Size


class Generalize(Part):
    """How the machine's identity is removed."""

    timeout: Duration = "10m"
    keep_package_cache: bool = False
    keep_logs: bool = False


class Test(Command):
    """One question the recipe asks of a VM booted from the captured image; a valid exit code is a pass."""

    name: Label
    timeout: Duration = "2m"


class Verify(Part):
    """How the captured image is proved."""

    sizes: tuple[Size, ...] = Field((), description="Sizes of the two VMs; absent: as the build VM")
    boot_timeout: Duration = "10m"
    tests: tuple[Test, ...] = ()


class RecipeBase(Part):
    """A golden image, whatever its system: from what, made where, published where."""

    name: Name
    description: str | None = None
    source: Source
    build: Build
    publish: Publish
    tags: Tags = Field(default_factory=dict)

    @model_validator(mode="after")
    def _no_repeats(self) -> Self:
        for repeat in repeats(self.model_dump()):
            raise PydanticCustomError("repeat", "{text}", {"text": str(repeat)})
        return self


class LinuxRecipe(RecipeBase):
    """A golden image of a Linux distribution: from what, by which steps, proved how, published where."""

    os: Literal["linux"]
    customize: tuple[CustomizeStep, ...] = ()
    generalize: Generalize = Generalize()
    verify: Verify = Verify()
