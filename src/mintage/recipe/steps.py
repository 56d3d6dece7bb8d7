"""What is done to the build VM, and what may run in any guest."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from mintage.recipe.words import Duration, EnvironmentName, Label, Owner, Part, RelativePath, Wording


def _absolute(path: PurePosixPath) -> PurePosixPath:
    if not path.is_absolute() or ".." in path.parts or path == PurePosixPath("/"):
        message = f"'{path}' is not an absolute path below /, without .."
        raise ValueError(message)
    return path


def _names_a_file(given: object) -> object:
    # PurePosixPath drops the last slash, and with it the sign that a folder was meant.
    if isinstance(given, str) and given.endswith("/"):
        message = f"{given!r} is a folder: give the file's own path, name included"
        raise ValueError(message)
    return given


Destination = Annotated[PurePosixPath, AfterValidator(_absolute), Field(json_schema_extra={"pattern": "^/"})]


class Step(Part):
    """What every step has."""

    name: Label
    checkpoint: bool = Field(
        False, description="Keep a copy of the disk when the step is done, for the build to come back to"
    )


class ScriptStep(Step):
    """What every step that runs a script has."""

    rerun: bool = Field(
        False,
        description="Run the script again when it failed or was cut short; absent: go back to a checkpoint first",
    )
    reboot: bool = Field(False, description="The script reboots the machine; the build goes on when it is back")


class CopyStep(Step):
    """What every step that copies has."""

    timeout: Duration = Field("2h", description="For all of it to be in the guest")


class FileStep(CopyStep):
    """Copy one file into the image."""

    kind: Literal["file"]
    source: RelativePath = Field(description="Path relative to the recipe")
    destination: Annotated[Destination, BeforeValidator(_names_a_file)] = Field(
        description="Absolute path in the image"
    )
    mode: Annotated[str, Wording(r"^[0-7]{4}$", "is not a file mode: four octal digits, such as 0644")] = "0644"
    owner: Owner = "root:root"


class DirectoryStep(CopyStep):
    """Copy a folder and all it holds into the image."""

    kind: Literal["directory"]
    source: RelativePath = Field(description="Path relative to the recipe")
    destination: Destination = Field(description="Absolute path in the image; made when absent")
    owner: Owner = "root:root"


class Script(Part):
    """What runs in a guest: either lines given here, or a script beside the recipe."""

    inline: tuple[str, ...] = Field((), description="Lines of one shell script, run with -e")
    script: RelativePath | None = Field(None, description="Path relative to the recipe")

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if bool(self.inline) == bool(self.script):
            message = "give either inline or script, and not both"
            raise ValueError(message)
        return self


class Command(Script):
    """A script, and how it is run."""

    environment: dict[EnvironmentName, str] = Field(default_factory=dict)
    run_as: Literal["root", "user"] = "root"
    timeout: Duration = "30m"
    exit_codes: tuple[Annotated[int, Field(ge=0, le=255)], ...] = Field(
        (0,), min_length=1, description="Exit codes that mean success"
    )


class ShellStep(ScriptStep, Command):
    """Run a script in the image."""

    kind: Literal["shell"]


CustomizeStep = Annotated[FileStep | DirectoryStep | ShellStep, Field(discriminator="kind")]
