"""A local Azure of its own, in a process of its own that may be killed, and what is left in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx

from localazure.faults.client import FaultClient
from mintage.azure import sweep
from mintage.azure.clients import Clients, connect
from mintage.names import BUILD_TAG
from mintage.settings import load_settings
from mintage.waiting import NotYet, wait_for

_START_SECONDS = 120
_SETTINGS = {"LOCALAZURE_PROVISIONING_TIMEOUT": "60"}
"""Models report within seconds, on a busy machine too."""
_PORTS = {"--port": "resource_manager", "--metadata-port": "metadata", "--blob-port": "blobs"}
_LATER = timedelta(days=30)
"""When everything that builds left has expired."""
PUBLISHED_TO = "images"
"""The resource group of the recipes' galleries."""
_VERSION = "/versions/"


@dataclass
class World:
    """``folder`` holds the cloud's state, and what builds in it keep."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _ports: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PORTS, 0))

    @property
    def state(self) -> Path:
        return self.folder / "localazure"

    def start(self) -> None:
        """Start localazure, again on the ports it had."""
        (self.state / "server.json").unlink(missing_ok=True)
        command = [
            *(sys.executable, "-m", "localazure", "serve", "--state", str(self.state), "--hypervisor", "instant"),
            *("--pace", "0", "--guest-port-offset", "22000"),
            *(word for option, port in self._ports.items() for word in (option, str(port))),
        ]
        with (self.folder / "localazure.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env=os.environ | _SETTINGS
            )
        self._await()

    def revive(self) -> None:
        """Start it again if it was killed."""
        if self._running().poll() is not None:
            self.start()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(60)

    @property
    def pid(self) -> int:
        return self._running().pid

    @contextmanager
    def faults(self) -> Iterator[FaultClient]:
        with FaultClient(self.state) as client:
            yield client

    @contextmanager
    def clients(self) -> Iterator[Clients]:
        with patch.dict(os.environ, self.environment), connect(load_settings()) as clients:
            yield clients

    def strays(self) -> frozenset[str]:
        """The ids of all groups and resources in it, tagged or not, but for galleries and definitions, which stay."""
        with self.clients() as clients:
            groups: list[Any] = list(clients.resources.resource_groups.list())
            resources: list[Any] = list(clients.resources.resources.list())
        found = [str(each["id"]) for each in (*groups, *resources)]
        return frozenset(each for each in found if not _stays(each))

    def sweep(self) -> None:
        """As the sweeper would when everything that builds left has expired."""
        later = datetime.now(UTC) + _LATER
        with self.clients() as clients:
            sweep.remove(clients, sweep.find_expired(clients, later), later)

    def versions(self, build_id: str) -> list[Any]:
        """The image versions that the build made, in whichever gallery."""
        tagged = f"tagName eq '{BUILD_TAG}' and tagValue eq '{build_id}'"
        with self.clients() as clients:
            found: list[Any] = list(clients.resources.resources.list(filter=tagged))
            return [_version(clients, str(each["id"])) for each in found if _VERSION in str(each["id"])]

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("localazure was not started")
        return self._process

    def _await(self) -> None:
        def attempt() -> None:
            if not (self.state / "server.json").exists() and self._running().poll() is None:
                raise NotYet("no server.json")

        deadline = time.monotonic() + _START_SECONDS
        wait_for(attempt, "localazure did not start", where=str(self.folder), deadline=deadline, pause=0.05)
        if not (self.state / "server.json").exists():
            raise RuntimeError((self.folder / "localazure.log").read_text()[-3000:])
        endpoints = json.loads((self.state / "server.json").read_text())
        self.environment = _environment(self.folder, endpoints)
        self._ports = {option: httpx.URL(endpoints[name]).port or 443 for option, name in _PORTS.items()}


def _environment(folder: Path, endpoints: dict[str, Any]) -> dict[str, str]:
    offset = int(endpoints["guest_port_offset"])
    return {
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": str(endpoints["metadata"]),
        "MINTAGE_SUBSCRIPTION_ID": str(endpoints["subscription"]),
        "MINTAGE_RESOURCE_MANAGER": str(endpoints["resource_manager"]),
        "MINTAGE_CA_FILE": str(endpoints["ca"]),
        "MINTAGE_BUILDER_ADDRESS": "127.0.0.1/32",
        "MINTAGE_SSH_PORT": str(22 + offset),
        "MINTAGE_WINRM_PORT": str(5986 + offset),
        "MINTAGE_POLL_SECONDS": "0.05",
        # Its cloud has none of Azure's budgets, and waits for nothing.
        "MINTAGE_BUDGET_SHARE": "0",
        "MINTAGE_KEY_FILE": str(folder / "key"),
        "MINTAGE_REPORT_FOLDER": str(folder / "reports"),
        "MINTAGE_STATE_FOLDER": str(folder / "state"),
        # Nothing of this asks Prefect's server.
        "PREFECT_API_URL": "http://127.0.0.1:9/api",
        "PREFECT_HOME": str(folder / "prefect"),
    }


def _stays(identity: str) -> bool:
    group = identity.split("/")[4]
    return group.lower() == PUBLISHED_TO and _VERSION not in identity


def _version(clients: Clients, identity: str) -> Any:  # noqa: ANN401 - as Azure writes it
    words = identity.split("/")
    group, gallery, definition, version = words[4], words[8], words[10], words[12]
    return clients.compute.gallery_image_versions.get(group, gallery, definition, version)


def is_excluded(version: Any) -> bool:  # noqa: ANN401 - as Azure writes it
    profile = version["properties"].get("publishingProfile") or {}
    return bool(profile.get("excludeFromLatest", True))
