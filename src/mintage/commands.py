"""A recipe's command as the script that runs in a guest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mintage.errors import RecipeError
from mintage.recipe import Command, PowerShellCommand, Script

_UNATTENDED = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}
"""Without these, debconf and Ubuntu's needrestart ask questions that nobody is there to answer."""


def script_of(command: Script, folder: Path) -> str:
    """Its text; ``folder`` holds the recipe. Raises RecipeError when its script cannot be read."""
    if command.script is None:
        return "\n".join(command.inline) + "\n"
    # A script from a checkout with Windows line ends would not find its interpreter.
    return _read(folder / command.script).replace("\r\n", "\n")


def powershell_of(command: PowerShellCommand, folder: Path) -> str:
    """As ``script_of``, for Windows. Lines given in the recipe stop at the first error; a script is as it is."""
    if command.script is None:
        return "$ErrorActionPreference = 'Stop'\n" + "\n".join(command.inline) + "\n"
    return _read(folder / command.script).removeprefix("\ufeff")


def environment_of(command: Command) -> Mapping[str, str]:
    """What the recipe gives, and what keeps package managers from asking."""
    return {**_UNATTENDED, **command.environment}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError("The script cannot be read", where=str(path), seen=str(error)) from error
