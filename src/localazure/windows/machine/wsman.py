r"""The configuration of WinRM as ``WSMan:\localhost`` shows it: settings and listeners, kept in the registry.

Listeners are where Windows has them, ``...\CurrentVersion\WSMAN\Listener\<address>+<transport>``; settings are below
``...\WSMAN``: ``auth_basic`` and its like and ``allow_unencrypted`` as in Windows, the rest under their own names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from localazure.windows.machine.errors import AlreadyExists, MachineError, NotFound
from localazure.windows.machine.registry import Registry

WSMAN_KEY = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN"
_LISTENERS = rf"{WSMAN_KEY}\Listener"
Transport = Literal["HTTP", "HTTPS"]
Setting = str | int | bool
_PORTS: dict[Transport, int] = {"HTTP": 5985, "HTTPS": 5986}
ALREADY_EXISTS = 0x80338034
_AUTH = {"Basic", "Digest", "Kerberos", "Negotiate", "Certificate", "CredSSP"}

# In the order Windows lists them; the values are those of a new Windows Server 2022.
DEFAULTS: dict[str, Setting] = {
    r"MaxEnvelopeSizekb": 500,
    r"MaxTimeoutms": 60000,
    r"MaxBatchItems": 32000,
    r"MaxProviderRequests": 4294967295,
    r"Client\NetworkDelayms": 5000,
    r"Client\URLPrefix": "wsman",
    r"Client\AllowUnencrypted": False,
    r"Client\Auth\Basic": True,
    r"Client\Auth\Digest": True,
    r"Client\Auth\Kerberos": True,
    r"Client\Auth\Negotiate": True,
    r"Client\Auth\Certificate": True,
    r"Client\Auth\CredSSP": False,
    r"Client\DefaultPorts\HTTP": 5985,
    r"Client\DefaultPorts\HTTPS": 5986,
    r"Client\TrustedHosts": "",
    r"Service\RootSDDL": "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)",
    r"Service\MaxConcurrentOperations": 4294967295,
    r"Service\MaxConcurrentOperationsPerUser": 1500,
    r"Service\EnumerationTimeoutms": 240000,
    r"Service\MaxConnections": 300,
    r"Service\MaxPacketRetrievalTimeSeconds": 120,
    r"Service\AllowUnencrypted": False,
    r"Service\Auth\Basic": False,
    r"Service\Auth\Kerberos": True,
    r"Service\Auth\Negotiate": True,
    r"Service\Auth\Certificate": False,
    r"Service\Auth\CredSSP": False,
    r"Service\Auth\CbtHardeningLevel": "Relaxed",
    r"Service\DefaultPorts\HTTP": 5985,
    r"Service\DefaultPorts\HTTPS": 5986,
    r"Service\IPv4Filter": "*",
    r"Service\IPv6Filter": "*",
    r"Service\EnableCompatibilityHttpListener": False,
    r"Service\EnableCompatibilityHttpsListener": False,
    r"Service\CertificateThumbprint": "",
    r"Service\AllowRemoteAccess": True,
    r"Shell\AllowRemoteShellAccess": True,
    r"Shell\IdleTimeout": 7200000,
    r"Shell\MaxConcurrentUsers": 2147483647,
    r"Shell\MaxShellRunTime": 2147483647,
    r"Shell\MaxProcessesPerShell": 25,
    r"Shell\MaxMemoryPerShellMB": 1024,
    r"Shell\MaxShellsPerUser": 30,
}


@dataclass(frozen=True)
class Listener:
    """``thumbprint`` is that of its certificate in the machine's own store, empty for HTTP."""

    transport: Transport
    address: str = "*"
    port: int = 0
    host_name: str = ""
    enabled: bool = True
    url_prefix: str = "wsman"
    thumbprint: str = ""

    @property
    def key(self) -> str:
        return rf"{_LISTENERS}\{self.address}+{self.transport}"


