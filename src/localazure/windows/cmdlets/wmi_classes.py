"""The WMI classes of root/cimv2: those that the machine's own area has, and those whose data other areas hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from localazure.windows.cmdlets.wql import Condition
from localazure.windows.machine.errors import NotFound
from localazure.windows.machine.machine import Machine

Properties = dict[str, object]
KEYS = {
    "win32_service": "Name",
    "win32_process": "Handle",
    "win32_userprofile": "SID",
    "win32_useraccount": "SID",
    "win32_logicaldisk": "DeviceID",
    "win32_networkadapterconfiguration": "Index",
}
_NAMES = (
    "Win32_OperatingSystem", "Win32_ComputerSystem", "Win32_ComputerSystemProduct", "Win32_BIOS", "Win32_Processor",
    "Win32_LogicalDisk", "Win32_Volume", "Win32_QuickFixEngineering", "Win32_UserProfile", "SoftwareLicensingService",
    "Win32_Service", "Win32_Process", "Win32_UserAccount", "Win32_Group", "Win32_NetworkAdapterConfiguration",
    "Win32_NetworkAdapter", "Win32_TimeZone",
)  # fmt: skip
_START_MODES = {"Boot": "Boot", "System": "System", "Automatic": "Auto", "Manual": "Manual", "Disabled": "Disabled"}
_STATES = {"StartPending": "Start Pending", "StopPending": "Stop Pending"}


@dataclass(frozen=True)
class WmiInstance:
    class_name: str
    properties: Properties

    @property
    def key(self) -> object:
        name = KEYS.get(self.class_name.lower(), "Name")
        return self.properties.get(name)


def instances(machine: Machine, class_name: str, condition: Condition | None = None) -> list[WmiInstance]:
    """Raises NotFound for a class that the model does not have."""
    name = next((each for each in _NAMES if each.lower() == class_name.lower()), class_name)
    more = _CLASSES.get(class_name.lower())
    found: list[Properties] | None
    if more is not None:
        found = more(machine)
    else:
        own = machine.cim.instances(class_name)
        found = None if own is None else [dict(each) for each in own]
    if found is None:
        raise NotFound(class_name, 0x80041010)
    return [WmiInstance(name, each) for each in found if condition is None or condition(each)]


def class_names(machine: Machine) -> list[str]:
    known = {name.lower() for name in machine.cim.classes()} | set(_CLASSES)
    return sorted(name for name in _NAMES if name.lower() in known)


def _services(machine: Machine) -> list[Properties]:
    pids = {info.name.lower(): info.pid for info in machine.processes.all()}
    return [
        {
            "Name": service.name,
            "DisplayName": service.display_name,
            "Caption": service.display_name,
            "Description": service.description,
            "State": _STATES.get(service.status.value, service.status.value),
            "Status": "OK",
            "Started": service.status.value == "Running",
            "StartMode": _START_MODES[service.start_type.value],
            "DelayedAutoStart": service.delayed,
            "StartName": service.account,
            "PathName": service.image_path,
            "ProcessId": pids.get("svchost.exe", 0) if service.status.value == "Running" else 0,
            "ExitCode": 0 if service.status.value == "Running" else 1077,
            "ServiceType": "Share Process",
            "AcceptStop": service.can_stop,
            "SystemName": machine.name,
        }
        for service in machine.services.all()
        if not service.is_driver
    ]


def _processes(machine: Machine) -> list[Properties]:
    return [
        {
            "Name": info.name,
            "Caption": info.name,
            "ProcessId": info.pid,
            "Handle": str(info.pid),
            "ParentProcessId": info.parent,
            "CommandLine": info.command_line,
            "ExecutablePath": info.path,
            "CreationDate": info.started,
            "SessionId": 0,
            "CSName": machine.name,
        }
        for info in machine.processes.all()
    ]


def _accounts(machine: Machine) -> list[Properties]:
    return [
        {
            "Name": user.name,
            "Caption": f"{machine.name}\\{user.name}",
            "Domain": machine.name,
            "FullName": user.full_name,
            "Description": user.description,
            "SID": machine.users.sid(user),
            "SIDType": 1,
            "LocalAccount": True,
            "Disabled": not user.enabled,
            "Lockout": False,
            "PasswordExpires": not user.password_never_expires,
            "PasswordRequired": True,
            "PasswordChangeable": True,
            "AccountType": 512,
            "Status": "OK" if user.enabled else "Degraded",
        }
        for user in machine.users.users()
    ]


def _groups(machine: Machine) -> list[Properties]:
    return [
        {
            "Name": group.name,
            "Domain": machine.name,
            "Description": group.description,
            "SID": group.sid,
            "LocalAccount": True,
        }
        for group in machine.users.groups()
    ]


def _adapter_configurations(machine: Machine) -> list[Properties]:
    return [
        {
            "Index": adapter.index,
            "InterfaceIndex": adapter.index,
            "Description": adapter.description,
            "IPEnabled": adapter.enabled,
            "IPAddress": [adapter.ip_address] if adapter.ip_address else None,
            "DefaultIPGateway": [adapter.gateway] if adapter.gateway else None,
            "DNSServerSearchOrder": list(adapter.dns_servers),
            "DHCPEnabled": True,
            "MACAddress": adapter.mac.replace("-", ":"),
        }
        for adapter in machine.network.adapters()
    ]


def _adapters(machine: Machine) -> list[Properties]:
    return [
        {
            "Name": adapter.description,
            "NetConnectionID": adapter.name,
            "InterfaceIndex": adapter.index,
            "MACAddress": adapter.mac.replace("-", ":"),
            "NetEnabled": adapter.enabled,
            "PhysicalAdapter": True,
        }
        for adapter in machine.network.adapters()
    ]


def _time_zone(_: Machine) -> list[Properties]:
    return [{"Caption": "(UTC) Coordinated Universal Time", "Bias": 0, "StandardName": "Coordinated Universal Time"}]


_CLASSES: dict[str, Callable[[Machine], list[Properties]]] = {
    "win32_service": _services,
    "win32_process": _processes,
    "win32_useraccount": _accounts,
    "win32_group": _groups,
    "win32_networkadapterconfiguration": _adapter_configurations,
    "win32_networkadapter": _adapters,
    "win32_timezone": _time_zone,
}
