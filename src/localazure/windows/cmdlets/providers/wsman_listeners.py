r"""``WSMan:\localhost\Listener``: where WinRM listens."""

from __future__ import annotations

import zlib
from dataclasses import replace

from localazure.windows.cmdlets.providers.wsman_objects import container, refused
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.machine.wsman import Listener, WsMan
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.values import PsObject

_FIELDS = ("Address", "Transport", "Port", "Hostname", "Enabled", "URLPrefix", "CertificateThumbprint")


class Listeners:
    """A ``wsman_objects.Collection``."""

    title, fields = "Listener", _FIELDS
    options = ("Transport", "Address", "CertificateThumbPrint", "HostName", "Port", "Enabled", "URLPrefix")

    def __init__(self, engine: EngineApi) -> None:
        self._engine, self._wsman = engine, WsMan(machine_of(engine).registry)

    def names(self) -> list[str]:
        return [listener_name(each) for each in self._wsman.listeners()]

    def item(self, name: str) -> PsObject:
        return _container(self._listener(name))

    def value(self, name: str, field: str) -> object:
        return fields(self._listener(name))[field]

    def new(self, options: dict[str, object]) -> PsObject:
        transport = str(options.get("Transport", "")).upper()
        if transport not in {"HTTP", "HTTPS"}:
            raise refused("The Transport parameter of a listener must be HTTP or HTTPS.")
        listener = Listener(
            transport="HTTPS" if transport == "HTTPS" else "HTTP",
            address=str(options.get("Address", "*")),
            port=int(str(options.get("Port") or 0)),
            host_name=str(options.get("HostName") or ""),
            enabled=bool(options.get("Enabled", True)),
            thumbprint=str(options.get("CertificateThumbPrint") or ""),
        )
        return _container(add_listener(self._engine, listener))

    def change(self, name: str, field: str, text: str) -> None:
        known = self._listener(name)
        changes = {
            "Port": lambda: replace(known, port=int(text)),
            "Hostname": lambda: replace(known, host_name=text),
            "Enabled": lambda: replace(known, enabled=text.lower() == "true"),
            "URLPrefix": lambda: replace(known, url_prefix=text),
            "CertificateThumbprint": lambda: replace(known, thumbprint=text),
        }
        self._wsman.change_listener(changes[field]())

    def remove(self, name: str) -> None:
        self._wsman.remove_listener(self._listener(name))

    def _listener(self, name: str) -> Listener:
        found = next((each for each in self._wsman.listeners() if listener_name(each).lower() == name.lower()), None)
        if found is None:
            raise NotFound(name)
        return found


def add_listener(engine: EngineApi, listener: Listener) -> Listener:
    """Make it. Raises PsError when it is there, or when its certificate is not."""
    machine = machine_of(engine)
    if listener.transport == "HTTPS":
        try:
            stored = machine.certificates.find(listener.thumbprint)
        except NotFound:
            stored = None
        if stored is None or stored.key_pem is None:
            raise refused("The WS-Management service cannot find the certificate that was requested. ")
    try:
        return WsMan(machine.registry).add_listener(listener)
    except MachineError as failure:
        raise refused("The WS-Management service cannot create the resource because it already exists. ") from failure


def fields(listener: Listener) -> dict[str, object]:
    """A listener's settings under the names that WS-Management has for them."""
    values = (
        listener.address, listener.transport, listener.port, listener.host_name, listener.enabled,
        listener.url_prefix, listener.thumbprint,
    )  # fmt: skip
    return dict(zip(_FIELDS, values, strict=True))


def listener_name(listener: Listener) -> str:
    """The name that WSMan: gives it: a number made of its address and transport."""
    return f"Listener_{zlib.crc32(listener.key.encode()) & 0x7FFFFFFF}"


def _container(listener: Listener) -> PsObject:
    return container(listener_name(listener), {"Transport": listener.transport, "Address": listener.address})
