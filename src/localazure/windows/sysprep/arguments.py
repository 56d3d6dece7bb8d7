"""Sysprep's command line (learn.microsoft.com, "Sysprep Command-Line Options")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ending = Literal["quit", "shutdown", "reboot"]
_ENDINGS: dict[str, Ending] = {"quit": "quit", "shutdown": "shutdown", "reboot": "reboot"}
_SWITCHES = {"generalize", "oobe", "audit", "quiet", *_ENDINGS}


class BadArguments(Exception):
    """The command line is none of Sysprep's."""


@dataclass(frozen=True)
class Arguments:
    generalize: bool
    audit: bool
    """Else OOBE."""
    virtual_machine: bool
    quiet: bool
    ending: Ending
    unattend: str | None
    names: tuple[str, ...]
    """The options in the order given, in upper case, as the log lists them."""


def parse_arguments(arguments: list[str]) -> Arguments:
    """Raises BadArguments, also for no argument at all: the model has no window to ask in."""
    switches: dict[str, str] = {}
    for argument in arguments:
        name, _, value = argument[1:].partition(":")
        if argument[:1] not in {"/", "-"} or not _known(name.lower(), value):
            raise BadArguments(argument)
        switches[name.lower()] = value.strip('"')
    if ("oobe" in switches) == ("audit" in switches):
        raise BadArguments("one of /oobe and /audit")
    if "mode" in switches and not ("generalize" in switches and "oobe" in switches):
        # "This option can be used only with /generalize and /oobe."
        raise BadArguments("/mode:vm")
    return Arguments(
        generalize="generalize" in switches,
        audit="audit" in switches,
        virtual_machine="mode" in switches,
        quiet="quiet" in switches,
        ending=next((_ENDINGS[name] for name in switches if name in _ENDINGS), "shutdown"),
        unattend=switches.get("unattend"),
        names=tuple(name.upper() for name in switches),
    )


def _known(name: str, value: str) -> bool:
    if name == "mode":
        return value.lower() == "vm"
    return bool(value) if name == "unattend" else name in _SWITCHES and not value
