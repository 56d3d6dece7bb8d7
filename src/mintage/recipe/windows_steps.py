"""What is done to a Windows build VM, and what may run in any Windows guest."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from mintage.recipe.steps import CopyStep, ScriptStep, Step
from mintage.recipe.words import Duration, EnvironmentName, Part, RelativePath, Wording

_REFUSED = frozenset('<>"|?*')
"""Characters that no Windows file name holds (Microsoft Learn: "Naming Files, Paths, and Namespaces")."""
_MOST_EXIT_CODE, _LEAST_EXIT_CODE = 2**32 - 1, -(2**31)


def _absolute(path: PureWindowsPath) -> PureWindowsPath:
    below = path.parts[1:]
    if not (path.drive.endswith(":") and path.root and below) or ".." in below:
        message = rf"'{path}' is not an absolute path below a drive, such as C:\inetpub, without .."
        raise ValueError(message)
    if any(_REFUSED & set(part) or ":" in part for part in below):
        message = f"'{path}' has a character that no Windows file name may have"
        raise ValueError(message)
    return path


def _names_a_file(given: object) -> object:
    if isinstance(given, str) and given.endswith(("/", "\\")):
        message = f"{given!r} is a folder: give the file's own path, name included"
        raise ValueError(message)
    return given


def _unsigned(code: int) -> int:
    """Windows' exit codes have 32 bits; programs show those over 2**31 as negative."""
    return code % 2**32


WindowsDestination = Annotated[
    PureWindowsPath,
    AfterValidator(_absolute),
    # PureWindowsPath has no JSON form of its own that pydantic would read again everywhere.
    PlainSerializer(str, return_type=str),
    Field(json_schema_extra={"pattern": r"^[A-Za-z]:[\\/]"}),
]
ExitCode = Annotated[int, Field(ge=_LEAST_EXIT_CODE, le=_MOST_EXIT_CODE), AfterValidator(_unsigned)]
Kb = Annotated[str, Wording(r"^KB[0-9]{6,8}$", "is not an update's number, such as KB5031364")]


class WindowsFileStep(CopyStep):
    """Copy one file into the image."""

    kind: Literal["file"]
    source: RelativePath = Field(description="Path relative to the recipe")
    destination: Annotated[WindowsDestination, BeforeValidator(_names_a_file)] = Field(
        description="Absolute path in the image, with its drive"
    )


class WindowsDirectoryStep(CopyStep):
    """Copy a folder and all it holds into the image."""

    kind: Literal["directory"]
    source: RelativePath = Field(description="Path relative to the recipe")
    destination: WindowsDestination = Field(description="Absolute path in the image; made when absent")


class PowerShellCommand(Part):
    """What runs in a Windows guest: either lines given here, or a script beside the recipe."""

    inline: tuple[str, ...] = Field(
        (), description="Lines of one Windows PowerShell script, stopped by the first error"
    )
    script: RelativePath | None = Field(None, description="Path of a .ps1 file relative to the recipe")
    environment: dict[EnvironmentName, str] = Field(default_factory=dict)
    elevated: bool = Field(False, description="Run in a scheduled task, with rights a remote session does not have")
    run_as: Literal["administrator", "system"] = Field("administrator", description="system: in a scheduled task")
    timeout: Duration = "30m"
    exit_codes: tuple[ExitCode, ...] = Field((0,), min_length=1, description="Exit codes that mean success")

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if bool(self.inline) == bool(self.script):
            message = "give either inline or script, and not both"
            raise ValueError(message)
        return self


class PowerShellStep(ScriptStep, PowerShellCommand):
    """Run a PowerShell script in the image."""

    kind: Literal["powershell"]


class WindowsUpdateStep(Step):
    """Search, download and install updates, and reboot, until nothing is left."""

    kind: Literal["windows_update"]
    categories: tuple[str, ...] = Field(
        (), description="Only updates of these categories, such as Security Updates; absent: of all"
    )
    include: tuple[Kb, ...] = Field((), description="Only these; absent: all")
    exclude: tuple[Kb, ...] = Field((), description="Never these")
    reboots: int = Field(5, ge=0, le=20, description="Restarts at most; updates left after them fail the step")
    timeout: Duration = Field("4h", description="For all rounds together")

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        both = set(self.include) & set(self.exclude)
        if both:
            message = f"{', '.join(sorted(both))} cannot be both included and excluded"
            raise ValueError(message)
        return self


WindowsStep = Annotated[
    WindowsFileStep | WindowsDirectoryStep | PowerShellStep | WindowsUpdateStep, Field(discriminator="kind")
]
