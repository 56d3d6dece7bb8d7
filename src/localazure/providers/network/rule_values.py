"""Ports and addresses as security rules write them: what is allowed, and what it matches."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_network

from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId

_TAGS = frozenset({"*", "any", "internet", "virtualnetwork", "azureloadbalancer"})
_OUTSIDE = frozenset({"*", "any", "internet"})


def check_port(text: str) -> None:
    """Refuse what is neither ``*``, a port nor a range of ports."""
    if _ports(text) is None:
        message = (
            f"Security rule has invalid Port range. Value provided: {text}. Value should be an integer OR integer "
            "range with '-' delimiter. Valid range 0-65535."
        )
        raise CloudError(400, "SecurityRuleInvalidPortRange", message)


def check_address(text: str, rule: ResourceId) -> None:
    """Refuse what is neither an address, a prefix nor a service tag that localazure knows."""
    if text.lower() in _TAGS:
        return
    try:
        ip_network(text, strict=False)
    except ValueError:
        message = (
            f"Security rule {rule} has invalid Address prefix. Value provided: {text} "
            "(of Azure's service tags localazure knows Internet, VirtualNetwork and AzureLoadBalancer)."
        )
        raise CloudError(400, "SecurityRuleInvalidAddressPrefix", message) from None


def covers_ports(text: str, first: int, last: int) -> bool:
    """Whether a port value takes in all ports from ``first`` to ``last``."""
    ports = _ports(text)
    return ports is not None and ports[0] <= first and last <= ports[1]


def covers_address(text: str, address: IPv4Address, *, inside: bool) -> bool:
    """Whether an address value takes in ``address``; ``inside``: it lies in the virtual network."""
    lowered = text.lower()
    if lowered in _TAGS:
        return lowered == "virtualnetwork" or lowered in {"*", "any"} if inside else lowered in _OUTSIDE
    return address in ip_network(text, strict=False)


def _ports(text: str) -> tuple[int, int] | None:
    if text == "*":
        return 0, 65535
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal():
        return None
    low, high = int(first), int(last or first)
    return (low, high) if low <= high <= 65535 else None
