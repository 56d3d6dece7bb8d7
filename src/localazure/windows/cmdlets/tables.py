"""Every command and COM object of the modelled machine, for an engine."""

from __future__ import annotations

from localazure.windows.cmdlets import (
    appx,
    archives,
    certificates,
    cim,
    content,
    events,
    features,
    firewall,
    item_properties,
    items,
    items_change,
    local_accounts,
    navigation,
    network,
    processes,
    remoting,
    scheduled_tasks,
    select_string,
    services,
    start_process,
    system,
    volumes,
)
from localazure.windows.cmdlets.com import com_types
from localazure.windows.cmdlets.types import process_types
from localazure.windows.powershell.commands import CommandTable
from localazure.windows.powershell.types import DotnetType

_MODULES = (
    appx, archives, certificates, cim, content, events, features, firewall, item_properties, items, items_change,
    local_accounts, navigation, network, processes, remoting, scheduled_tasks, select_string, services, start_process,
    system, volumes,
)  # fmt: skip


def add_commands(table: CommandTable) -> None:
    """Add them all to a table that has the language's own."""
    for module in _MODULES:
        table.add_module(module)


def machine_types() -> list[DotnetType]:
    return [*com_types(), *process_types()]