class WsMan:
    """Stateless: all of it is in the registry, so it lasts and is seen by whoever looks there."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def listeners(self) -> list[Listener]:
        names = self._registry.subkeys(_LISTENERS) if self._registry.key_exists(_LISTENERS) else []
        return [self._read(name) for name in sorted(names)]

    def add_listener(self, listener: Listener) -> Listener:
        """Keep a listener; port 0 becomes the transport's own. Raises AlreadyExists."""
        if self._registry.key_exists(listener.key):
            raise AlreadyExists(f"{listener.address}+{listener.transport}", ALREADY_EXISTS)
        self._write(listener)
        return self._read(listener.key.rpartition("\\")[2])

    def change_listener(self, listener: Listener) -> None:
        """Replace the one of that address and transport. Raises NotFound."""
        if not self._registry.key_exists(listener.key):
            raise NotFound(f"{listener.address}+{listener.transport}")
        self._write(listener)

    def set_certificate(self, listener: Listener, thumbprint: str) -> None:
        """Raises NotFound when there is no such listener."""
        self.change_listener(replace(listener, thumbprint=thumbprint))

    def remove_listener(self, listener: Listener) -> None:
        self._registry.delete_key(listener.key)

    def get(self, path: str) -> Setting:
        r"""A setting by its path below ``WSMan:\localhost``, in any case. Raises NotFound."""
        name = self._name(path)
        default, found = DEFAULTS[name], self._registry.get(*self._place(name))
        if isinstance(default, bool):
            return default if found is None else bool(found)
        if isinstance(default, int):
            return found if isinstance(found, int) else default
        return found if isinstance(found, str) else default

    def set(self, path: str, value: Setting) -> None:
        """Raises NotFound, or MachineError (87) for text where a number or a truth value belongs."""
        name = self._name(path)
        kept = _converted(value, DEFAULTS[name], name)
        self._registry.set(*self._place(name), int(kept) if isinstance(kept, bool) else kept)

    def below(self, path: str) -> list[str]:
        """The names of settings and groups directly below a group; empty for the path of a setting."""
        prefix = f"{path}\\".lower() if path else ""
        rest = [name[len(prefix) :] for name in DEFAULTS if name.lower().startswith(prefix)]
        return list(dict.fromkeys(name.split("\\")[0] for name in rest))

    def allow_http(self) -> None:
        """The listener that a new Windows Server has, and that ``winrm quickconfig`` makes."""
        wanted = Listener("HTTP")
        if not self._registry.key_exists(wanted.key):
            self.add_listener(wanted)

    def _read(self, name: str) -> Listener:
        address, _, transport = name.rpartition("+")
        key, registry = rf"{_LISTENERS}\{name}", self._registry
        kind: Transport = "HTTPS" if transport.upper() == "HTTPS" else "HTTP"
        return Listener(
            transport=kind,
            address=address,
            port=registry.number(key, "Port", _PORTS[kind]),
            host_name=registry.text(key, "hostname"),
            enabled=bool(registry.number(key, "enabled", 1)),
            url_prefix=registry.text(key, "uriprefix", "wsman"),
            thumbprint=registry.text(key, "certThumbprint"),
        )

    def _write(self, listener: Listener) -> None:
        registry, key = self._registry, listener.key
        registry.set(key, "Port", listener.port or _PORTS[listener.transport])
        registry.set(key, "hostname", listener.host_name)
        registry.set(key, "enabled", int(listener.enabled))
        registry.set(key, "uriprefix", listener.url_prefix)
        registry.set(key, "certThumbprint", listener.thumbprint.replace(" ", "").upper())

    @staticmethod
    def _name(path: str) -> str:
        wanted = path.strip("\\").lower()
        found = next((name for name in DEFAULTS if name.lower() == wanted), None)
        if found is None:
            raise NotFound(path)
        return found

    @staticmethod
    def _place(name: str) -> tuple[str, str]:
        folder, _, value = name.rpartition("\\")
        if folder.endswith(r"\Auth") and value in _AUTH:
            folder, value = folder.removesuffix(r"\Auth"), f"auth_{value.lower()}"
        if value == "AllowUnencrypted":
            value = "allow_unencrypted"
        return (rf"{WSMAN_KEY}\{folder}" if folder else WSMAN_KEY), value


def _converted(value: Setting, default: Setting, name: str) -> Setting:
    text = str(value).lower()
    if isinstance(default, bool):
        if text not in {"true", "false", "1", "0"}:
            raise MachineError(87, name)
        return text in {"true", "1"}
    if isinstance(default, int):
        if not text.isdigit():
            raise MachineError(87, name)
        return int(text)
    return str(value)
