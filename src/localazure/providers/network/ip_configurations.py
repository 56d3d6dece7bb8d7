"""The IP configurations of a network interface: checked against subnet and public address, and given an address."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import ClassVar, Literal

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, not_supported
from localazure.arm.ids import ResourceId
from localazure.providers.network.attachments import configurations_in, configurations_with
from localazure.providers.network.base import ChildBody, NetworkBody, NetworkType, Reference, stamped
from localazure.providers.network.children import child_ids
from localazure.providers.network.private_addresses import lowest_free, static_address
from localazure.providers.network.public_ip_addresses import PUBLIC_IP
from localazure.providers.network.subnets import SUBNET
from localazure.store import Resource


class _Properties(NetworkBody):
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState", "privateLinkConnectionProperties"})
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"loadBalancerBackendAddressPools", "loadBalancerInboundNatRules", "applicationGatewayBackendAddressPools",
         "applicationSecurityGroups", "gatewayLoadBalancer", "virtualNetworkTaps", "privateIPAddressPrefixLength"}
    )  # fmt: skip
    private_ip_address: str | None = None
    private_ip_allocation_method: Literal["Static", "Dynamic"] = "Dynamic"
    private_ip_address_version: Literal["IPv4", "IPv6"] = "IPv4"
    subnet: Reference | None = None
    primary: bool | None = None
    public_ip_address: Reference | None = None


class IpConfigurationBody(ChildBody):
    properties: _Properties = _Properties()


class IpConfigurations:
    """Plans the configurations of one interface in one request."""

    def __init__(self, kind: NetworkType, nic: ResourceId, location: str, current: Resource | None) -> None:
        self._kind, self._nic, self._location, self._current = kind, nic, location, current
        self._given_now: set[IPv4Address] = set()

    def plan(self, bodies: tuple[IpConfigurationBody, ...]) -> list[Json]:
        """What the interface will show. Raises CloudError as Azure refuses."""
        _refuse_count(bodies, self._nic)
        rids = child_ids(self._nic, "ipConfigurations", bodies)
        _refuse_networks({_network(body) for body in bodies if body.properties.subnet}, self._nic)
        alone = len(bodies) == 1
        return [self._one(rid, body.properties, alone=alone) for rid, body in zip(rids, bodies, strict=True)]

    def _one(self, rid: ResourceId, wanted: _Properties, *, alone: bool) -> Json:
        if wanted.private_ip_address_version == "IPv6":
            raise not_supported("IPv6 configurations of a network interface")
        if wanted.subnet is None:
            message = f"Subnet reference is required for ipconfiguration {rid}."
            raise CloudError(400, "SubnetReferenceIsRequired", message)
        subnet = self._kind.refer(wanted.subnet.id, SUBNET, self._nic, self._location)
        properties = wanted.json_body() | {
            "provisioningState": "Succeeded",
            "privateIPAddress": str(self._address(rid, wanted, subnet)),
            "primary": bool(wanted.primary) or alone,
            "subnet": {"id": subnet.id},
        }
        if wanted.public_ip_address is not None:
            properties["publicIPAddress"] = {"id": self._public_ip(rid, wanted.public_ip_address.id).id}
        return _shown(rid, properties)

    def _public_ip(self, rid: ResourceId, reference: str) -> Resource:
        found = self._kind.refer(reference, PUBLIC_IP, self._nic, self._location)
        for _, holder in configurations_with(self._kind.cloud.store, found.rid):
            if str(holder["id"]).lower() != rid.key:
                message = (
                    f"Resource {rid} is referencing public IP address {found.id} that is already allocated to "
                    f"resource {holder['id']}."
                )
                raise CloudError(400, "PublicIPAddressInUse", message)
        return found

    def _address(self, rid: ResourceId, wanted: _Properties, subnet: Resource) -> IPv4Address:
        taken = self._taken(subnet)
        if wanted.private_ip_allocation_method == "Static":
            address = static_address(rid, wanted.private_ip_address, subnet, taken)
        else:
            address = self._kept(rid, subnet) or lowest_free(subnet, set(taken) | self._given_now)
        self._given_now.add(address)
        return address

    def _taken(self, subnet: Resource) -> dict[IPv4Address, str]:
        """Addresses of the subnet that other interfaces hold, and the configurations that hold them."""
        return {
            IPv4Address(configuration["properties"]["privateIPAddress"]): str(configuration["id"])
            for nic, configuration in configurations_in(self._kind.cloud.store, subnet.rid)
            if nic.rid.key != self._nic.key
        }

    def _kept(self, rid: ResourceId, subnet: Resource) -> IPv4Address | None:
        """The address it had, as long as it stays in its subnet."""
        for had in self._current.properties["ipConfigurations"] if self._current else []:
            if str(had["id"]).lower() == rid.key and had["properties"]["subnet"]["id"].lower() == subnet.rid.key:
                return IPv4Address(had["properties"]["privateIPAddress"])
        return None


def _shown(rid: ResourceId, properties: Json) -> Json:
    child = stamped(Resource(id=str(rid)))
    return {"name": rid.name, "id": str(rid), **child.extra, "type": rid.type, "properties": properties}


def _network(body: IpConfigurationBody) -> str:
    reference = body.properties.subnet
    return reference.id.lower().partition("/subnets/")[0] if reference else ""


def _refuse_count(bodies: tuple[IpConfigurationBody, ...], nic: ResourceId) -> None:
    if not bodies:
        message = f"Network interface {nic} must have at least one IP configuration."
        raise CloudError(400, "NetworkInterfaceMustHaveAtLeastOneIpConfiguration", message)
    if len(bodies) > 1 and sum(bool(body.properties.primary) for body in bodies) != 1:
        message = f"Network interface {nic} must have exactly one primary IP configuration."
        raise CloudError(400, "NetworkInterfaceMustHaveExactlyOnePrimaryIpConfiguration", message)


def _refuse_networks(networks: set[str], nic: ResourceId) -> None:
    if len(networks) > 1:
        message = f"All IP configurations of network interface {nic} must be in the same virtual network."
        raise CloudError(400, "IpConfigurationsOnSameNicCannotBeInDifferentVirtualNetworks", message)
