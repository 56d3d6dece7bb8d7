"""Logging in to the one host that is meant, and no other."""

from __future__ import annotations

import base64
import hashlib
import io
import socket
from typing import Any

import paramiko
from paramiko.hostkeys import HostKeyEntry
from paramiko.ssh_exception import IncompatiblePeer

from mintage.artifacts import Address
from mintage.errors import HostKeyMismatch, LoginRefused, SettingsError
from mintage.remote.banner import open_socket
from mintage.waiting import Clock, NotYet

_PROTOCOL_TIMEOUT = 30.0
_KEEPALIVE = 15
_SIGNATURES = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}
"""What a key of one type signs with, where that has another name: RFC 8332."""


class Login:
    """Attempts to log in. The key is a private one of type ed25519, in OpenSSH's format without passphrase."""

    def __init__(self, address: Address, private_key: str, *, grace: float, clock: Clock) -> None:
        self._address, self._grace, self._clock = address, grace, clock
        self._key = _private_key(private_key)
        self._host_key = _host_key(address)
        self._refused_since: float | None = None
        self.where = f"{address.user}@{address.host}:{address.port}"

    def attempt(self) -> paramiko.SSHClient:
        """One attempt. Raises NotYet with what was met, HostKeyMismatch at once, LoginRefused when it stays refused.

        A guest that is starting refuses everyone but root for a while (pam_nologin), hence ``grace`` seconds.
        """
        try:
            client = self._connect()
        except paramiko.BadHostKeyException as error:
            raise self._mismatch(_described(error.key)) from error
        except IncompatiblePeer as error:
            raise self._incompatible(error) from error
        except paramiko.AuthenticationException as error:
            raise self._refused(error) from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise NotYet(f"SSH answered, then the handshake failed: {type(error).__name__}: {error}") from error
        self._refused_since = None
        return client

    def _connect(self) -> paramiko.SSHClient:
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        name = self._address.host if self._address.port == 22 else f"[{self._address.host}]:{self._address.port}"
        client.get_host_keys().add(name, self._host_key.get_name(), self._host_key)
        try:
            client.connect(**self._how(), sock=open_socket(self._address.host, self._address.port))
            transport = client.get_transport()
            if transport is not None:
                transport.set_keepalive(_KEEPALIVE)
        except BaseException:
            client.close()
            raise
        return client

    def _how(self) -> dict[str, Any]:
        return {
            "hostname": self._address.host,
            "port": self._address.port,
            "username": self._address.user,
            "pkey": self._key,
            "allow_agent": False,
            "look_for_keys": False,
            "transport_factory": self._transport,
            "timeout": _PROTOCOL_TIMEOUT,
            "banner_timeout": _PROTOCOL_TIMEOUT,
            "auth_timeout": _PROTOCOL_TIMEOUT,
        }

    def _transport(self, connection: socket.socket, **options: Any) -> paramiko.Transport:  # noqa: ANN401 - passed on
        transport = paramiko.Transport(connection, **options)
        name = self._host_key.get_name()
        transport.get_security_options().key_types = _SIGNATURES.get(name, (name,))
        return transport

    def _mismatch(self, answered: str) -> HostKeyMismatch:
        return HostKeyMismatch(
            "Another host answered than the VM that was made",
            where=self.where,
            seen=f"expected {_described(self._host_key)}, answered {answered}",
            remedy="Look at what has this address now. Do not connect by hand before you know.",
        )

    def _incompatible(self, error: IncompatiblePeer) -> HostKeyMismatch | NotYet:
        if "host key" in str(error):
            return self._mismatch(f"with no key of type {self._host_key.get_name()}")
        return NotYet(f"SSH answered, with nothing in common: {error}")

    def _refused(self, error: Exception) -> LoginRefused | NotYet:
        now = self._clock()
        self._refused_since = now if self._refused_since is None else self._refused_since
        if now - self._refused_since < self._grace:
            return NotYet(f"the host is the right one, and refuses this user and key: {error}")
        return LoginRefused(
            "The guest refuses the login",
            where=self.where,
            seen=f"{error} (for {now - self._refused_since:.0f} s)",
            remedy="Was the VM made with this user and key? A generalized guest has neither any more.",
        )


def fingerprint(public_key: str) -> str:
    """``SHA256:…`` as OpenSSH prints it, of a public key line (type, base64, perhaps a comment)."""
    digest = hashlib.sha256(base64.b64decode(public_key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _described(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {fingerprint(f'{key.get_name()} {key.get_base64()}')}"


def _private_key(text: str) -> paramiko.PKey:
    try:
        return paramiko.Ed25519Key.from_private_key(io.StringIO(text))
    except (paramiko.SSHException, ValueError) as error:
        # Never with the text, nor with the library's words: either could hold the key.
        what = "The private key is not one of type ed25519 in OpenSSH's format, without passphrase"
        raise SettingsError(what, seen=type(error).__name__) from None


def _host_key(address: Address) -> paramiko.PKey:
    entry = HostKeyEntry.from_line(f"host {address.host_key}")
    if entry is None or entry.key is None:
        what = "The host key is not an OpenSSH public key line"
        raise SettingsError(what, where=address.host, seen=address.host_key[:80])
    return entry.key
