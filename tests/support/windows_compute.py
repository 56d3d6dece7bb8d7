"""Windows machines with few words, for contract tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.compute import Compute

ADMINISTRATOR = "builder"
PASSWORD = "Correct-Horse-1"
WINDOWS = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2022-datacenter-g2",
    "version": "latest",
}


def windows_body(compute: Compute, name: str = "win", **nic: Any) -> dict[str, Any]:
    """A request for a machine from the marketplace image, to be changed as a test likes."""
    body = compute.body(name, nic=compute.nic(f"{name}-nic", **nic))
    body["properties"]["storageProfile"]["imageReference"] = dict(WINDOWS)
    body["properties"]["osProfile"] = {
        "computerName": name,
        "adminUsername": ADMINISTRATOR,
        "adminPassword": PASSWORD,
    }
    return body


@dataclass(frozen=True)
class Said:
    """What a script wrote."""

    out: str
    err: str


def run(compute: Compute, *lines: str, vm: str = "win", **parameters: str) -> Said:
    """What Run Command gives back. Raises HttpResponseError when the script fails."""
    body: Any = {"commandId": "RunPowerShellScript", "script": list(lines)}
    if parameters:
        body["parameters"] = [{"name": name, "value": value} for name, value in parameters.items()]
    out, err = compute.client.virtual_machines.begin_run_command(compute.group, vm, body).result().value
    assert (out.code, err.code) == ("ComponentStatus/StdOut/succeeded", "ComponentStatus/StdErr/succeeded")
    return Said(out.message, err.message)
