"""Windows machines with few words, for contract tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.compute import Compute
from tests.support.network import rule
from tests.support.run_command import begin_script

ADMINISTRATOR = "builder"
PASSWORD = "Correct-Horse-1"
WINDOWS = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2022-datacenter-g2",
    "version": "latest",
}
UPDATED_APP = "Microsoft.DesktopAppInstaller_2.0.0.0_x64__8wekyb3d8bbwe"


def update_app(package: str = UPDATED_APP) -> str:
    """A script that updates an app for the user who runs it; everybody else has the version that is provisioned.

    Sysprep stops at that, and who compares names sees nothing (learn.microsoft.com, "Sysprep fails after you remove or
    update Microsoft Store apps").
    """
    path = rf"C:\Windows\Temp\{package}.appx"
    return f"Set-Content -Path {path} -Value 'An app'\nAdd-AppxPackage -Path {path}\nRemove-Item -Path {path}"


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


def reachable_nic(compute: Compute, name: str) -> dict[str, Any]:
    """What lets WinRM in from here: a public address and a security group. For ``windows_body``."""
    winrm = rule("winrm", 100, destinationPortRange="5985-5986")
    address = compute.net.public_ip(f"{name}-ip")
    group = compute.net.security_group(f"{name}-nsg", winrm)
    return {"publicIPAddress": {"id": address.id}, "networkSecurityGroup": {"id": group.id}}


def winrm_port(compute: Compute, name: str, port: int) -> tuple[str, int]:
    """Where a machine's port answers on this host."""
    address = compute.net.client.public_ip_addresses.get(compute.group, f"{name}-ip").ip_address
    return str(address), port + compute.azure.endpoints.guest_port_offset


@dataclass(frozen=True)
class Said:
    """What a script wrote."""

    out: str
    err: str


def run(compute: Compute, *lines: str, vm: str = "win", **parameters: str) -> Said:
    """What Run Command gives back. Raises HttpResponseError when the script fails."""
    begun = begin_script(compute.client, compute.group, vm, *lines, command="RunPowerShellScript", **parameters)
    out, err = begun.result().value
    assert (out.code, err.code) == ("ComponentStatus/StdOut/succeeded", "ComponentStatus/StdErr/succeeded")
    return Said(out.message, err.message)
