"""How the builder proves to a Windows guest who it is."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from mintage.client_certificate import ClientCertificate
from mintage.credentials import Secret
from mintage.errors import SettingsError

Auth = Literal["ntlm", "basic", "certificate", "kerberos", "credssp"]
"""What pywinrm offers. Kerberos and CredSSP need libraries that it does not bring."""

_LIBRARIES = {"kerberos": "kerberos", "credssp": "requests_credssp"}
"""The modules that pywinrm's transports import (winrm/transport.py and winrm/vendor/requests_kerberos)."""


def check_library(auth: Auth) -> None:
    """See that pywinrm could authenticate so here. Raises SettingsError when a library is missing."""
    module = _LIBRARIES.get(auth)
    if module and not find_spec(module):
        raise SettingsError(
            f"WinRM's authentication {auth} needs a library that this worker does not have",
            where="connection.auth",
            seen=f"there is no Python module {module}",
            remedy=f"pip install 'pywinrm[{auth}]' where the worker runs, or let the recipe use ntlm",
        )


@dataclass(frozen=True)
class Credential:
    """``password`` for all but certificate, which needs ``certificate``. Elevated runs as administrator need it too."""

    password: Secret | None = None
    auth: Auth = "ntlm"
    certificate: ClientCertificate | None = None

    def __post_init__(self) -> None:
        if (self.certificate if self.auth == "certificate" else self.password) is None:
            needed = "a certificate with its key" if self.auth == "certificate" else "a password"
            raise SettingsError(f"WinRM's authentication {self.auth} needs {needed}", seen="none")

    def password_text(self) -> str:
        """Raises SettingsError when there is none."""
        if self.password is None:
            what = "A scheduled task as the build administrator needs the password of the account"
            raise SettingsError(what, seen="a credential without one", remedy="Give the password, or run as system.")
        return self.password.text
