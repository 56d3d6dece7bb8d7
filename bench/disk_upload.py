"""A sparse disk into a page blob: Mintage's way against the Azure CLI's, on the same file and the same service.

Both are processes of their own, from their start to their end, with as many connections at once. The service is
localazure, so the seconds say nothing of Azure; the bytes do, and so does which is faster.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
from azure.storage.blob import ContainerClient, ContainerSasPermissions, generate_container_sas
from pydantic import BaseModel, ConfigDict

from bench.relay import Relay, relaying
from bench.sparse_disk import SIZE, write_vhd
from deployments.local_stack.stack import ROOT, Stack
from mintage.azure.clients import Clients
from mintage.upload.parallel import WORKERS

AZ = ROOT / ".venv-azure-cli" / "bin" / "az"
_GROUP, _CONTAINER = "bench", "disks"
_API = "2023-05-01"
_MIB = 1024 * 1024


class Sent(BaseModel):
    """What it took: bytes on the wire towards the service, the handshakes among them."""

    model_config = ConfigDict(frozen=True)

    tool: str
    seconds: float
    bytes_sent: int
    peak_memory_mib: int


class DiskUploads(BaseModel):
    """Both ways. The ratios are the other tool's to Mintage's: 1 and more is what is asked for."""

    model_config = ConfigDict(frozen=True)

    disk_size: int
    disk_data: int
    mintage: Sent
    other: Sent
    times_faster: float
    times_fewer_bytes: float


def measure_disk_uploads(stack: Stack, clients: Clients) -> DiskUploads:
    """Send one disk both ways. Raises RuntimeError when a tool fails, or does not bring all of the disk."""
    endpoints = json.loads((stack.slot.cloud / "server.json").read_text())
    account = f"bench{uuid.uuid4().hex[:12]}"
    signature = _signature(clients, account, f"{endpoints['blobs']}/{account}")
    with tempfile.TemporaryDirectory() as folder, relaying(int(endpoints["blobs"].rpartition(":")[2])) as relay:
        file = Path(folder) / "disk.vhd"
        write_vhd(file)
        root = f"https://localhost:{relay.port}/{account}"
        mintage = _sent(relay, "mintage", *_mintage(file, f"{root}/{_CONTAINER}/mintage.vhd?{signature}", clients))
        other = _sent(relay, _az_version(), *_az(file, root, signature, clients, Path(folder)))
        data = file.stat().st_blocks * 512
    return DiskUploads(
        disk_size=SIZE,
        disk_data=data,
        mintage=mintage,
        other=other,
        times_faster=round(other.seconds / mintage.seconds, 2),
        times_fewer_bytes=round(other.bytes_sent / mintage.bytes_sent, 2),
    )


_Command = tuple[Sequence[str], str, Mapping[str, str]]
"""What is run, what it reads from its standard input, and what is added to its environment."""


def _mintage(file: Path, url: str, clients: Clients) -> _Command:
    return [sys.executable, "-m", "bench.send_disk", str(file), str(clients.ca_file)], url, {}


def _az(file: Path, root: str, signature: str, clients: Clients, folder: Path) -> _Command:
    given = {"type": "page", "file": str(file), "container-name": _CONTAINER, "name": "az.vhd", "blob-endpoint": root}
    options = [word for name, value in given.items() for word in (f"--{name}", value)]
    connections = ["--max-connections", str(WORKERS), "--no-progress", "--output", "none"]
    environment = {
        "AZURE_STORAGE_SAS_TOKEN": signature,
        "REQUESTS_CA_BUNDLE": str(clients.ca_file),
        "AZURE_CONFIG_DIR": str(folder / "az"),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
    }
    return [str(AZ), "storage", "blob", "upload", *options, *connections], "", environment


def _az_version() -> str:
    told = subprocess.run([str(AZ), "version", "--output", "json"], capture_output=True, text=True, check=True).stdout
    return f"az storage blob upload --type page (azure-cli {json.loads(told)['azure-cli']})"


def _sent(relay: Relay, tool: str, command: Sequence[str], told: str, environment: Mapping[str, str]) -> Sent:
    before, began = relay.sent, time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | environment, cwd=ROOT) as process:
        assert process.stdin  # noqa: S101 - for the type checker
        process.stdin.write(told.encode())
        process.stdin.close()
        peak = _peak(process)
    seconds = time.monotonic() - began
    if process.returncode:
        message = f"{tool} ended with {process.returncode}"
        raise RuntimeError(message)
    return Sent(tool=tool, seconds=round(seconds, 2), bytes_sent=relay.sent - before, peak_memory_mib=peak)


def _peak(process: subprocess.Popen[bytes]) -> int:
    """Wait for its end; the most of resident memory that it was seen to have, in MiB."""
    seen, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        peak = max(peak, int(seen.memory_info().rss))
        time.sleep(0.05)
    return round(peak / _MIB)


def _signature(clients: Clients, account: str, url: str) -> str:
    """For a container of an account that is made here: what lets its bearer write to it."""
    clients.resources.resource_groups.create_or_update(_GROUP, {"location": "westeurope"})
    body = {"location": "westeurope", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}}
    _arm(clients, "PUT", account, body)
    key = _arm(clients, "POST", f"{account}/listKeys", None)["keys"][0]["value"]
    with ContainerClient(url, _CONTAINER, credential=key, connection_verify=clients.ca_file) as container:
        container.create_container()
    allowed = ContainerSasPermissions(read=True, write=True, create=True, list=True)
    expiry = datetime.now(UTC) + timedelta(hours=1)
    return generate_container_sas(account, _CONTAINER, account_key=key, permission=allowed, expiry=expiry)


def _arm(clients: Clients, method: str, path: str, body: Any) -> Any:  # noqa: ANN401 - JSON
    """There is no azure-mgmt-storage among what Mintage needs."""
    root = clients.settings.resource_manager
    token = clients.credential.get_token(f"{root}/.default").token
    url = (
        f"{root}/subscriptions/{clients.subscription_id}/resourceGroups/{_GROUP}/providers/"
        f"Microsoft.Storage/storageAccounts/{path}?api-version={_API}"
    )
    verify = httpx.create_ssl_context(verify=clients.ca_file or True)
    answer = httpx.request(method, url, json=body, verify=verify, headers={"Authorization": f"Bearer {token}"})
    return answer.raise_for_status().json()
