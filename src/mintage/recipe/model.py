"""The recipe as a whole: what every golden image is made of, and what a Linux one adds."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from mintage.recipe.build import Build
from mintage.recipe.disk_sources import ManagedDiskSource, SnapshotSource, VirtualMachineSource
from mintage.recipe.publish import Publish
from mintage.recipe.repeats import repeats
from mintage.recipe.source import ManagedImageSource, Source, VhdSource
from mintage.recipe.steps import Command, CustomizeStep, Script
from mintage.recipe.tags import Tags
from mintage.recipe.timeouts import Timeouts
from mintage.recipe.words import Duration, Label, Name, Part, Size


class GeneralizeStep(Script):
    """Something more that must not be in the image: what takes it away, and what shows that it is gone."""

    name: Name
    prove: tuple[str, ...] = Field(
        min_length=1, description="Lines of one shell script; it prints what is still there, nothing when it is gone"
    )

    @property
    def operation(self) -> str:
        """What the step is called among the operations of all machines."""
        return f"recipe-{self.name}"


class Generalize(Part):
    """How the machine's identity is removed."""

    timeout: Duration = "10m"
    keep_package_cache: bool = False
    keep_logs: bool = False
    steps: tuple[GeneralizeStep, ...] = Field(
        (), description="Besides what is known of the distribution; with them one that is not known is accepted"
    )


class Test(Command):
    """One question the recipe asks of a VM booted from the captured image; a valid exit code is a pass."""

    name: Label
    timeout: Duration = "2m"


class Verify(Part):
    """How the captured image is proved."""

    sizes: tuple[Size, ...] = Field((), description="Sizes of the two VMs; absent: as the build VM")
    boot_timeout: Duration = "10m"
    tests: tuple[Test, ...] = ()


_IN_ONE_REGION = (ManagedImageSource, SnapshotSource, ManagedDiskSource, VirtualMachineSource, VhdSource)


class RecipeBase(Part):
    """A golden image, whatever its system: from what, made where, published where."""

    name: Name
    description: str | None = None
    source: Source
    build: Build
    publish: Publish
    timeouts: Timeouts = Timeouts()
    tags: Tags = Field(default_factory=dict)

    @model_validator(mode="after")
    def _no_repeats(self) -> Self:
        for repeat in repeats(self.model_dump()):
            raise PydanticCustomError("repeat", "{text}", {"text": str(repeat)})
        return self

    @model_validator(mode="after")
    def _source_everywhere(self) -> Self:
        if self.build.fallback_regions and isinstance(self.source, _IN_ONE_REGION):
            kind = self.source.kind.replace("_", " ")
            message = f"build.fallback_regions cannot be used: a {kind} is in one region; put an image in a gallery"
            raise ValueError(message)
        return self


def _works_on_original(recipe: RecipeBase) -> bool:
    return isinstance(recipe.source, VirtualMachineSource) and recipe.source.generalize_original


class LinuxRecipe(RecipeBase):
    """A golden image of a Linux distribution: from what, by which steps, proved how, published where."""

    os: Literal["linux"]
    customize: tuple[CustomizeStep, ...] = ()
    generalize: Generalize = Generalize()
    verify: Verify = Verify()

    @model_validator(mode="after")
    def _something_to_generalize(self) -> Self:
        if self.publish.definition.state == "specialized" and self.generalize != Generalize():
            message = "generalize says how something is done that is not: publish.definition.state is specialized"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _original_as_it_is(self) -> Self:
        if not _works_on_original(self):
            return self
        if self.customize:
            message = "customize cannot be used with source.generalize_original: what fails there could not be undone"
            raise ValueError(message)
        if self.publish.definition.state == "specialized":
            message = "source.generalize_original and publish.definition.state: specialized exclude each other"
            raise ValueError(message)
        return self
