"""The server: its cloud, its listeners, and its orderly start and end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from localazure.arm.app import arm_app
from localazure.arm.auth import STORAGE_AUDIENCE, Tokens
from localazure.blobs.access import Access
from localazure.blobs.app import blob_app
from localazure.blobs.store import BlobStore
from localazure.certificates import ensure_certificates
from localazure.cloud import Cloud, Subscription
from localazure.drivers import make_catalogue, make_hypervisor
from localazure.faults.control import control_token
from localazure.faults.ledger import Ledger
from localazure.files import write_whole
from localazure.listener import Listener, make_listener
from localazure.login import login_routes, metadata_app
from localazure.pace import Pace
from localazure.providers.all import PROVIDERS, public_routes, resume
from localazure.settings import ServerSettings
from localazure.store import Store

log = logging.getLogger("localazure.server")

ADDRESS = "127.0.0.1"


class ServerError(Exception):
    """The server cannot start: what is in the way, and what to do."""


@dataclass(frozen=True)
class Endpoints:
    """What a client needs to be told."""

    resource_manager: str
    metadata: str
    blobs: str
    ca: str
    subscription: str
    tenant: str
    client_id: str
    guest_port_offset: int


class Server:
    """One server on one state folder. ``run`` blocks until ``stop``."""

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self._stack = contextlib.ExitStack()
        self._listeners: list[Listener] = []
        self._stopping = False
        try:
            self._prepare()
        except BaseException:
            self._stack.close()
            raise

    def _prepare(self) -> None:
        settings = self.settings
        settings.state.mkdir(parents=True, exist_ok=True)
        self._stack.enter_context(_only_server(settings.state))
        named = {"port": settings.port, "metadata-port": settings.metadata_port, "blob-port": settings.blob_port}
        self._sockets = []
        for option, port in named.items():
            self._sockets.append(_bind(port, option))
            self._stack.callback(self._sockets[-1].close)
        self.certificates = ensure_certificates(settings.state / "tls")
        self.tokens = Tokens(settings.state / "login", settings.tenant, settings.client)
        self.endpoints = self._endpoints(*(each.getsockname()[1] for each in self._sockets))
        self.cloud = build_cloud(settings)
        self.cloud.blob_endpoint = self.endpoints.blobs
        # Whoever finds server.json may ask for faults at once.
        control_token(settings.state)
        self._stack.callback(self.cloud.close)
        write_whole(settings.state / "server.json", json.dumps(vars(self.endpoints), indent=2))
        self._stack.callback((settings.state / "server.json").unlink, missing_ok=True)

    def _endpoints(self, port: int, metadata_port: int, blob_port: int) -> Endpoints:
        return Endpoints(
            resource_manager=f"https://localhost:{port}",
            metadata=f"http://{ADDRESS}:{metadata_port}",
            blobs=f"https://localhost:{blob_port}",
            ca=str(self.certificates.ca),
            subscription=self.settings.subscription,
            tenant=self.settings.tenant,
            client_id=self.settings.client,
            guest_port_offset=self.settings.guest_port_offset,
        )

    async def run(self) -> None:
        """Resume what was under way, then serve until told to stop."""
        resume(self.cloud)
        resumed = self.cloud.operations.resume()
        log.info("serving %s (%s operations resumed)", self.endpoints.resource_manager, resumed)
        public = [*login_routes(self.cloud, self.tokens), *public_routes(self.cloud)]
        arm = make_listener(arm_app(self.cloud, self.tokens, public), self.certificates)
        metadata = make_listener(metadata_app(self.cloud, self.tokens, self.endpoints.resource_manager), None)
        access = Access(self.cloud.blobs, lambda header: self.tokens.check(header, STORAGE_AUDIENCE))
        blobs = make_listener(blob_app(self.cloud, access), self.certificates)
        self._listeners = [arm, metadata, blobs]
        if self._stopping:
            return
        await asyncio.gather(*(each.serve([bound]) for each, bound in zip(self._listeners, self._sockets, strict=True)))

    def stop(self) -> None:
        """Ask ``run`` to end, also one that has not begun. May be called from any thread, or a signal handler."""
        self._stopping = True
        for listener in self._listeners:
            listener.should_exit = True

    def close(self) -> None:
        self._stack.close()


def build_cloud(settings: ServerSettings) -> Cloud:
    """The cloud over the state folder, without listeners."""
    store = Store(settings.state / "state.sqlite")
    return Cloud(
        subscription=Subscription(settings.subscription, settings.tenant),
        store=store,
        hypervisor=make_hypervisor(settings, Ledger(store)),
        blobs=BlobStore(settings.state / "blobs"),
        pace=Pace(settings.pace),
        providers=PROVIDERS,
        catalogue=make_catalogue(settings),
        settings=settings,
    )


@contextlib.contextmanager
def running(settings: ServerSettings) -> Iterator[Server]:
    """A server in a thread of this process; gone in good order at the end."""
    server = Server(settings)
    thread = threading.Thread(target=lambda: asyncio.run(server.run()), name="localazure")
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
        server.close()


def _bind(port: int, option: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        # From the moment that server.json names the port, whoever comes waits instead of being turned away.
        listener.listen()
    except OSError as error:
        listener.close()
        message = (
            f"cannot listen on {ADDRESS}:{port}: {error.strerror}. Choose another with --{option} (0: any free one)."
        )
        raise ServerError(message) from error
    return listener


@contextlib.contextmanager
def _only_server(state: Path) -> Iterator[None]:
    lock = FileLock(state / "server.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        message = f"another localazure serves {state}. Stop it, or choose another folder with --state."
        raise ServerError(message) from None
    try:
        yield
    finally:
        lock.release()
