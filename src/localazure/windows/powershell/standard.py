"""The commands and types every PowerShell of the model starts with, whatever machine it runs on."""

from localazure.windows.powershell.cmdlets import (
    aliases,
    clock,
    conversions,
    grouping,
    modules,
    objects,
    pipelines,
    secrets,
    selecting,
    session_state,
    showing,
    string_data,
    sundry,
    variables,
    writing,
)
from localazure.windows.powershell.commands import CommandTable
from localazure.windows.powershell.dotnet import (
    addresses,
    collections,
    converting,
    credentials,
    dictionaries,
    encodings,
    enumerations,
    enumerators,
    identifiers,
    mathematics,
    paths,
    regular_expressions,
    scalars,
    strings,
    times,
)
from localazure.windows.powershell.types import TypeTable


def standard_commands() -> CommandTable:
    """A new table of the generic commands, for the host to add its own to."""
    return CommandTable.of(
        aliases, clock, conversions, grouping, modules, objects, pipelines, secrets, selecting, session_state, showing,
        string_data, sundry, variables, writing,
    )  # fmt: skip


def standard_types() -> TypeTable:
    """A new table of .NET types, for the host to add its own to."""
    return TypeTable.of(
        addresses,
        collections,
        converting,
        credentials,
        dictionaries,
        encodings,
        enumerations,
        enumerators,
        identifiers,
        mathematics,
        paths,
        regular_expressions,
        scalars,
        strings,
        times,
    )
