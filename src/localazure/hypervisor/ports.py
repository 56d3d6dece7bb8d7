"""A guest's ports on the host: they answer while the machine runs, whether or not the guest does."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

from localazure.hypervisor.base import Forward, HypervisorError

Visit = Callable[[int, socket.socket], Awaitable[None]]
"""Takes over a connection to that port of the guest."""
_PRIVILEGED = 1024
_NO_LINGER = struct.pack("ii", 1, 0)
"""``struct linger``: on, for no time."""


class Ports:
    """For use in the event loop only."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._listeners: dict[Forward, tuple[socket.socket, asyncio.Task[None]]] = {}
        self._visits: dict[asyncio.Task[None], tuple[int, socket.socket]] = {}

    def set(self, forwards: tuple[Forward, ...]) -> None:
        """Make exactly these answer. Raises HypervisorError when a port cannot be had, and then changes nothing."""
        new = {forward: None for forward in forwards if forward not in self._listeners}
        opened: dict[Forward, socket.socket] = {}
        try:
            for forward in new:
                opened[forward] = _listen(forward)
        except HypervisorError:
            for listener in opened.values():
                listener.close()
            raise
        for forward in self._listeners.keys() - set(forwards):
            self._close(forward)
        for forward, listener in opened.items():
            self._listeners[forward] = listener, asyncio.ensure_future(self._accept(forward, listener))

    def close(self) -> None:
        for forward in list(self._listeners):
            self._close(forward)
        for visit in self._visits:
            visit.cancel()

    def cut(self, guest_ports: tuple[int, ...]) -> None:
        """Reset the connections to these ports of the guest."""
        for visit, (port, connection) in self._visits.items():
            if port in guest_ports and connection.fileno() >= 0:
                reset_when_closed(connection)
                visit.cancel()

    def _close(self, forward: Forward) -> None:
        listener, task = self._listeners.pop(forward)
        task.cancel()
        listener.close()

    async def _accept(self, forward: Forward, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            visit = asyncio.ensure_future(self._visit(forward.guest_port, connection))
            self._visits[visit] = forward.guest_port, connection
            visit.add_done_callback(self._visits.pop)


def reset_when_closed(connection: socket.socket) -> None:
    """Closing it throws away what is unsent and sends RST, as a router does that forgot the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)


def _listen(forward: Forward) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setblocking(False)
    try:
        listener.bind((forward.address, forward.port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise HypervisorError(_refused(forward, error)) from error
    return listener


def _refused(forward: Forward, error: OSError) -> str:
    where = f"Port {forward.port} of {forward.address}, for port {forward.guest_port} of the guest,"
    if error.errno == errno.EADDRINUSE:
        remedy = f"See which: ss -ltnp 'sport = :{forward.port}'; end it, then start again."
        return f"{where} is taken by another program. {remedy}"
    if error.errno == errno.EACCES and forward.port < _PRIVILEGED:
        return f"{where} is for root only. Run localazure as root, or give it an offset for guest ports above 1023."
    return f"{where} cannot be opened: {error.strerror}."


async def relay(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until both sides are done; closes both."""
    one.setblocking(False)
    other.setblocking(False)
    try:
        with suppress(OSError):
            await asyncio.gather(_pump(one, other), _pump(other, one))
    finally:
        one.close()
        other.close()


async def _pump(source: socket.socket, target: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while data := await loop.sock_recv(source, 65536):
        await loop.sock_sendall(target, data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
