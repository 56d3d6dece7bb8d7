"""Address prefixes as Azure checks them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, ip_network

from localazure.arm.errors import CloudError, not_supported
from localazure.arm.ids import ResourceId

# What a virtual network may not hold (Azure Virtual Network FAQ).
_FORBIDDEN = tuple(
    IPv4Network(text)
    for text in ("224.0.0.0/4", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32")
)
SMALLEST = 29
"""The longest prefix of a network or subnet: Azure keeps five addresses of each subnet for itself."""


def parse_prefix(text: str, of: ResourceId) -> IPv4Network:
    """Raises CloudError for what is no IPv4 prefix in CIDR notation."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        message = f"Address prefix string {text} for resource {of} is not a valid address prefix."
        raise CloudError(400, "InvalidAddressPrefixFormat", message) from None
    if not isinstance(network, IPv4Network):
        raise not_supported(f"the IPv6 address prefix {text} of {of}")
    if str(network) != text:
        message = (
            f"The address prefix {text} in resource {of} has an invalid CIDR notation. "
            f"For the given prefix length, the address prefix should be {network}."
        )
        raise CloudError(400, "InvalidCIDRNotation", message)
    return network


def check_space(prefixes: list[IPv4Network], vnet: ResourceId) -> None:
    """Refuse an address space that Azure does not route, or that overlaps itself."""
    for at, prefix in enumerate(prefixes):
        if prefix.prefixlen > SMALLEST or any(prefix.overlaps(forbidden) for forbidden in _FORBIDDEN):
            message = f"Address prefix {prefix} of virtual network {vnet} is not allowed."
            raise CloudError(400, "NetcfgInvalidIPAddressPrefix", message)
        if any(prefix.overlaps(other) for other in prefixes[:at]):
            message = f"Address prefix {prefix} of virtual network {vnet} overlaps with another prefix of it."
            raise CloudError(400, "NetcfgInvalidVirtualNetworkSite", message)


def check_subnet(name: str, prefix: IPv4Network, vnet: str, space: list[IPv4Network]) -> None:
    """Refuse a subnet that is too small, or not wholly within one prefix of its network."""
    if prefix.prefixlen > SMALLEST:
        message = f"Subnet '{name}' is not valid in virtual network '{vnet}'."
        raise CloudError(400, "NetcfgInvalidSubnet", message)
    if not any(prefix.subnet_of(whole) for whole in space):
        message = (
            f"Subnet '{name}' is not valid because its IP address range is outside the IP address range of "
            f"virtual network '{vnet}'."
        )
        raise CloudError(400, "NetcfgSubnetRangeOutsideVnet", message)


def check_overlaps(subnets: list[tuple[str, IPv4Network]], vnet: str) -> None:
    """Refuse two subnets that share an address. ``subnets``: name and prefix of each."""
    for at, (name, prefix) in enumerate(subnets):
        for other, taken in subnets[:at]:
            if prefix.overlaps(taken):
                message = (
                    f"Subnet '{name}' is not valid because its IP address range overlaps with that of an existing "
                    f"subnet '{other}' in virtual network '{vnet}'."
                )
                raise CloudError(400, "NetcfgSubnetRangesOverlap", message)


def is_reserved(address: IPv4Address, subnet: IPv4Network) -> bool:
    """Azure keeps the first four addresses and the last of every subnet."""
    return int(address) - int(subnet.network_address) < 4 or address == subnet.broadcast_address
