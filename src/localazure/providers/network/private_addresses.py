"""Private addresses of a subnet: asked for, or given."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address

from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.providers.network.prefixes import is_reserved
from localazure.providers.network.subnets import prefix_of
from localazure.store import Resource


def static_address(rid: ResourceId, text: str | None, subnet: Resource, taken: dict[IPv4Address, str]) -> IPv4Address:
    """The address a configuration asks for. ``taken``: who holds which. Raises CloudError when it cannot be had."""
    try:
        address = IPv4Address(text or "")
    except AddressValueError:
        message = f"IP configuration {rid} has an invalid private IP address '{text or ''}' for Static allocation."
        raise CloudError(400, "InvalidIPAddressFormat", message) from None
    prefix = prefix_of(subnet)
    if address not in prefix:
        message = (
            f"Private static IP address {address} does not belong to the range of subnet prefix {subnet.rid.name}."
        )
        raise CloudError(400, "PrivateIPAddressNotInSubnet", message)
    if is_reserved(address, prefix):
        message = f"Private static IP address {address} falls within reserved IP range of subnet prefix {prefix}."
        raise CloudError(400, "PrivateIPAddressInReservedRange", message)
    if address in taken:
        message = (
            f"IP configuration {rid} is using the private IP address {address} which is already allocated to "
            f"resource {taken[address]}."
        )
        raise CloudError(400, "PrivateIPAddressIsAllocated", message)
    return address


def lowest_free(subnet: Resource, taken: set[IPv4Address]) -> IPv4Address:
    """What Azure gives dynamically. Raises CloudError when the subnet is full."""
    prefix = prefix_of(subnet)
    free = (each for each in prefix if each not in taken and not is_reserved(each, prefix))
    address = next(free, None)
    if address is None:
        message = (
            f"Subnet {subnet.rid.name} with address prefix {prefix} does not have enough capacity for 1 IP addresses."
        )
        raise CloudError(400, "SubnetIsFull", message)
    return address
