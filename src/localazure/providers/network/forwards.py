"""Which of a guest's ports answer on this host: what the security groups let in from here, on its public address."""

from __future__ import annotations

from ipaddress import IPv4Address

from localazure.arm.bodies import Json
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.hypervisor.base import Forward
from localazure.providers.network.default_rules import default_rules
from localazure.providers.network.rule_values import covers_address, covers_ports
from localazure.providers.network.security_rules import RULE
from localazure.store import Resource

PORTS = (22, 80, 443, 5985, 5986, 8080)
"""The guest ports that can be reached: SSH, HTTP, HTTPS, WinRM and a common spare one."""
CLIENT = IPv4Address("127.0.0.1")
"""Where every client of this host comes from: it is the source address of connections to 127.0.0.0/8."""


def effective_forwards(cloud: Cloud, nic: Resource) -> tuple[Forward, ...]:
    """The ports that answer now, for each public address of the interface; none without one.

    Inbound traffic passes the subnet's group, then the interface's. A Standard public address without any group is
    closed, as on Azure.
    """
    offset = cloud.settings.guest_port_offset
    return tuple(
        Forward(address=address, port=port + offset, guest_port=port)
        for configuration in nic.properties["ipConfigurations"]
        if (address := _public_address(cloud, configuration["properties"]))
        for port in PORTS
        if _let_in(cloud, nic, configuration["properties"], port)
    )


def _public_address(cloud: Cloud, configuration: Json) -> str | None:
    reference = configuration.get("publicIPAddress")
    found = cloud.store.find(ResourceId.parse(reference["id"])) if reference else None
    return str(found.properties["ipAddress"]) if found else None


def _let_in(cloud: Cloud, nic: Resource, configuration: Json, port: int) -> bool:
    subnet = cloud.store.find(ResourceId.parse(configuration["subnet"]["id"]))
    holders = [each for each in (subnet, nic) if each is not None]
    groups = [group for holder in holders if (group := _group(cloud, holder)) is not None]
    target = IPv4Address(configuration["privateIPAddress"])
    return bool(groups) and all(_allows(_inbound_rules(cloud, group), target, port) for group in groups)


def _group(cloud: Cloud, holder: Resource) -> Resource | None:
    reference = holder.properties.get("networkSecurityGroup")
    return cloud.store.find(ResourceId.parse(reference["id"])) if reference else None


def _inbound_rules(cloud: Cloud, group: Resource) -> list[Json]:
    own = [rule.properties for rule in cloud.store.of_type(RULE, under=group.rid)]
    default = [rule["properties"] for rule in default_rules(group)]
    inbound = [rule for rule in [*own, *default] if rule["direction"] == "Inbound"]
    return sorted(inbound, key=lambda rule: int(rule["priority"]))


def _allows(rules: list[Json], target: IPv4Address, port: int) -> bool:
    first = next((rule for rule in rules if _matches(rule, target, port)), None)
    return first is not None and first["access"] == "Allow"


def _matches(rule: Json, target: IPv4Address, port: int) -> bool:
    # A client's own port is any of Linux's ephemeral ones (net.ipv4.ip_local_port_range).
    return (
        rule["protocol"] in {"Tcp", "*"}
        and any(covers_ports(each, port, port) for each in _values(rule, "destinationPortRange"))
        and any(covers_ports(each, 32768, 60999) for each in _values(rule, "sourcePortRange"))
        and any(covers_address(each, CLIENT, inside=False) for each in _values(rule, "sourceAddressPrefix"))
        and any(covers_address(each, target, inside=True) for each in _values(rule, "destinationAddressPrefix"))
    )


def _values(rule: Json, single: str) -> list[str]:
    several = f"{single}es" if single.endswith("Prefix") else f"{single}s"
    return [*([rule[single]] if rule.get(single) else []), *rule.get(several, [])]
