"""localazure as a part of the stack: its base image, its process, and what a worker must know to use it."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from deployments.local_stack.errors import StackError
from deployments.local_stack.parts import Part
from deployments.local_stack.ports import Ports, is_free
from deployments.local_stack.processes import Process, start
from deployments.local_stack.slots import Slot

Hypervisor = Literal["qemu", "instant"]
SSH = 22
WINRM = 5986
_GUEST = "127.83.83.83"
"""Any loopback address that no guest has: a host's own sshd, and the kernel's limits, hold for all of them."""
_OFFSET = 22000
_START_SECONDS = 60
"""Machines that a killed server left running are adopted before it answers."""
_STOP_SECONDS = 60
"""It shuts its machines down in good order."""


@dataclass(frozen=True)
class CloudOptions:
    """What ``localazure serve`` is told."""

    hypervisor: Hypervisor
    pace: float
    guest_port_offset: int


def guest_port_offset() -> int:
    """Return 0 when guests can have their own ports at their addresses, else what is added to each."""
    return 0 if is_free(SSH, _GUEST) and is_free(WINRM, _GUEST) else _OFFSET


def make_base_image(environment: Mapping[str, str]) -> None:
    """Make the image that VMs start from, unless it is cached; progress goes to standard error. Raises StackError."""
    # Its standard output is the image's path, and the demo's is for the result alone.
    made = subprocess.run(
        [sys.executable, "-m", "localazure", "base-image"], env=environment, stdout=subprocess.DEVNULL, check=False
    )
    if made.returncode:
        raise StackError("The base image could not be made; what failed is said above. Then start again.")


def cloud(slot: Slot, ports: Ports, options: CloudOptions, environment: Mapping[str, str], root: Path) -> Part:
    """The local Azure on the slot's state; started, it goes on with what it did when it was last stopped."""
    command: list[str | Path] = [
        *(sys.executable, "-m", "localazure", "serve", "--state", slot.cloud),
        *("--port", str(ports.resource_manager), "--metadata-port", str(ports.metadata)),
        *("--blob-port", str(ports.blobs)),
        *("--hypervisor", options.hypervisor, "--pace", str(options.pace)),
        *("--guest-port-offset", str(options.guest_port_offset)),
    ]

    def launch() -> Process:
        (slot.cloud / "server.json").unlink(missing_ok=True)
        return start("localazure", command, folder=slot.folder, environment=environment, cwd=root)

    return Part(launch, lambda process: process.wait_until(lambda: _answers(slot), _START_SECONDS), _STOP_SECONDS)


def account(slot: Slot) -> dict[str, str]:
    """Return what a worker's environment must say to use the localazure that answers."""
    endpoints = _endpoints(slot)
    return {
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": endpoints["metadata"],
        "MINTAGE_SUBSCRIPTION_ID": endpoints["subscription"],
        "MINTAGE_RESOURCE_MANAGER": endpoints["resource_manager"],
        "MINTAGE_CA_FILE": endpoints["ca"],
        "MINTAGE_BUILDER_ADDRESS": "127.0.0.1/32",
        "MINTAGE_SSH_PORT": str(SSH + int(endpoints["guest_port_offset"])),
        "MINTAGE_WINRM_PORT": str(WINRM + int(endpoints["guest_port_offset"])),
    }


def _endpoints(slot: Slot) -> dict[str, str]:
    written = json.loads((slot.cloud / "server.json").read_text(encoding="utf-8"))
    return {name: str(value) for name, value in written.items()}


def _answers(slot: Slot) -> bool:
    if not (slot.cloud / "server.json").exists():
        return False
    endpoints = _endpoints(slot)
    try:
        trust = ssl.create_default_context(cafile=endpoints["ca"])
        return httpx.get(f"{endpoints['resource_manager']}/_localazure/health", verify=trust, timeout=2).is_success
    except httpx.TransportError:
        return False
