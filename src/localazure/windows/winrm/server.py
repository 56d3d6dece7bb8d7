"""The WinRM service as a whole: listeners, connections, shells, and their end."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable

from localazure.windows.winrm.authentication import Wire
from localazure.windows.winrm.client_certificate import client_certificate
from localazure.windows.winrm.endpoint import Endpoint
from localazure.windows.winrm.http_connection import HttpConnection
from localazure.windows.winrm.service import WsManService
from localazure.windows.winrm.settings import ServiceSettings
from localazure.windows.winrm.shell_host import Accounts, ShellHost
from localazure.windows.winrm.shells import ShellTable
from localazure.windows.winrm.tls import ListenerTls

log = logging.getLogger(__name__)

_SEALING_FRAME = 1024
"""Bytes around a sealed envelope: boundaries, headers, signature."""

_EXPIRY_SECONDS = 1.0


class WinRmServer:
    """Serves connections it is given, or accepts itself, until it is closed; then its shells are gone.

    ``settings`` may be replaced at any time; what is under way keeps what it began with.
    """

    def __init__(
        self,
        host: ShellHost,
        accounts: Accounts,
        settings: ServiceSettings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings or ServiceSettings()
        self._accounts = accounts
        self._shells = ShellTable(lambda: self.settings, clock)
        self._service = WsManService(host, lambda: self.settings, self._shells)
        self._lock = threading.Lock()
        self._streams: set[socket.socket] = set()
        self._listeners: set[socket.socket] = set()
        self._stopped = threading.Event()
        threading.Thread(target=self._expire, name="winrm shells' expiry", daemon=True).start()

    def listen(self, listener: socket.socket, tls: ListenerTls | None = None) -> None:
        """Accept connections on a listening socket, which is the server's from now on."""
        with self._lock:
            self._listeners.add(listener)
        threading.Thread(target=self._accept, args=(listener, tls), name="winrm listener", daemon=True).start()

    def unlisten(self, listener: socket.socket) -> None:
        """Close a listener; connections it accepted go on."""
        with self._lock:
            self._listeners.discard(listener)
        _end(listener)
        listener.close()

    def serve(self, connection: socket.socket, tls: ListenerTls | None = None) -> None:
        """Serve one accepted connection, which is the server's from now on; returns at once."""
        with self._lock:
            refused = self._stopped.is_set() or len(self._streams) >= self.settings.max_connections
            if not refused:
                self._streams.add(connection)
        if refused:
            connection.close()
            return
        threading.Thread(target=self._serve, args=(connection, tls), name="winrm connection", daemon=True).start()

    def cut(self) -> None:
        """End the connections there are; their shells stay, and whoever comes back finds them."""
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            _end(stream)

    def close(self) -> None:
        """End everything: listeners, connections, shells and what runs in them."""
        self._stopped.set()
        with self._lock:
            listeners, streams = list(self._listeners), list(self._streams)
        for listener in listeners:
            self.unlisten(listener)
        for stream in streams:
            _end(stream)
        self._shells.close_all()

    def _accept(self, listener: socket.socket, tls: ListenerTls | None) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError as error:
                log.debug("listener ended: %s", error)
                return
            self.serve(connection, tls)

    def _serve(self, connection: socket.socket, tls: ListenerTls | None) -> None:
        stream = connection
        try:
            address = _peer(connection)
            connection.settimeout(self.settings.packet_retrieval_seconds)
            if connection.family in {socket.AF_INET, socket.AF_INET6}:
                # An answer's last part must not wait for the client to acknowledge the parts before.
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                stream = secured = self._secured(connection, tls)
                secured.do_handshake()
            self._converse(stream, _wire(stream, tls), address)
        except (OSError, ssl.SSLError) as error:
            log.info("connection refused: %s", error)
        except Exception:
            log.exception("a connection failed")
        finally:
            with self._lock:
                self._streams -= {connection, stream}
            _end(stream)
            stream.close()

    def _secured(self, connection: socket.socket, tls: ListenerTls) -> ssl.SSLSocket:
        stream = tls.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._streams -= {connection}
            self._streams |= {stream}
        if self._stopped.is_set():
            # Whoever closed the server saw the socket before it had this wrapping.
            _end(stream)
        return stream

    def _converse(self, stream: socket.socket, wire: Wire, address: str) -> None:
        http = HttpConnection(
            stream, self.settings.packet_retrieval_seconds, lambda: self.settings.max_envelope + _SEALING_FRAME
        )
        endpoint = Endpoint(
            self._service, self._accounts, lambda: self.settings, wire, address,
            lambda: self._stopped.is_set() or http.gone(),
        )  # fmt: skip
        http.run(endpoint.handle)

    def _expire(self) -> None:
        while not self._stopped.wait(_EXPIRY_SECONDS):
            self._shells.close_expired()


def _wire(stream: socket.socket, tls: ListenerTls | None) -> Wire:
    if tls is None or not isinstance(stream, ssl.SSLSocket):
        return Wire()
    return Wire(secure=True, binding=tls.binding, certificate=lambda: client_certificate(stream))


def _peer(connection: socket.socket) -> str:
    """The client's address; a connection handed over a Unix socket has none."""
    name = connection.getpeername()
    return str(name[0]) if isinstance(name, tuple) else "127.0.0.1"


def _end(stream: socket.socket) -> None:
    """Wake whoever reads from or waits on the socket, without touching the state of TLS, which is its thread's."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(stream, socket.SHUT_RDWR)
