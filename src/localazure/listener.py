"""uvicorn as this server needs it: several in one process, and connections that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from localazure.certificates import Certificates
from localazure.hypervisor.ports import reset_when_closed

_RESET = "localazure.reset"


class Listener(uvicorn.Server):
    """uvicorn without its signal handlers: two share one process, whose owner handles signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        # A TLS client that never says goodbye (azure-core keeps some connections) would hold its transport for 30 s.
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                _abort(connection.transport)
        await asyncio.sleep(0)

    def reset(self, client: tuple[str, int]) -> None:
        """Cut the connection from this address and port, as a router does that forgot it."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == client and connection.transport is not None:
                reset_when_closed(connection.transport.get_extra_info("socket"))
                _abort(connection.transport)


def _abort(transport: asyncio.Transport) -> None:
    # One that was closed twice has let its protocol go (asyncio.sslproto, Python 3.11), and ends by itself.
    with contextlib.suppress(AttributeError):
        transport.abort()


def make_listener(app: ASGIApp, certificates: Certificates | None) -> Listener:
    """A listener for ``app``; over TLS when there are certificates."""

    async def resettable(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, _RESET: lambda: listener.reset(scope["client"])}, receive, send)

    config = uvicorn.Config(resettable, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    if certificates:
        config.ssl_certfile, config.ssl_keyfile = str(certificates.certificate), str(certificates.key)
        config.ssl_version = ssl.PROTOCOL_TLS_SERVER
    listener = Listener(config)
    return listener


def reset_connection(request: Request) -> None:
    """Cut the connection that a request came by. It can be given no answer but ``NoResponse``."""
    request.scope[_RESET]()


class NoResponse(Response):
    """For a client that is gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's form
        # uvicorn would answer for an application that ends before it was told that the client is gone.
        while (await receive())["type"] != "http.disconnect":
            pass
