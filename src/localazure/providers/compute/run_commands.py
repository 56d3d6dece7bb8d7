"""Which commands Run Command knows in a region: ``…/locations/{location}/runCommands``."""

from __future__ import annotations

from typing import Any

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.cloud import Cloud, Route
from localazure.hypervisor.base import OsType
from localazure.providers.compute.regional import regional_url, served_location

_COMMANDS = regional_url("runCommands")
_SCHEMA = "http://schema.management.azure.com/schemas/2016-11-17/runcommands.json"


def _document(command_id: str, os_type: OsType, language: str, script: list[str]) -> Json:
    return {
        "$schema": _SCHEMA,
        "id": command_id,
        "osType": os_type,
        "label": f"Executes a {language} script",
        "description": (
            f"Custom multiline {language.removeprefix('Linux ')} script should be defined in script property. "
            "Optional parameters can be set in parameters property."
        ),
        "script": script,
        "parameters": [
            {"name": name, "type": "string", "defaultValue": value}
            for name, value in (("arg1", "value1"), ("arg2", "value2"))
        ],
    }


_POWERSHELL = [
    "param(",
    "    [string]$arg1,",
    "    [string]$arg2",
    ")",
    "Write-Host This is a sample script with parameters $arg1 $arg2",
]
_SHELL = ["echo This is a sample script with parameters $arg1 $arg2"]
DOCUMENTS: dict[str, Json] = {
    "runpowershellscript": _document("RunPowerShellScript", "Windows", "PowerShell", _POWERSHELL),
    "runshellscript": _document("RunShellScript", "Linux", "Linux shell", _SHELL),
}
"""By lower-case id. Azure has more, each a script of its own that nothing here needs."""


def list_run_commands(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - as routes are called
    served_location(call, values["location"], "locations/runCommands")
    return Answer(200, {"value": [_base(document) for document in DOCUMENTS.values()]})


def show_run_command(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - as routes are called
    served_location(call, values["location"], "locations/runCommands")
    return Answer(200, run_command(values["command"]))


def run_command(command_id: str) -> Json:
    """The document of a command. Raises CloudError 404 for one that is not served."""
    found = DOCUMENTS.get(command_id.lower())
    if found is None:
        served = ", ".join(str(document["id"]) for document in DOCUMENTS.values())
        message = f"The entity was not found: there is no run command '{command_id}' (localazure serves {served})."
        raise CloudError(404, "NotFound", message, target="commandId")
    return found


def _base(document: Json) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in {"script", "parameters"}}


RUN_COMMAND_ROUTES = (
    Route("GET", _COMMANDS, list_run_commands),
    Route("GET", f"{_COMMANDS}/{{command}}", show_run_command),
)
