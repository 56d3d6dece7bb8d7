"""One connection's requests, from HTTP to WS-Management: who asks, sealed or not, and what may go back in the clear."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from localazure.windows.winrm.authentication import Authentication, Wire
from localazure.windows.winrm.http_connection import HttpReply, HttpRequest
from localazure.windows.winrm.ntlm import NtlmAcceptor, NtlmRefused
from localazure.windows.winrm.request import Caller
from localazure.windows.winrm.sealing import SEALED_TYPE, is_sealed, seal, unseal
from localazure.windows.winrm.service import Reply, WsManService
from localazure.windows.winrm.settings import ServiceSettings
from localazure.windows.winrm.shell_host import Accounts

log = logging.getLogger(__name__)

_PATH = "/wsman"
_ANONYMOUS_PATH = "/wsman-anon/identify"
_SOAP_TYPE = ("Content-Type", "application/soap+xml;charset=UTF-8")


class Endpoint:
    """What stands behind one connection."""

    def __init__(
        self,
        service: WsManService,
        accounts: Accounts,
        settings: Callable[[], ServiceSettings],
        wire: Wire,
        address: str,
        gone: Callable[[], bool],
    ) -> None:
        self._service = service
        self._settings = settings
        self._wire = wire
        self._address = address
        self._gone = gone
        self._authentication = Authentication(accounts, settings, wire)

    def handle(self, request: HttpRequest) -> HttpReply:
        path = request.path.partition("?")[0].rstrip("/").lower()
        if path not in {_PATH, _ANONYMOUS_PATH}:
            return HttpReply(404)
        if request.method != "POST":
            return HttpReply(405, headers=(("Allow", "POST"),))
        if request.body is None:
            return HttpReply(413, close=True)
        stranger = path == _ANONYMOUS_PATH or request.headers.get("wsmanidentify", "").lower() == "unauthenticated"
        if stranger:
            return _clear(self._service.answer_stranger(request.body))
        return self._authenticated(request, request.body)

    def _authenticated(self, request: HttpRequest, body: bytes) -> HttpReply:
        verdict = self._authentication.check(request.headers.get("authorization", ""))
        headers = tuple(("WWW-Authenticate", value) for value in verdict.headers)
        if verdict.user is None:
            return HttpReply(401, headers=headers)
        if not body:
            # Clients that seal messages authenticate with an empty one first.
            return HttpReply(200, headers=headers)
        caller = Caller(verdict.user, self._address, _machine(request), self._gone)
        reply = self._operation(request, body, caller)
        return HttpReply(reply.status, reply.body, (*headers, *reply.headers), close=reply.close)

    def _operation(self, request: HttpRequest, body: bytes, caller: Caller) -> HttpReply:
        if is_sealed(request.headers.get("content-type", "")):
            return self._sealed(body, caller)
        if not (self._wire.secure or self._settings().allow_unencrypted):
            log.info("refused an unencrypted message of %s", caller.user)
            return HttpReply(500, close=True)
        return _clear(self._service.answer(body, caller))

    def _sealed(self, body: bytes, caller: Caller) -> HttpReply:
        acceptor: NtlmAcceptor | None = self._authentication.acceptor
        try:
            if acceptor is None:
                raise NtlmRefused("a sealed message without a session")
            reply = self._service.answer(unseal(body, acceptor), caller)
            return HttpReply(reply.status, seal(reply.body, acceptor), (("Content-Type", SEALED_TYPE),))
        except NtlmRefused as error:
            log.info("refused a sealed message of %s: %s", caller.user, error)
            self._authentication.forget()
            return HttpReply(400, close=True)


def _machine(request: HttpRequest) -> str:
    """How the client addressed this computer: recorded faults of Windows name it so, not by its own name."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _clear(reply: Reply) -> HttpReply:
    return HttpReply(reply.status, reply.body, (_SOAP_TYPE,) if reply.body else ())
