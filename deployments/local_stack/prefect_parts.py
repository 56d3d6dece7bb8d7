"""Prefect as parts of the stack: its server with the UI, unless there is one already, and a worker."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import httpx
from prefect.client.orchestration import SyncPrefectClient

from deployments.local_stack.parts import Part
from deployments.local_stack.processes import start
from deployments.local_stack.slots import Slot

POOL = "mintage"
COMMON_QUEUE = "default"
"""Of the pool: where Prefect puts the runs of schedules and of the UI."""
SUPERVISION_QUEUE = "supervision"
"""Of the pool: where ``deployments/prefect.yaml`` puts the runs that look after builds."""
_PREFECT = (sys.executable, "-m", "prefect")
_SERVER_SECONDS = 120
"""A new SQLite file is ready after 7 to 8 s on two idle cores; they may not be idle."""
_WORKER_SECONDS = 60
_STOP_SECONDS = 10
_OTHER_CLOUDS = ("AZURE_", "MINTAGE_", "IDENTITY_", "MSI_")
"""What leads azure-identity and Mintage to a real subscription; a person who tries the demo may well have it set."""
_ALL = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    # What a server answers that cannot reach its database in time. A flow would fail of it.
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
}
"""What all parts are told."""


def existing_api() -> str | None:
    """Return the address of the server the environment names, if it does: then the stack uses that one."""
    return os.environ.get("PREFECT_API_URL") or None


def environment_of(slot: Slot, api: str) -> dict[str, str]:
    """Return this process's environment with Prefect's files in the slot, and no report of its use to its makers.

    Nothing in it leads to another cloud than the stack's own. ``PREFECT_API_DATABASE_CONNECTION_URL``,
    ``PREFECT_API_KEY`` and all else that is set stays as it is.
    """
    own = {
        "PREFECT_HOME": str(slot.prefect),
        "PREFECT_API_URL": api,
        "MINTAGE_REPORT_FOLDER": str(slot.reports),
        "MINTAGE_KEY_FILE": str(slot.folder / "key"),
    }
    # A profile is looked up in Prefect's folder, which is the slot's here.
    apart = ("PREFECT_PROFILE", *_OTHER_CLOUDS)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(apart)}
    return inherited | _ALL | own


def server(slot: Slot, api: str, environment: Mapping[str, str], root: Path) -> Part:
    """A Prefect server that answers at ``api``, http://HOST:PORT/api."""
    address = httpx.URL(api)
    settings = {
        # With a port of its own, the UI would still call 4200.
        "PREFECT_SERVER_UI_API_URL": api,
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # SQLite's file has one writer at a time: on a busy machine ten builds waited for it longer than the usual 10 s.
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        # PostgreSQL: as long for a connection, and as many as thirty builds ask for at once.
        "PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT": "60",
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE": "20",
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW": "20",
        # Else a restart of the server would keep the places of builds that are over.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    }
    command = [*_PREFECT, "server", "start", "--host", address.host, "--port", str(address.port)]
    return Part(
        partial(
            start, "prefect server", command, folder=slot.folder, environment={**environment, **settings}, cwd=root
        ),
        lambda process: process.wait_until(lambda: _healthy(api), _SERVER_SECONDS),
        _STOP_SECONDS,
    )


def queue_of(slot: Slot, *, shared: bool) -> str:
    """The name of the pool's queue that this stack's worker takes from; the same every time.

    On a server that is ``shared``, other machines and checkouts have slots of the same number.
    """
    own = f"stack-{slot.number}"
    if not shared:
        return own
    place = f"{os.uname().nodename}:{slot.folder.resolve()}"
    return f"{own}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"


def worker(
    slot: Slot, client: SyncPrefectClient, queues: Sequence[str], environment: Mapping[str, str], root: Path
) -> Part:
    """A worker for these queues of the pool. Flow runs inherit ``environment``.

    It is ready when it has told the server of itself; then it takes runs.
    """
    command = [*_PREFECT, "worker", "start", "--pool", POOL, "--type", "process", "--name", _worker_name(slot)]
    command += [word for queue in queues for word in ("--work-queue", queue)]
    own = {
        **environment,
        # Deployments leave it to each worker where the repository is.
        "MINTAGE_ROOT": str(root),
        # Somebody watches, so a run need not wait for the usual ten seconds between two looks for work.
        "PREFECT_WORKER_QUERY_SECONDS": "2",
    }
    return Part(
        partial(start, "worker", command, folder=slot.folder, environment=own, cwd=root),
        lambda process: process.wait_until(lambda: is_online(client, _worker_name(slot)), _WORKER_SECONDS),
        _STOP_SECONDS,
    )


def _worker_name(slot: Slot) -> str:
    # Machines that share a server have slots of the same number.
    return f"stack-{slot.number}-{os.uname().nodename}-{os.getpid()}"


def is_online(client: SyncPrefectClient, worker: str) -> bool:
    """Whether a worker of that name has told the server of itself."""
    try:
        answer = client.request(
            "POST", "/work_pools/{work_pool_name}/workers/filter", path_params={"work_pool_name": POOL}, json={}
        )
    except httpx.TransportError:
        return False
    return worker in {each["name"] for each in answer.json()}


def _healthy(api: str) -> bool:
    try:
        return httpx.get(f"{api}/health", timeout=2).is_success
    except httpx.TransportError:
        return False
