"""Serves each VM's IMDS, wire server and host plugin on unix sockets, all from one thread with one event loop.

QEMU leads the guest's connections here (see ``hypervisor/qemu/command.py``). The sockets are named by the VM, so a
guest that outlived a server finds them again as soon as the next server opens them.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import socket
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from localazure.guest.host_plugin import host_plugin
from localazure.guest.imds import imds
from localazure.guest.reports import GuestReports
from localazure.guest.run_command import ScriptDesk
from localazure.guest.scheduled_events import ScheduledEvents
from localazure.guest.wire_server import wire_server
from localazure.hypervisor.base import GuestIdentity

DEADLINE_SECONDS = 10.0
SOCKETS = ("imds", "wire", "plugin")
_log = logging.getLogger("localazure.guest")


def socket_path(folder: Path, name: str) -> Path:
    """``name`` is one of :data:`SOCKETS`."""
    return folder / f"{name}.sock"


class GuestServices:
    """All guests' services. ``open`` and ``close`` may be called from any thread, and repeated."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._servers: dict[Path, list[tuple[uvicorn.Server, asyncio.Task[None]]]] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, name="localazure-guests", daemon=True)
        self._thread.start()

    def open(
        self,
        folder: Path,
        identity: GuestIdentity,
        reports: GuestReports,
        desk: ScriptDesk,
        events: ScheduledEvents,
    ) -> None:
        """Listen in ``folder`` for the guest that ``identity`` describes, replacing what listened there before."""
        applications = {
            "imds": imds(identity, events),
            "wire": wire_server(identity, reports, desk),
            "plugin": host_plugin(reports, desk),
        }
        self._do(self._open(folder, applications))

    def close(self, folder: Path) -> None:
        self._do(self._close(folder))

    def shutdown(self) -> None:
        """Close everything and end the thread. Nothing may be called afterwards but this."""
        if not self._thread.is_alive():
            return
        for folder in list(self._servers):
            self.close(folder)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE_SECONDS)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        future: concurrent.futures.Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.result(DEADLINE_SECONDS)

    async def _open(self, folder: Path, applications: dict[str, Starlette]) -> None:
        await self._close(folder)
        self._servers[folder] = [self._serve(socket_path(folder, name), app) for name, app in applications.items()]

    def _serve(self, path: Path, application: Starlette) -> tuple[uvicorn.Server, asyncio.Task[None]]:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        config = uvicorn.Config(
            application,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        return server, self._loop.create_task(server.serve(sockets=[listener]), name=str(path))

    async def _close(self, folder: Path) -> None:
        served = self._servers.pop(folder, [])
        for server, _ in served:
            server.should_exit = True
        for _, task in served:
            await asyncio.wait([task], timeout=DEADLINE_SECONDS / 4)
        for name in SOCKETS:
            socket_path(folder, name).unlink(missing_ok=True)
