"""Logging in to the one Windows guest that is meant, and no other."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mintage.artifacts import WinrmAddress
from mintage.errors import ConnectionFailed, LoginRefused
from mintage.remote.winrm.client import ShellClient
from mintage.remote.winrm.credential import Credential
from mintage.remote.winrm.peer import check_peer, expected_certificate
from mintage.waiting import Clock, NotYet

_REFUSED_PAUSE = 20.0
"""Seconds between attempts once the login was refused: Windows locks an account after ten wrong passwords."""


class Login:
    """Attempts to log in. Keeps the certificates in a folder of its own until ``close``: pywinrm takes files.

    So does OpenSSL for a key, which is therefore a file that is in memory alone: a process that is killed leaves none.
    """

    def __init__(self, address: WinrmAddress, credential: Credential, *, grace: float, clock: Clock) -> None:
        self._address, self.credential, self._grace, self._clock = address, credential, grace, clock
        self._refused_since: float | None = None
        self._last_refused: float | None = None
        self.refusal: LoginRefused | None = None
        """What the last attempt that reached the guest was answered, if that was no."""
        self.where = f"{address.user}@{address.host}:{address.port}"
        expected_certificate(address)
        self._folder = TemporaryDirectory(prefix="mintage-winrm-")
        self._key: int | None = None

    def attempt(self) -> tuple[ShellClient, str]:
        """One attempt: a client and a shell. Raises NotYet with what was met, LoginRefused when it stays refused.

        A guest that is starting may not have the account yet, hence ``grace`` seconds. HostKeyMismatch,
        CertificateRefused and SettingsError come at once.
        """
        if self._last_refused is not None and self._clock() - self._last_refused < _REFUSED_PAUSE:
            raise NotYet("the guest is the right one, and refused this user")
        check_peer(self._address)
        client = ShellClient(self._address, self.where, self._how())
        try:
            shell = client.open_shell()
        except LoginRefused as error:
            client.close()
            raise self._refused(error) from error
        except ConnectionFailed as error:
            client.close()
            raise NotYet(f"{error.what}: {error.seen}") from error
        except BaseException:
            client.close()
            raise
        self._refused_since = self._last_refused = self.refusal = None
        return client, shell

    def close(self) -> None:
        self._folder.cleanup()
        if self._key is not None:
            os.close(self._key)
            self._key = None

    def _how(self) -> dict[str, Any]:
        credential = self.credential
        how: dict[str, Any] = {
            "transport": credential.auth,
            "username": self._address.user,
            "ca_trust_path": self._file("server.pem", self._address.certificate),
        }
        if credential.certificate is None:
            return how | {"password": credential.password_text()}
        return how | {
            "cert_pem": self._file("client.pem", credential.certificate.certificate),
            "cert_key_pem": self._key_file(credential.certificate.key),
        }

    def _file(self, name: str, text: str) -> str:
        path = Path(self._folder.name) / name
        path.write_text(text, encoding="ascii")
        return str(path)

    def _key_file(self, text: str) -> str:
        if self._key is None:
            self._key = os.memfd_create("client-key")
            os.write(self._key, text.encode())
        return f"/proc/self/fd/{self._key}"

    def _refused(self, error: LoginRefused) -> LoginRefused | NotYet:
        now = self._last_refused = self._clock()
        self._refused_since = now if self._refused_since is None else self._refused_since
        seen = f"{error.seen} (for {now - self._refused_since:.0f} s)"
        self.refusal = LoginRefused(error.what, where=error.where, seen=seen, remedy=error.remedy)
        if now - self._refused_since < self._grace:
            return NotYet(f"the guest is the right one, and refuses this user: {error.seen}")
        return self.refusal
