"""The variables a PowerShell 5.1 starts with."""

from typing import TYPE_CHECKING

from localazure.windows.powershell.scopes import Cell
from localazure.windows.powershell.values import PsObject, PsVersion, Table

if TYPE_CHECKING:
    from localazure.windows.powershell.engine import Engine

# Windows Server 2022 (build 20348) ships this Windows PowerShell.
_VERSION = PsVersion(5, 1, 20348, 2849)
_PREFERENCES = {
    "ErrorActionPreference": "Continue",
    "WarningPreference": "Continue",
    "VerbosePreference": "SilentlyContinue",
    "DebugPreference": "SilentlyContinue",
    "InformationPreference": "SilentlyContinue",
    "ProgressPreference": "Continue",
    "ConfirmPreference": "High",
    "WhatIfPreference": False,
    "ErrorView": "NormalView",
    "FormatEnumerationLimit": 4,
    "MaximumHistoryCount": 4096,
    "OutputEncoding": None,
}


def version_table() -> Table:
    compatible = [PsVersion(1, 0), PsVersion(2, 0), PsVersion(3, 0), PsVersion(4, 0), PsVersion(5, 0), _VERSION]
    return Table(
        {
            "PSVersion": _VERSION,
            "PSEdition": "Desktop",
            "PSCompatibleVersions": compatible,
            "BuildVersion": PsVersion(10, 0, 20348, 2849),
            "CLRVersion": PsVersion(4, 0, 30319, 42000),
            "WSManStackVersion": PsVersion(3, 0),
            "PSRemotingProtocolVersion": PsVersion(2, 3),
            "SerializationVersion": PsVersion(1, 1, 0, 1),
        }
    )


def declare(engine: "Engine") -> None:
    """Puts the automatic and preference variables into the global scope."""
    scope = engine.global_scope
    for name, value in _PREFERENCES.items():
        scope.variables[name.lower()] = Cell(name, value)
    home = next((value for key, value in engine.host.environment.items() if key.lower() == "userprofile"), "")
    profile = f"{home}\\Documents\\WindowsPowerShell\\Microsoft.PowerShell_profile.ps1"
    size = PsObject.typed("System.Management.Automation.Host.Size", {"Width": engine.host.width, "Height": 25})
    raw = PsObject.typed(
        "System.Management.Automation.Internal.Host.InternalHostRawUserInterface",
        {"BufferSize": size, "WindowSize": size},
    )
    ui = PsObject.typed("System.Management.Automation.Internal.Host.InternalHostUserInterface", {"RawUI": raw})
    host = PsObject.typed(
        "System.Management.Automation.Internal.Host.InternalHost",
        {"Name": "ConsoleHost", "Version": _VERSION, "UI": ui, "CurrentCulture": "en-US"},
    )
    constants = {
        "Error": engine.errors,
        "PSVersionTable": version_table(),
        "PSEdition": "Desktop",
        "Host": host,
        "HOME": home,
        "PROFILE": profile,
        "ShellId": "Microsoft.PowerShell",
        "PSHOME": "C:\\Windows\\System32\\WindowsPowerShell\\v1.0",
        "PSCulture": "en-US",
        "PSUICulture": "en-US",
        "PSDefaultParameterValues": Table(),
        "StackTrace": "",
    }
    for name, value in constants.items():
        scope.variables[name.lower()] = Cell(name, value)
