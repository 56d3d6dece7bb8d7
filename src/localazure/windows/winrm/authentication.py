"""Who a connection's requests come from. NTLM authenticates connections; Basic and certificates, single requests."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from dataclasses import dataclass

from localazure.windows.winrm.ntlm import NtlmAcceptor, NtlmRefused, begins
from localazure.windows.winrm.settings import ServiceSettings
from localazure.windows.winrm.shell_host import Accounts

log = logging.getLogger(__name__)

_MUTUAL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"


@dataclass(frozen=True)
class Verdict:
    """``user`` is None for a request to refuse with 401; ``headers`` are values of WWW-Authenticate."""

    user: str | None
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wire:
    """What TLS says of a connection.

    Attributes:
        binding: what a client binds its authentication to; None without TLS.
        certificate: asks the client for its own, in DER, its key proved; None when it has none.
    """

    secure: bool = False
    binding: bytes | None = None
    certificate: Callable[[], bytes | None] = lambda: None


class Authentication:
    """The state of one connection."""

    def __init__(self, accounts: Accounts, settings: Callable[[], ServiceSettings], wire: Wire) -> None:
        self._accounts = accounts
        self._settings = settings
        self._wire = wire
        self._user: str | None = None
        self.acceptor: NtlmAcceptor | None = None

    def check(self, authorization: str) -> Verdict:
        """Judge one request by its Authorization header, empty if it has none."""
        scheme, _, value = authorization.strip().partition(" ")
        if not scheme:
            return Verdict(self._user) if self._user else self._refusal()
        if scheme == _MUTUAL:
            return self._by_certificate()
        method = {"negotiate": self._by_negotiate, "basic": self._by_password}.get(scheme.lower())
        # Kerberos needs a domain, and this machine is in none: its tickets are refused like any unknown scheme.
        return method(value.strip()) if method else self._refusal()

    def forget(self) -> None:
        """Trust the connection no more."""
        self._user = self.acceptor = None

    def _refusal(self) -> Verdict:
        auth = self._settings().auth
        offers = ["Negotiate"] if auth.negotiate else []
        offers += ["Kerberos"] if auth.kerberos else []
        offers += ['Basic realm="WSMAN"'] if auth.basic and self._clear_text_allowed else []
        return Verdict(None, tuple(offers))

    @property
    def _clear_text_allowed(self) -> bool:
        return self._wire.secure or self._settings().allow_unencrypted

    def _by_negotiate(self, value: str) -> Verdict:
        if not self._settings().auth.negotiate:
            return self._refusal()
        try:
            token = self._acceptor_for(given := binascii.a2b_base64(value)).step(given)
        except (NtlmRefused, binascii.Error) as error:
            log.info("refused a Negotiate token: %s", error)
            self.forget()
            return self._refusal()
        headers = (f"Negotiate {base64.b64encode(token).decode()}",) if token else ()
        if self.acceptor and self.acceptor.complete:
            self._user = self.acceptor.user
        return Verdict(self._user, headers)

    def _acceptor_for(self, token: bytes) -> NtlmAcceptor:
        """The one under way, or a new one: a client may begin anew at any time."""
        if self.acceptor is None or self.acceptor.complete or begins(token):
            self.forget()
            check = self._settings().auth.binding_check
            self.acceptor = NtlmAcceptor(self._accounts, self._wire.binding, check)
        return self.acceptor

    def _by_password(self, value: str) -> Verdict:
        if not (self._settings().auth.basic and self._clear_text_allowed):
            return self._refusal()
        try:
            name, colon, password = binascii.a2b_base64(value).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return self._refusal()
        user = self._accounts.check_password(name.rpartition("\\")[2], password) if colon else None
        return Verdict(user) if user else self._refusal()

    def _by_certificate(self) -> Verdict:
        certificate = self._wire.certificate() if self._settings().auth.certificate else None
        user = self._accounts.for_certificate(certificate) if certificate else None
        return Verdict(user) if user else self._refusal()
