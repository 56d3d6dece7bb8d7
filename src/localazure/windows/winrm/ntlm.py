"""The accepting side of NTLM, by pyspnego, with the NT hashes of the machine's accounts.

pyspnego reads accounts from the file that NTLM_USER_FILE names, when the client has said who it is. That file is made
for the moment of each step, in memory, with the one line that is asked about: neither passwords nor hashes ever reach
a disk, and nothing is left when the process is killed. In its challenge pyspnego names the host's computer, not the
guest's; it offers no way to tell it another name.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import BadBindingsError, NegotiateOptions, SpnegoError

from localazure.windows.winrm.settings import BindingCheck
from localazure.windows.winrm.shell_host import Accounts

_NEGOTIATE = b"NTLMSSP\x00" + struct.pack("<I", 1)
_AUTHENTICATE = b"NTLMSSP\x00" + struct.pack("<I", 3)
_DOMAIN, _USER, _FLAGS = 28, 36, 60
"""Offsets in an AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3)."""

_UNICODE = 1
_FILE_VARIABLE = "NTLM_USER_FILE"
_file_lock = threading.Lock()


class NtlmRefused(Exception):
    """The client did not prove who it is, or speaks something else."""


class NtlmAcceptor:
    """One authentication on one connection: raw NTLM or NTLM within SPNEGO."""

    def __init__(self, accounts: Accounts, binding: bytes | None, check: BindingCheck) -> None:
        """``binding`` is what a client on this TLS connection binds itself to, see ListenerTls; None on HTTP."""
        self._accounts = accounts
        self._check = check if binding else BindingCheck.NONE
        self._binding = GssChannelBindings(application_data=binding) if binding else None
        self._context = spnego.server(protocol="negotiate", options=NegotiateOptions.use_negotiate)

    @property
    def complete(self) -> bool:
        return self._context.complete

    @property
    def user(self) -> str:
        """Who it is, without a domain: a machine outside domains takes any domain's name for its own."""
        return (self._context.client_principal or "").rpartition("\\")[2]

    def step(self, token: bytes) -> bytes | None:
        """Take the client's next token and give the answer, if there is one.

        Raises:
            NtlmRefused: see there.
        """
        if not token:
            raise NtlmRefused("an empty token")
        with _accounts_file(self._line(token)):
            try:
                return self._bound_step(token)
            except (SpnegoError, ValueError, struct.error, IndexError, KeyError, StopIteration) as error:
                raise NtlmRefused(type(error).__name__) from None

    def _bound_step(self, token: bytes) -> bytes | None:
        if self._check is BindingCheck.NONE:
            return self._context.step(token)
        try:
            return self._context.step(token, channel_bindings=self._binding)
        except BadBindingsError as error:
            # Relaxed means: a client that binds itself must do it right, one that does not is let in.
            if self._check is BindingCheck.RELAXED and "not present" in str(error):
                return self._context.step(token)
            raise

    def _line(self, token: bytes) -> str:
        """The account the token names as a line of smbpasswd, or nothing."""
        domain, user = _names(token)
        # Without these conditions a name could smuggle a line of its own into the file.
        if not user or any(not name.isprintable() or {":", "\\"} & set(name) for name in (domain, user)):
            return ""
        nt_hash = self._accounts.nt_hash(user)
        if nt_hash is None:
            return ""
        # A random LM hash: nobody can answer with the LM response that an empty one would allow.
        name = f"{domain}\\{user}" if domain else user
        return f"{name}:0:{os.urandom(16).hex()}:{nt_hash.hex()}:[U]:LCT-00000000"

    def seal(self, message: bytes) -> tuple[bytes, bytes]:
        """Signature and sealed message.

        Raises:
            NtlmRefused: the client negotiated no sealing.
        """
        try:
            wrapped = self._context.wrap_winrm(message)
        except SpnegoError as error:
            raise NtlmRefused(type(error).__name__) from None
        return wrapped.header, wrapped.data

    def unseal(self, signature: bytes, sealed: bytes) -> bytes:
        """The clear message.

        Raises:
            NtlmRefused: it was sealed for another session, or changed on its way.
        """
        try:
            return self._context.unwrap_winrm(signature, sealed)
        except (SpnegoError, struct.error) as error:
            raise NtlmRefused(type(error).__name__) from None


def begins(token: bytes) -> bool:
    """Whether the token is a client's first: it has NTLM's NEGOTIATE_MESSAGE, bare or within SPNEGO."""
    return _NEGOTIATE in token


def _names(token: bytes) -> tuple[str, str]:
    """Domain and user of the AUTHENTICATE_MESSAGE within a token, wherever SPNEGO put it; empty if there is none."""
    start = token.find(_AUTHENTICATE)
    if start < 0 or len(token) < start + _FLAGS + 4:
        return "", ""
    message = token[start:]
    encoding = "utf-16-le" if struct.unpack_from("<I", message, _FLAGS)[0] & _UNICODE else "cp437"
    return _field(message, _DOMAIN, encoding), _field(message, _USER, encoding)


def _field(message: bytes, offset: int, encoding: str) -> str:
    length, _, position = struct.unpack_from("<HHI", message, offset)
    return message[position : position + length].decode(encoding, errors="replace")


@contextmanager
def _accounts_file(line: str) -> Iterator[None]:
    """Let pyspnego find the line; the variable is the process's, so one at a time."""
    with _file_lock:
        file = os.memfd_create("ntlm-accounts")
        try:
            os.write(file, line.encode())
            os.environ[_FILE_VARIABLE] = f"/proc/self/fd/{file}"
            yield
        finally:
            os.environ.pop(_FILE_VARIABLE, None)
            os.close(file)
