"""One HTTP connection, from its first byte to its end, in one thread.

h11 keeps the protocol; the loop around it is ours. A web framework would hide what this service hangs on: NTLM belongs
to the connection and not to a request, and so do the client's certificate and whether the client still listens while a
Receive waits for a minute. Requests of one connection follow each other anyway.
"""

from __future__ import annotations

import logging
import select
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

import h11

log = logging.getLogger(__name__)

_BLOCK = 256 * 1024
_DRAIN = 64 * 1024 * 1024
"""How much of a body that is too large is read and dropped, so that its sender gets to read the refusal."""


@dataclass(frozen=True)
class HttpRequest:
    """``body`` is None if it was larger than allowed. Header names are lower-case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None


@dataclass(frozen=True)
class HttpReply:
    """``close``: end the connection after it."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    close: bool = False


class HttpConnection:
    """Reads requests, gives them to a handler and sends what it returns."""

    def __init__(self, stream: socket.socket, idle_seconds: float, largest_body: Callable[[], int]) -> None:
        self._stream = stream
        self._stream.settimeout(idle_seconds)
        self._largest_body = largest_body
        self._http = h11.Connection(h11.SERVER)
        self._hangup = select.poll()
        self._hangup.register(stream.fileno(), select.POLLRDHUP)

    def gone(self) -> bool:
        """Whether the client has closed its side. Looks without reading, so it works under TLS as well."""
        return bool(self._hangup.poll(0))

    def run(self, handle: Callable[[HttpRequest], HttpReply]) -> None:
        """Serve until either side ends the connection, or it is idle for too long."""
        try:
            while (request := self._next_request()) is not None:
                self._send(handle(request), head_only=request.method == "HEAD")
                if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                    return
                self._http.start_next_cycle()
        except h11.RemoteProtocolError as error:
            log.debug("not HTTP: %s", error)
            if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                self._send(HttpReply(error.error_status_hint, close=True))
        except (OSError, ssl.SSLError) as error:
            log.debug("connection ended: %s", error)

    def _next_request(self) -> HttpRequest | None:
        head = self._event()
        if not isinstance(head, h11.Request):
            return None
        if self._http.they_are_waiting_for_100_continue:
            self._stream.sendall(self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        return HttpRequest(head.method.decode(), head.target.decode("latin-1"), headers, self._body())

    def _body(self) -> bytes | None:
        parts, size, largest = [], 0, self._largest_body()
        while isinstance(event := self._event(), h11.Data):
            size += len(event.data)
            if size <= largest:
                parts.append(bytes(event.data))
            elif size > _DRAIN:
                break
        return b"".join(parts) if size <= largest else None

    def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(self._stream.recv(_BLOCK))
        return event

    def _send(self, reply: HttpReply, *, head_only: bool = False) -> None:
        headers = [
            *reply.headers,
            ("Server", "Microsoft-HTTPAPI/2.0"),
            ("Date", formatdate(usegmt=True)),
            ("Content-Length", str(len(reply.body))),
        ]
        if reply.close:
            headers.append(("Connection", "close"))
        reason = HTTPStatus(reply.status).phrase.encode()
        parts = [self._http.send(h11.Response(status_code=reply.status, headers=headers, reason=reason))]
        if reply.body and not head_only:
            parts.append(self._http.send(h11.Data(data=reply.body)))
        parts.append(self._http.send(h11.EndOfMessage()))
        self._stream.sendall(b"".join(part or b"" for part in parts))
