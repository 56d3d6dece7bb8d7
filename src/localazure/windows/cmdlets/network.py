"""Adapters, addresses and connection profiles; name resolution and connections, which the model does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from localazure.windows.cmdlets.scheduled_task_objects import cim
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.wildcards import matches
from localazure.windows.machine.network import Adapter, Category
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import EnumValue, PsObject, TypedArray

_NAMESPACE = "root/StandardCimv2"
_CATEGORIES: dict[str, Category] = {
    "public": "Public",
    "private": "Private",
    "domainauthenticated": "DomainAuthenticated",
}
_CATEGORY_TYPE = "Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetConnectionProfile.NetworkCategory"
_LOOPBACK = Adapter(name="Loopback Pseudo-Interface 1", index=1, ip_address="127.0.0.1", prefix_length=8)


def adapters(call: Call) -> list[Adapter]:
    return machine_of(call.engine).network.adapters()


def _fits(call: Call, adapter: Adapter, parameter: str) -> bool:
    wanted, index = call.get(parameter), call.get("InterfaceIndex")
    names = wanted if isinstance(wanted, list) else [] if wanted is None else [wanted]
    indices = index if isinstance(index, list) else [] if index is None else [index]
    return (not names or any(matches(adapter.name, str(each)) for each in names)) and (
        not indices or any(adapter.index == int(each) for each in indices)
    )


_INDEX = Parameter("InterfaceIndex", kind=object, pipeline="property", aliases=("ifIndex",))
_ALIAS = Parameter("InterfaceAlias", kind="System.String[]", pipeline="property", aliases=("ifAlias",))


@command(
    "Get-NetAdapter",
    parameters=(
        Parameter("Name", position=0, kind="System.String[]", aliases=("ifAlias", "InterfaceAlias")),
        _INDEX,
        Parameter("InterfaceDescription", kind="System.String[]"),
        Parameter("IncludeHidden", switch=True),
        Parameter("Physical", switch=True),
    ),
)
def get_adapter(call: Call) -> Iterator[object]:
    for adapter in adapters(call):
        if _fits(call, adapter, "Name"):
            yield cim(
                "MSFT_NetAdapter",
                {
                    "Name": adapter.name,
                    "InterfaceAlias": adapter.name,
                    "ifAlias": adapter.name,
                    "InterfaceDescription": adapter.description,
                    "ifIndex": adapter.index,
                    "InterfaceIndex": adapter.index,
                    "MacAddress": adapter.mac,
                    "Status": "Up" if adapter.enabled else "Disabled",
                    "LinkSpeed": "50 Gbps",
                    "MediaType": "802.3",
                },
                _NAMESPACE,
            )


@command(
    "Get-NetIPAddress",
    parameters=(
        Parameter("IPAddress", position=0, kind="System.String[]"),
        _INDEX,
        _ALIAS,
        Parameter("AddressFamily", kind=str, values=("IPv4", "IPv6")),
    ),
)
def get_ip_address(call: Call) -> Iterator[object]:
    if str(call.get("AddressFamily")).lower() == "ipv6":
        return
    wanted = [str(each) for each in call.get("IPAddress") or ["*"]]
    for adapter in (*adapters(call), _LOOPBACK):
        if _fits(call, adapter, "InterfaceAlias") and any(matches(adapter.ip_address, each) for each in wanted):
            properties: dict[str, object] = {
                "IPAddress": adapter.ip_address,
                "InterfaceIndex": adapter.index,
                "InterfaceAlias": adapter.name,
                "AddressFamily": EnumValue(
                    "Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetIPAddress.AddressFamily", "IPv4", 2
                ),
                "PrefixLength": adapter.prefix_length,
                "PrefixOrigin": "WellKnown" if adapter is _LOOPBACK else "Dhcp",
                "SuffixOrigin": "WellKnown" if adapter is _LOOPBACK else "Dhcp",
            }
            yield cim("MSFT_NetIPAddress", properties, _NAMESPACE)


@command("Get-NetIPConfiguration", aliases=("gip",), parameters=(_INDEX, _ALIAS, Parameter("All", switch=True)))
def get_ip_configuration(call: Call) -> Iterator[object]:
    for adapter in adapters(call):
        if _fits(call, adapter, "InterfaceAlias"):
            address = PsObject.custom({"IPAddress": adapter.ip_address, "PrefixLength": adapter.prefix_length})
            yield PsObject.custom(
                {
                    "InterfaceAlias": adapter.name,
                    "InterfaceIndex": adapter.index,
                    "IPv4Address": [address],
                    "IPv4DefaultGateway": [PsObject.custom({"NextHop": adapter.gateway})] if adapter.gateway else [],
                    "DNSServer": [
                        PsObject.custom({"ServerAddresses": TypedArray(adapter.dns_servers, "System.String")})
                    ],
                }
            )


@command("Get-DnsClientServerAddress", parameters=(_INDEX, _ALIAS, Parameter("AddressFamily", kind=str)))
def get_dns_servers(call: Call) -> Iterator[object]:
    for adapter in adapters(call):
        if _fits(call, adapter, "InterfaceAlias"):
            servers = TypedArray(adapter.dns_servers, "System.String")
            properties: dict[str, object] = {
                "InterfaceAlias": adapter.name,
                "InterfaceIndex": adapter.index,
                "ServerAddresses": servers,
            }
            yield cim("MSFT_DNSClientServerAddress", properties, _NAMESPACE)


_PROFILE = (
    Parameter("Name", position=0, kind="System.String[]"),
    _INDEX,
    _ALIAS,
    Parameter("InputObject", kind=object, pipeline="value"),
)


@command("Get-NetConnectionProfile", parameters=(*_PROFILE, Parameter("NetworkCategory", kind=str)))
def get_connection_profile(call: Call) -> Iterator[object]:
    for adapter in adapters(call):
        if _fits(call, adapter, "InterfaceAlias"):
            properties: dict[str, object] = {
                "Name": adapter.network_name,
                "InterfaceAlias": adapter.name,
                "InterfaceIndex": adapter.index,
                "NetworkCategory": EnumValue(
                    _CATEGORY_TYPE, adapter.category, list(_CATEGORIES.values()).index(adapter.category)
                ),
                "IPv4Connectivity": "Internet",
                "IPv6Connectivity": "NoTraffic",
            }
            yield cim("MSFT_NetConnectionProfile", properties, _NAMESPACE)


@command(
    "Set-NetConnectionProfile",
    parameters=(*_PROFILE, Parameter("NetworkCategory", kind=str), Parameter("PassThru", switch=True)),
)
def set_connection_profile(call: Call) -> None:
    wanted = _CATEGORIES.get(str(call.get("NetworkCategory")).lower())
    if wanted is None or wanted == "DomainAuthenticated":
        raise error("System.ArgumentException", "Unable to set NetworkCategory to that value.", "", "InvalidArgument")
    for record in call.records():
        given = record.get("InputObject")
        name = str(given.get("InterfaceAlias")) if isinstance(given, PsObject) else None
        for adapter in adapters(call):
            if (name is None or adapter.name == name) and _fits(call, adapter, "InterfaceAlias"):
                machine_of(call.engine).network.set_category(cast(Category, wanted), adapter.name)


@command(
    "Test-NetConnection",
    aliases=("TNC",),
    parameters=(
        Parameter("ComputerName", position=0, kind=str, aliases=("RemoteAddress", "cn")),
        Parameter("CommonTCPPort", position=1, kind=str),
        Parameter("Port", kind="System.Int32", aliases=("RemotePort",)),
        Parameter("InformationLevel", kind=str),
        Parameter("TraceRoute", switch=True),
        Parameter("DiagnoseRouting", switch=True),
    ),
)
def test_connection(call: Call) -> Iterator[object]:
    """The model's guest has no network: nothing can be reached."""
    name = str(call.get("ComputerName") or "internetbeacon.msedge.net")
    port = call.get("Port")
    if port is not None:
        call.warning(f"TCP connect to ({name} : {port}) failed")
    if str(call.get("InformationLevel")).lower() == "quiet":
        yield False
        return
    properties: dict[str, object] = {"ComputerName": name, "RemoteAddress": None, "PingSucceeded": False}
    if port is not None:
        properties |= {"RemotePort": port, "TcpTestSucceeded": False}
    yield PsObject.typed("TestNetConnectionResult", properties)


@command(
    "Resolve-DnsName",
    parameters=(
        Parameter("Name", position=0, kind=str, mandatory=True),
        Parameter("Type", position=1, kind=str),
        Parameter("Server"),
    ),
)
def resolve_dns_name(call: Call) -> None:
    """The model's guest has no network: no server answers."""
    name = str(call.get("Name"))
    text = f"{name} : This operation returned because the timeout period expired"
    call.error("System.ComponentModel.Win32Exception", text, "ERROR_TIMEOUT", "OperationTimeout", name)
