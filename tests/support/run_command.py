"""Run Command, as the SDK has it."""

from __future__ import annotations

from typing import Any

from azure.mgmt.compute import ComputeManagementClient


def begin_script(
    client: ComputeManagementClient, group: str, vm: str, *lines: str, command: str = "RunShellScript", **given: str
) -> Any:
    """Give a script to the machine by Run Command, with what it is ``given`` by name. Returns the SDK's poller."""
    body: Any = {"commandId": command, "script": list(lines)}
    if given:
        body["parameters"] = [{"name": name, "value": value} for name, value in given.items()]
    return client.virtual_machines.begin_run_command(group, vm, body)
