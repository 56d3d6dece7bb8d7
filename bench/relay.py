"""A port that passes everything on to another, and counts what clients send."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BLOCK = 1024 * 1024


class Relay(socketserver.ThreadingTCPServer):
    """TLS passes through it as it is. ``sent``: bytes from clients so far."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, target: int) -> None:
        super().__init__(("127.0.0.1", 0), _Passage)
        self.target, self.sent = target, 0
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def count(self, length: int) -> None:
        with self._lock:
            self.sent += length


class _Passage(socketserver.BaseRequestHandler):
    server: Relay

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.target)) as onward:
            back = threading.Thread(target=_pass, args=(onward, self.request), daemon=True)
            back.start()
            _pass(self.request, onward, self.server)
            back.join()


@contextmanager
def relaying(target: int) -> Iterator[Relay]:
    """A relay to this port of the local host, gone at the end."""
    with Relay(target) as relay:
        thread = threading.Thread(target=relay.serve_forever, name="relay")
        thread.start()
        try:
            yield relay
        finally:
            relay.shutdown()
            thread.join()


def _pass(source: socket.socket, onward: socket.socket, counter: Relay | None = None) -> None:
    with suppress(OSError):
        while data := source.recv(_BLOCK):
            if counter:
                counter.count(len(data))
            onward.sendall(data)
    with suppress(OSError):
        onward.shutdown(socket.SHUT_WR)
