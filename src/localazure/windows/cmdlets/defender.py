"""Microsoft Defender's settings, which are in the registry; there is no scanner."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.scheduled_task_objects import cim
from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.machine.registry import Registry
from localazure.windows.machine.service_records import Status
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import TypedArray

_MODULE = "Defender"
_NAMESPACE = "root/Microsoft/Windows/Defender"
_KEY = r"HKLM\SOFTWARE\Microsoft\Windows Defender"
_EXCLUSIONS = {"ExclusionExtension": "Extensions", "ExclusionPath": "Paths", "ExclusionProcess": "Processes"}
_SWITCHES = {
    "DisableArchiveScanning": "Scan",
    "DisableBehaviorMonitoring": "Real-Time Protection",
    "DisableIOAVProtection": "Real-Time Protection",
    "DisableRealtimeMonitoring": "Real-Time Protection",
    "DisableScriptScanning": "Real-Time Protection",
}
"""In which key each is, under its own name."""
_NUMBERS = {
    "MAPSReporting": (r"SpyNet\SpyNetReporting", 2),
    "ScanAvgCPULoadFactor": (r"Scan\AvgCPULoadFactor", 50),
    "SubmitSamplesConsent": (r"SpyNet\SubmitSamplesConsent", 1),
}
"""Where each is, and what it is on a new Windows."""
_LISTS = tuple(Parameter(name, kind="System.String[]") for name in _EXCLUSIONS)
_FORCE = Parameter("Force", switch=True)
_SETTINGS = (
    *(Parameter(name, kind=bool) for name in _SWITCHES),
    *(Parameter(name, kind=int) for name in _NUMBERS),
)


def _registry(call: Call) -> Registry:
    return machine_of(call.engine).registry


def _listed(registry: Registry, name: str) -> list[str]:
    key = rf"{_KEY}\Exclusions\{_EXCLUSIONS[name]}"
    return sorted(value.name for value in registry.values(key)) if registry.key_exists(key) else []


def _place(name: str) -> tuple[str, str]:
    path, _, value = (rf"{_SWITCHES[name]}\{name}" if name in _SWITCHES else _NUMBERS[name][0]).rpartition("\\")
    return rf"{_KEY}\{path}", value


def _may_change(call: Call) -> None:
    if not user_of(call.engine).is_administrator:
        text = "You don't have enough permissions to perform the requested operation. "
        kind = "Microsoft.Management.Infrastructure.CimException"
        raise error(kind, text, f"HRESULT 0xc0000142,{call.command.name}", "PermissionDenied", "MSFT_MpPreference")


def _exclude(call: Call) -> None:
    registry = _registry(call)
    for name, folder in _EXCLUSIONS.items():
        for item in call.get(name) or ():
            registry.create_key(rf"{_KEY}\Exclusions\{folder}")
            registry.set(rf"{_KEY}\Exclusions\{folder}", to_text(item), 0)


@command("Get-MpPreference", module=_MODULE)
def get_preference(call: Call) -> Iterator[object]:
    """All settings that the model keeps."""
    registry = _registry(call)
    properties: dict[str, object] = {name: bool(registry.number(*_place(name))) for name in _SWITCHES}
    properties |= {name: registry.number(*_place(name), default) for name, (_, default) in _NUMBERS.items()}
    for name in _EXCLUSIONS:
        listed = _listed(registry, name)
        properties[name] = TypedArray(listed, "System.String") if listed else None
    yield cim("MSFT_MpPreference", dict(sorted(properties.items())), namespace=_NAMESPACE)


@command("Set-MpPreference", module=_MODULE, parameters=(*_LISTS, *_SETTINGS, _FORCE))
def set_preference(call: Call) -> None:
    """Settings, and lists that replace those there are."""
    _may_change(call)
    registry = _registry(call)
    for name in (*_SWITCHES, *_NUMBERS):
        if name in call.parameters:
            key, value = _place(name)
            registry.create_key(key)
            registry.set(key, value, int(call.get(name)))
    for name, folder in _EXCLUSIONS.items():
        if name in call.parameters:
            registry.discard(rf"{_KEY}\Exclusions\{folder}")
    _exclude(call)


@command("Add-MpPreference", module=_MODULE, parameters=(*_LISTS, _FORCE))
def add_preference(call: Call) -> None:
    _may_change(call)
    _exclude(call)


@command("Remove-MpPreference", module=_MODULE, parameters=(*_LISTS, _FORCE))
def remove_preference(call: Call) -> None:
    """Takes items from the lists; what is not in them is no error."""
    _may_change(call)
    for name, folder in _EXCLUSIONS.items():
        for item in call.get(name) or ():
            _registry(call).discard(rf"{_KEY}\Exclusions\{folder}", to_text(item))


@command("Get-MpComputerStatus", module=_MODULE)
def get_status(call: Call) -> Iterator[object]:
    """What of Defender runs: nothing when its service does not."""
    registry = _registry(call)
    runs = machine_of(call.engine).services.status("WinDefend") is Status.RUNNING
    watches = runs and not registry.number(*_place("DisableRealtimeMonitoring"))
    properties: dict[str, object] = {
        "AMServiceEnabled": runs,
        "AntispywareEnabled": runs,
        "AntivirusEnabled": runs,
        "BehaviorMonitorEnabled": watches and not registry.number(*_place("DisableBehaviorMonitoring")),
        "IoavProtectionEnabled": watches and not registry.number(*_place("DisableIOAVProtection")),
        "RealTimeProtectionEnabled": watches,
    }
    yield cim("MSFT_MpComputerStatus", properties, namespace=_NAMESPACE)
