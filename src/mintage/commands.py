"""A recipe's command as the script that runs in a guest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mintage.errors import RecipeError
from mintage.recipe import Command

_UNATTENDED = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}
"""Without these, debconf and Ubuntu's needrestart ask questions that nobody is there to answer."""


def script_of(command: Command, folder: Path) -> str:
    """The command's text; ``folder`` holds the recipe. Raises RecipeError when its script cannot be read."""
    if command.script is None:
        return "\n".join(command.inline) + "\n"
    path = folder / command.script
    try:
        # A script from a checkout with Windows line ends would not find its interpreter.
        return path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError("The script cannot be read", where=str(path), seen=str(error)) from error


def environment_of(command: Command) -> Mapping[str, str]:
    """What the recipe gives, and what keeps package managers from asking."""
    return {**_UNATTENDED, **command.environment}
