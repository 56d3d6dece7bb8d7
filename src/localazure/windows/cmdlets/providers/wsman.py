r"""The provider WSMan: ``WSMan:\localhost\Service\Auth\Basic``, ``...\Listener\Listener_<number>``."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace

from localazure.windows.cmdlets.providers.base import Provider
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.machine.services import Status
from localazure.windows.machine.wsman import DEFAULTS, Listener, WsMan
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import PsObject, TypedArray

_HOST = "localhost"
_LEAF = "Microsoft.WSMan.Management.WSManConfigLeafElement"
_CONTAINER = "Microsoft.WSMan.Management.WSManConfigContainerElement"
_FIELDS = ("Address", "Transport", "Port", "Hostname", "Enabled", "URLPrefix", "CertificateThumbprint")


class WsManProvider(Provider):
    name = "WSMan"
    module = "Microsoft.WSMan.Management"

    def __init__(self, engine: EngineApi) -> None:
        super().__init__(engine)
        self.machine = machine_of(engine)
        self.wsman = WsMan(self.machine.registry)

    def exists(self, path: str) -> bool:
        if not path or path.lower() == _HOST:
            return True
        head, below = _split(path)
        if head.lower() != _HOST:
            return False
        if below.lower().startswith("listener"):
            return self._listener_exists(below)
        return any(name.lower() == below.lower() or name.lower().startswith(f"{below.lower()}\\") for name in DEFAULTS)

    def is_container(self, path: str) -> bool:
        below = _split(path)[1]
        if below.lower().startswith("listener"):
            return below.count("\\") < 2
        return below.lower() not in {name.lower() for name in DEFAULTS}

    def item(self, path: str) -> PsObject:
        self.require(path)
        below = _split(path)[1]
        name = path.rpartition("\\")[2]
        if below.lower().startswith("listener\\"):
            return self._listener_item(below)
        if self.is_container(path):
            return _container(name)
        return _leaf(next(n for n in DEFAULTS if n.lower() == below.lower()).rpartition("\\")[2], self.wsman.get(below))

    def child_names(self, path: str) -> list[str]:
        if not path:
            return [_HOST]
        below = _split(path)[1]
        if below.lower() == "listener":
            return [listener_name(each) for each in self.wsman.listeners()]
        if below.lower().startswith("listener\\"):
            return list(_FIELDS)
        return self.wsman.below(below)

    def new_item(self, path: str, kind: str, value: object, options: Mapping[str, object]) -> PsObject:  # noqa: ARG002
        if _split(path)[1].lower() != "listener":
            raise self.unsupported()
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
        return _container(listener_name(add_listener(self.engine, listener)), listener)

    def set_item(self, path: str, value: object) -> None:
        self._need_service()
        below = _split(path)[1]
        if below.lower().startswith("listener\\"):
            self._set_listener(below, self.engine.to_text(value))
            return
        kept = value if isinstance(value, bool | int) else self.engine.to_text(value)
        try:
            self.wsman.set(below, kept)
        except MachineError as failure:
            if failure.code == 87:
                raise refused("The parameter is incorrect. ") from failure
            raise

    def remove_item(self, path: str, *, recurse: bool, force: bool) -> None:  # noqa: ARG002
        below = _split(path)[1]
        if not below.lower().startswith("listener\\"):
            raise self.unsupported()
        self.wsman.remove_listener(self._listener(below))

    def _set_listener(self, below: str, text: str) -> None:
        known, field = self._listener(below), below.rpartition("\\")[2].lower()
        changes = {
            "port": lambda: replace(known, port=int(text)),
            "hostname": lambda: replace(known, host_name=text),
            "enabled": lambda: replace(known, enabled=text.lower() == "true"),
            "urlprefix": lambda: replace(known, url_prefix=text),
            "certificatethumbprint": lambda: replace(known, thumbprint=text),
        }
        if field not in changes:
            raise self.unsupported()
        self.wsman.change_listener(changes[field]())

    def _listener_exists(self, below: str) -> bool:
        parts = below.split("\\")
        if len(parts) == 1:
            return parts[0].lower() == "listener"
        known = any(listener_name(each).lower() == parts[1].lower() for each in self.wsman.listeners())
        return known and (len(parts) == 2 or parts[2].lower() in {field.lower() for field in _FIELDS})

    def _listener(self, below: str) -> Listener:
        name = below.split("\\")[1].lower()
        found = next((each for each in self.wsman.listeners() if listener_name(each).lower() == name), None)
        if found is None:
            raise NotFound(below)
        return found

    def _listener_item(self, below: str) -> PsObject:
        listener, parts = self._listener(below), below.split("\\")
        if len(parts) == 2:
            return _container(listener_name(listener), listener)
        field = next(each for each in _FIELDS if each.lower() == parts[2].lower())
        return _leaf(field, fields(listener)[field])

    def _need_service(self) -> None:
        if self.machine.services.status("WinRM") is not Status.RUNNING:
            raise refused(
                "The client cannot connect to the destination specified in the request. Verify that the service on the "
                "destination is running and is accepting requests."
            )


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


def refused(text: str) -> PsError:
    return error("System.InvalidOperationException", text, "WsManError", "InvalidOperation")


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


def _container(name: str, listener: Listener | None = None) -> PsObject:
    keys = [f"Transport={listener.transport}", f"Address={listener.address}"] if listener else []
    properties = {"Type": "Container", "Keys": TypedArray(keys, "System.String"), "Name": name, "PSIsContainer": True}
    return PsObject.typed(_CONTAINER, properties, text=_CONTAINER)


def _leaf(name: str, value: object) -> PsObject:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    properties = {"SourceOfValue": "", "Value": text, "Name": name, "Type": "System.String", "PSIsContainer": False}
    return PsObject.typed(_LEAF, properties, text=_LEAF)


def _split(path: str) -> tuple[str, str]:
    head, _, below = path.partition("\\")
    return head, below
