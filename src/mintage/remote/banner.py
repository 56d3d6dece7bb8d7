"""What answers at a port, before SSH is spoken to it."""

from __future__ import annotations

import socket

from mintage.waiting import NotYet

_CONNECT_TIMEOUT = 10.0
_BANNER_TIMEOUT = 20.0
_DEAD_AFTER_MS = 60_000


def open_socket(host: str, port: int) -> socket.socket:
    """A connection to something that introduced itself as SSH; nothing of its greeting is consumed.

    Raises NotYet saying what was met instead: a guest that boots shows several of these in turn.
    """
    connection = _connect(host, port)
    try:
        _look_at_greeting(connection)
    except BaseException:
        connection.close()
        raise
    # A guest that vanished acknowledges nothing; without this the kernel would hope for a quarter of an hour.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAD_AFTER_MS)
    return connection


def _connect(host: str, port: int) -> socket.socket:
    try:
        return socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT)
    except ConnectionRefusedError as error:
        raise NotYet("the port refuses connections") from error
    except TimeoutError as error:
        raise NotYet(f"the port did not answer within {_CONNECT_TIMEOUT:.0f} s") from error
    except OSError as error:
        raise NotYet(f"no connection: {error.strerror or error}") from error


def _look_at_greeting(connection: socket.socket) -> None:
    connection.settimeout(_BANNER_TIMEOUT)
    try:
        greeting = connection.recv(60, socket.MSG_PEEK)
    except TimeoutError as error:
        raise NotYet(f"the port takes connections, but was silent for {_BANNER_TIMEOUT:.0f} s") from error
    except OSError as error:
        raise NotYet(f"the port took the connection and dropped it: {error.strerror or error}") from error
    if not greeting:
        raise NotYet("the port took the connection and closed it")
    if not greeting.startswith(b"SSH-"):
        raise NotYet(f"something else than SSH answers at the port: {greeting!r}")
