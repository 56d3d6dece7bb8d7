"""A local Azure of its own, in a process of its own that may be killed, and what is left in it."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import httpx

from localazure.cli import serve
from localazure.faults.client import FaultClient
from mintage.azure import sweep
from mintage.azure.clients import Clients, connect
from mintage.names import BUILD_TAG
from mintage.settings import load_settings
from mintage.waiting import NotYet, wait_for

_START_SECONDS = 120
Hypervisor = Literal["instant", "qemu"]
_PROVISIONING_SECONDS: dict[Hypervisor, int] = {"instant": 60, "qemu": 1200}
"""Models report within seconds, on a busy machine too; machines whose processor is emulated within minutes."""
_AT_ONCE_SECONDS = 1200
"""Of a hundred models on two processors."""
_POLL_SECONDS: dict[Hypervisor, str] = {"instant": "0.05", "qemu": "2"}
_BUDGETED_POLL_SECONDS = "5"
"""As on Azure, in whose time budgets are refilled."""
_PORTS = {"port": "resource_manager", "metadata_port": "metadata", "blob_port": "blobs"}
_FORK = multiprocessing.get_context("fork")
"""All modules are in memory already: it starts in a quarter of the time that a new program takes."""
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
    hypervisor: Hypervisor = "instant"
    budgets: bool = False
    """Whether it refuses calls beyond Azure's budgets, to which its builds keep then."""
    _process: ForkProcess | None = None
    _ports: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PORTS, 0))

    @property
    def state(self) -> Path:
        return _state_in(self.folder)

    def start(self) -> None:
        """Start localazure, again on the ports it had; and again when it is killed meanwhile."""
        while not self._launched():
            if self._running().exitcode != -signal.SIGKILL:
                raise RuntimeError((self.folder / "localazure.log").read_text()[-3000:])
        endpoints = json.loads(self._named.read_text())
        self.environment = environment(self.folder, endpoints) | {
            "MINTAGE_POLL_SECONDS": _POLL_SECONDS[self.hypervisor]
        }
        if self.budgets:
            self.environment |= {"MINTAGE_POLL_SECONDS": _BUDGETED_POLL_SECONDS, "MINTAGE_BUDGET_SHARE": "1"}
        self._ports = {option: httpx.URL(endpoints[name]).port or 443 for option, name in _PORTS.items()}

    def revive(self) -> None:
        """Start it again if it was killed."""
        if not self._running().is_alive():
            self.start()

    def stop(self) -> None:
        if self._process is not None and self._process.is_alive():
            self._process.terminate()
            self._process.join(60)

    @property
    def pid(self) -> int:
        """From a file: a process of a build, which asks, was forked before localazure was started for the last time."""
        return int((self.folder / "pid").read_text())

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

    def _running(self) -> ForkProcess:
        if self._process is None:
            raise RuntimeError("localazure was not started")
        return self._process

    @property
    def _named(self) -> Path:
        """Where it says at which ports it answers, once it does."""
        return self.state / "server.json"

    def _launched(self) -> bool:
        """Whether it came up, and did not end before."""
        self._named.unlink(missing_ok=True)
        self._process = _FORK.Process(
            target=_serve, args=(self.folder, self.hypervisor, self.budgets, dict(self._ports))
        )
        self._process.start()
        (self.folder / "pid").write_text(str(self._process.pid))

        def attempt() -> bool:
            if not self._named.exists() and self._running().is_alive():
                raise NotYet("no server.json")
            return self._named.exists()

        deadline = time.monotonic() + _START_SECONDS
        return wait_for(attempt, "localazure did not start", where=str(self.folder), deadline=deadline, pause=0.05)


def _state_in(folder: Path) -> Path:
    return folder / "localazure"


def _serve(folder: Path, hypervisor: Hypervisor, budgets: bool, ports: dict[str, int]) -> None:
    """What `localazure serve` does, in a process that signals to this one do not reach."""
    os.setsid()
    log = os.open(folder / "localazure.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.getLogger().handlers.clear()
    seconds = _AT_ONCE_SECONDS if budgets else _PROVISIONING_SECONDS[hypervisor]
    os.environ["LOCALAZURE_PROVISIONING_TIMEOUT"] = str(seconds)
    arm, metadata, blobs = (ports[name] for name in _PORTS)
    state = _state_in(folder)
    serve(state, None, arm, metadata, blobs, hypervisor, pace=0, budgets=budgets, guest_port_offset=22000)


def environment(folder: Path, endpoints: dict[str, Any]) -> dict[str, str]:
    offset = int(endpoints["guest_port_offset"])
    return {
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": str(endpoints["metadata"]),
        "MINTAGE_SUBSCRIPTION_ID": str(endpoints["subscription"]),
        "MINTAGE_RESOURCE_MANAGER": str(endpoints["resource_manager"]),
        "MINTAGE_CA_FILE": str(endpoints["ca"]),
        "MINTAGE_BUILDER_ADDRESS": "127.0.0.1/32",
        "MINTAGE_SSH_PORT": str(22 + offset),
        "MINTAGE_WINRM_PORT": str(5986 + offset),
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
