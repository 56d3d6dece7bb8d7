r"""What the WinRM service is set to: it is in the registry, below ``...\CurrentVersion\WSMAN``."""

from __future__ import annotations

from dataclasses import dataclass

from localazure.windows.machine.registry import Registry
from localazure.windows.winrm.settings import AuthSettings, ServiceSettings

KEY = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN"
_PORTS = {"HTTP": 5985, "HTTPS": 5986}


@dataclass(frozen=True)
class Listener:
    port: int
    thumbprint: str = ""
    """Of its certificate; empty for HTTP."""


def listeners(registry: Registry) -> list[Listener]:
    """Those that are enabled. Their keys are named ``{address}+{transport}``."""
    key = rf"{KEY}\Listener"
    names = registry.subkeys(key) if registry.key_exists(key) else []
    return [_listener(registry, rf"{key}\{name}") for name in names if registry.number(rf"{key}\{name}", "enabled", 1)]


def service_settings(registry: Registry) -> ServiceSettings:
    default, key = ServiceSettings(), rf"{KEY}\Service"
    auth = AuthSettings(
        basic=bool(registry.number(key, "auth_basic", default.auth.basic)),
        negotiate=bool(registry.number(key, "auth_negotiate", default.auth.negotiate)),
        certificate=bool(registry.number(key, "auth_certificate", default.auth.certificate)),
    )
    return ServiceSettings(auth=auth, allow_unencrypted=bool(registry.number(key, "allow_unencrypted", 0)))


def _listener(registry: Registry, key: str) -> Listener:
    transport = key.rpartition("+")[2].upper()
    return Listener(registry.number(key, "Port", _PORTS.get(transport, 0)), registry.text(key, "certThumbprint"))
