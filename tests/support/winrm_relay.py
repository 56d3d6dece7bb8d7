"""A TCP relay in front of a server, whose connections a test can cut."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Relay:
    """Listens on loopback; ``port`` leads to the target."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.passed = 0
        """Bytes that went to the server."""
        self.passed_back = 0
        self.cut_at: int | None = None
        """Cut all connections once as many have passed, either way."""
        self.cuts = 0
        self.closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Reset every connection there is; new ones are taken."""
        self.cuts += 1
        sockets, self._sockets = self._sockets, []
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.closed = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets += [client, server]
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, to_server: bool) -> None:
        with source, suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
                self._count(len(data), to_server=to_server)
                # What a connection that was cut had still on its way cuts no other.
                if source in self._sockets:
                    self._cut_if_due()
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def _count(self, size: int, *, to_server: bool) -> None:
        if to_server:
            self.passed += size
        else:
            self.passed_back += size

    def _cut_if_due(self) -> None:
        if self.cut_at is not None and self.passed + self.passed_back >= self.cut_at:
            self.cut_at = None
            self.cut()
