"""Every command and COM object of the modelled machine, for an engine."""

from __future__ import annotations

import re
from dataclasses import replace

from localazure.windows.cmdlets import (
    appx,
    archives,
    certificates,
    cim,
    cms_messages,
    compress_archive,
    content,
    csv_files,
    defender,
    events,
    features,
    firewall,
    hyper_v,
    item_properties,
    items,
    items_change,
    local_accounts,
    navigation,
    network,
    processes,
    remoting,
    scheduled_task_parts,
    scheduled_task_registration,
    scheduled_tasks,
    select_string,
    services,
    start_process,
    system,
    temporary_files,
    transcripts,
    volumes,
    web,
)
from localazure.windows.cmdlets.com import com_types
from localazure.windows.cmdlets.types import process_types
from localazure.windows.machine.machine import Machine
from localazure.windows.powershell.commands import Command, CommandTable
from localazure.windows.powershell.types import DotnetType

_MODULES = (
    appx, archives, certificates, cim, cms_messages, compress_archive, content, csv_files, defender, events, features,
    firewall, hyper_v, item_properties, items, items_change, local_accounts, navigation, network, processes, remoting,
    scheduled_task_parts, scheduled_task_registration, scheduled_tasks, select_string, services, start_process, system,
    temporary_files, transcripts, volumes, web,
)  # fmt: skip

_NOUNS = (
    ("Appx(Package|$)", "Appx"),
    ("AppxProvisioned|WindowsOptionalFeature|WindowsCapability", "Dism"),
    ("WindowsFeature", "ServerManager"),
    ("BitLocker", "BitLocker"),
    ("VMSwitch", "Hyper-V"),
    ("SelfSignedCertificate|Certificate|PfxCertificate", "PKI"),
    ("Cim", "CimCmdlets"),
    ("NetFirewall", "NetSecurity"),
    ("NetAdapter", "NetAdapter"),
    ("Net", "NetTCPIP"),
    ("Dns", "DnsClient"),
    ("Local(User|Group)", "Microsoft.PowerShell.LocalAccounts"),
    ("ScheduledTask", "ScheduledTasks"),
    ("Volume|Partition|Disk", "Storage"),
    ("WSMan", "Microsoft.WSMan.Management"),
    ("WinEvent", "Microsoft.PowerShell.Diagnostics"),
    ("ExecutionPolicy", "Microsoft.PowerShell.Security"),
    ("FileHash|Unblock", "Microsoft.PowerShell.Utility"),
)
_OF_FEATURES = frozenset({"BitLocker", "Hyper-V"})
"""Modules that come with the feature of their name, and not with Windows."""


def add_commands(table: CommandTable, machine: Machine) -> None:
    """Add those that the machine has to a table that has the language's own."""
    for module in _MODULES:
        for found in vars(module).values():
            if isinstance(found, Command):
                named = replace(found, module=found.module or _module_of(found.name))
                if named.module not in _OF_FEATURES or machine.features.installed(named.module):
                    table.add(named)


def _module_of(name: str) -> str:
    """The PowerShell module that a command of Windows is in."""
    noun = name.partition("-")[2]
    return next((module for pattern, module in _NOUNS if re.match(pattern, noun)), "Microsoft.PowerShell.Management")


def machine_types() -> list[DotnetType]:
    return [*certificates.certificate_types(), *com_types(), *process_types()]
