"""Windows machines with few words, for contract tests."""

from __future__ import annotations

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
