"""The commands and types every PowerShell of the model starts with, whatever machine it runs on."""

from localazure.windows.powershell.cmdlets import (
    clock,
    conversions,
    grouping,
    objects,
    pipelines,
    selecting,
    session_state,
    showing,
    writing,
)
from localazure.windows.powershell.commands import CommandTable
from localazure.windows.powershell.dotnet import (
    collections,
    converting,
    credentials,
    encodings,
    identifiers,
    mathematics,
    regular_expressions,
    scalars,
    strings,
    times,
)
from localazure.windows.powershell.types import TypeTable


def standard_commands() -> CommandTable:
    """A new table of the generic commands, for the host to add its own to."""
    modules = (clock, conversions, grouping, objects, pipelines, selecting, session_state, showing, writing)
    return CommandTable.of(*modules)


def standard_types() -> TypeTable:
    """A new table of .NET types, for the host to add its own to."""
    return TypeTable.of(
        collections,
        converting,
        credentials,
        encodings,
        identifiers,
        mathematics,
        regular_expressions,
        scalars,
        strings,
        times,
    )
