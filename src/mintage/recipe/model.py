"""The recipe as a whole, and the parts of it that are too small for a file of their own."""

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


class Recipe(Part):
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
    tags: Tags = Field(default_factory=dict)

    @model_validator(mode="after")
    def _no_repeats(self) -> Self:
        for repeat in repeats(self.model_dump()):
            raise PydanticCustomError("repeat", "{text}", {"text": str(repeat)})
        return self
