"""A WinRM server on loopback with an HTTP and an HTTPS listener, and unmodified clients for it."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypsrp.wsman import WSMan
from winrm.protocol import Protocol

from localazure.windows.winrm.server import WinRmServer
from localazure.windows.winrm.settings import AuthSettings, ServiceSettings
from localazure.windows.winrm.tls import ListenerTls, listener_tls
from tests.support.winrm_certificates import SelfSigned
from tests.support.winrm_host import Passwords, RealHost

USER, PASSWORD = "builder", "Correct horse 1!"
SETTINGS = ServiceSettings(auth=AuthSettings(basic=True, certificate=True))


@dataclass
class Site:
    """A running server, what it runs on, and where it listens. Closes the clients it made with itself."""

    folder: Path
    identity: SelfSigned
    client: SelfSigned
    host: RealHost = field(default_factory=RealHost)
    _opened: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.accounts = Passwords({USER: PASSWORD, "other": PASSWORD}, {self.client.der: USER})
        self.server = WinRmServer(self.host, self.accounts, SETTINGS)
        self.trusted, _ = self.identity.write(self.folder, "server")
        self.ports = {"http": self._listen(None), "https": self._listen(self.tls())}

    def tls(self) -> ListenerTls:
        return listener_tls(self.identity.certificate, self.identity.key, [self.client.der])

    def _listen(self, tls: ListenerTls | None) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        self.server.listen(listener, tls)
        return int(listener.getsockname()[1])

    def close(self) -> None:
        self._opened.close()
        self.server.close()
        self.host.close()

    def url(self, scheme: str) -> str:
        return f"{scheme}://127.0.0.1:{self.ports[scheme]}/wsman"

    def pywinrm(self, scheme: str = "https", transport: str = "ntlm", **changes: Any) -> Protocol:
        """A client that verifies the server's certificate."""
        arguments = {
            "username": USER, "password": PASSWORD, "ca_trust_path": str(self.trusted), "proxy": None,
            "operation_timeout_sec": 5, "read_timeout_sec": 10, **changes,
        }  # fmt: skip
        if transport == "certificate":
            certificate, key = self.client.write(self.folder, "client")
            arguments |= {"cert_pem": str(certificate), "cert_key_pem": str(key)}
        client = Protocol(self.url(scheme), **{"transport": transport, **arguments})
        self._opened.callback(client.transport.close_session)
        return client

    def pypsrp(self, scheme: str = "https", auth: str = "negotiate", **changes: Any) -> WSMan:
        """A client that verifies the server's certificate."""
        arguments = {
            "username": USER, "password": PASSWORD, "operation_timeout": 5, "no_proxy": True,
            "cert_validation": str(self.trusted), **changes,
        }  # fmt: skip
        if auth == "certificate":
            certificate, key = self.client.write(self.folder, "client")
            arguments |= {"certificate_pem": str(certificate), "certificate_key_pem": str(key)}
        client = WSMan("127.0.0.1", port=self.ports[scheme], ssl=scheme == "https", auth=auth, **arguments)
        return self._opened.enter_context(client)
