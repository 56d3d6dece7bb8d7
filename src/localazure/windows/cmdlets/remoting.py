"""WS-Management's own commands: Enable-PSRemoting, Set-WSManQuickConfig and listeners as WSMan instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localazure.windows.cmdlets.providers.wsman_listeners import add_listener, fields
from localazure.windows.cmdlets.providers.wsman_objects import refused
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.services import StartType, Status
from localazure.windows.machine.wsman import Listener, WsMan
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import CaselessDict, PsObject, Table

_RULES = ("WINRM-HTTP-In-TCP", "WINRM-HTTP-In-TCP-PUBLIC")
_FORCE = (
    Parameter("Force", switch=True),
    Parameter("SkipNetworkProfileCheck", switch=True),
    Parameter("UseSSL", switch=True),
)


def quick_config(machine: Machine, *, skip_profile_check: bool = True) -> None:
    """The service started and automatic, the HTTP listener, the firewall's rules for it. Raises PsError."""
    if not skip_profile_check and any(adapter.category == "Public" for adapter in machine.network.adapters()):
        raise refused(
            "WinRM firewall exception will not work since one of the network connection types on this machine is set "
            "to Public. Change the network connection type to either Domain or Private and try again. "
        )
    machine.services.set_start_type("WinRM", StartType.AUTOMATIC, delayed=True)
    if machine.services.status("WinRM") is not Status.RUNNING:
        machine.services.start("WinRM")
    WsMan(machine.registry).allow_http()
    for rule in machine.network.rules():
        if rule.name.upper() in {each.upper() for each in _RULES}:
            rule.enabled = True


@command("Enable-PSRemoting", should_process=True, parameters=_FORCE)
def enable_ps_remoting(call: Call) -> None:
    quick_config(machine_of(call.engine), skip_profile_check=True)


@command("Set-WSManQuickConfig", should_process=True, parameters=_FORCE)
def set_wsman_quick_config(call: Call) -> Iterator[object]:
    quick_config(machine_of(call.engine), skip_profile_check=call.switch("SkipNetworkProfileCheck"))
    yield "WinRM is set up for remote management on this machine."


@command("Disable-PSRemoting", should_process=True, parameters=_FORCE)
def disable_ps_remoting(call: Call) -> None:
    call.warning(
        "Disabling the session configurations does not undo all the changes made by the Enable-PSRemoting or "
        "Enable-PSSessionConfiguration cmdlet."
    )


_INSTANCE = (
    Parameter("ResourceURI", position=0, kind=str, mandatory=True),
    Parameter("SelectorSet", position=1, kind=object, pipeline="value"),
    Parameter("ValueSet", kind=object),
    *(Parameter(name) for name in ("ComputerName", "Port", "Credential", "Authentication")),
    Parameter("UseSSL", switch=True),
)


def _listener(call: Call) -> tuple[str, str]:
    """Transport and address that the selectors say."""
    uri = str(call.get("ResourceURI")).replace("\\", "/").lower()
    if not uri.endswith("config/listener"):
        raise error(
            "System.InvalidOperationException",
            "The model has WSMan instances for winrm/config/Listener only.",
            "WsManError",
        )
    given = call.get("SelectorSet")
    selectors = CaselessDict(given if isinstance(given, Table) else {})
    return str(selectors.get("Transport", "HTTP")).upper(), str(selectors.get("Address", "*"))


def _with(call: Call, listener: Listener) -> Listener:
    given = call.get("ValueSet")
    values = CaselessDict(given if isinstance(given, Table) else {})
    known: dict[str, Any] = {
        "port": int(str(values.get("Port", listener.port))),
        "host_name": str(values.get("Hostname", listener.host_name)),
        "enabled": str(values.get("Enabled", listener.enabled)).lower() == "true",
        "url_prefix": str(values.get("URLPrefix", listener.url_prefix)),
        "thumbprint": str(values.get("CertificateThumbprint", listener.thumbprint)),
    }
    return Listener(listener.transport, listener.address, **known)


def _instance(listener: Listener) -> PsObject:
    return PsObject.typed(
        "System.Xml.XmlElement", {"Source": None, "lang": "en-US", **fields(listener)}, text="Listener"
    )


@command("New-WSManInstance", parameters=_INSTANCE)
def new_wsman_instance(call: Call) -> Iterator[object]:
    transport, address = _listener(call)
    wanted = Listener("HTTPS" if transport == "HTTPS" else "HTTP", address)
    yield _instance(add_listener(call.engine, _with(call, wanted)))


def _known(call: Call) -> Listener:
    transport, address = _listener(call)
    for each in WsMan(machine_of(call.engine).registry).listeners():
        if each.transport == transport and each.address.lower() == address.lower():
            return each
    raise refused("The service cannot find the resource identified by the resource URI and selectors. ")


@command("Set-WSManInstance", parameters=_INSTANCE)
def set_wsman_instance(call: Call) -> Iterator[object]:
    changed = _with(call, _known(call))
    WsMan(machine_of(call.engine).registry).change_listener(changed)
    yield _instance(changed)


@command("Get-WSManInstance", parameters=(*_INSTANCE, Parameter("Enumerate", switch=True)))
def get_wsman_instance(call: Call) -> Iterator[object]:
    if call.switch("Enumerate"):
        _listener(call)
        yield from map(_instance, WsMan(machine_of(call.engine).registry).listeners())
    else:
        yield _instance(_known(call))


@command("Remove-WSManInstance", parameters=_INSTANCE)
def remove_wsman_instance(call: Call) -> None:
    WsMan(machine_of(call.engine).registry).remove_listener(_known(call))


@command(
    "Test-WSMan",
    parameters=(
        Parameter("ComputerName", position=0, kind=str),
        Parameter("UseSSL", switch=True),
        Parameter("Port"),
        Parameter("Authentication"),
        Parameter("Credential"),
    ),
)
def test_wsman(call: Call) -> Iterator[object]:
    if machine_of(call.engine).services.status("WinRM") is not Status.RUNNING:
        raise refused(
            "The client cannot connect to the destination specified in the request. Verify that the service on the "
            "destination is running and is accepting requests."
        )
    yield PsObject.custom(
        {
            "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
            "ProtocolVersion": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
            "ProductVendor": "Microsoft Corporation",
            "ProductVersion": "OS: 0.0.0 SP: 0.0 Stack: 3.0",
        }
    )
