"""The scripts of the points, each printing one JSON object."""

from __future__ import annotations

from importlib.resources import files

from mintage.powershell import script


def text_of(name: str) -> str:
    """A script's text behind what Mintage's own scripts begin with."""
    return script("powershell/system.ps1") + bare(name)


def bare(name: str) -> str:
    """A script's text alone."""
    return (files(__name__) / name).read_text(encoding="ascii")
