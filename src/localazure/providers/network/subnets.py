"""Microsoft.Network/virtualNetworks/subnets."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any, ClassVar, Literal

from localazure.arm.bodies import Body, Json
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError, not_supported
from localazure.arm.ids import ResourceId
from localazure.providers.network.attachments import configurations_in, refresh_machines
from localazure.providers.network.base import ChildBody, NetworkBody, NetworkType, Reference, stamped
from localazure.providers.network.prefixes import check_overlaps, check_subnet, parse_prefix
from localazure.store import Resource

SUBNET = "Microsoft.Network/virtualNetworks/subnets"
Policies = Literal["Enabled", "Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"]


class SubnetProperties(NetworkBody):
    read_only: ClassVar[frozenset[str]] = frozenset(
        {"provisioningState", "ipConfigurations", "ipConfigurationProfiles", "privateEndpoints", "purpose",
         "resourceNavigationLinks", "serviceAssociationLinks"}
    )  # fmt: skip
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"routeTable", "natGateway", "delegations", "serviceEndpoints", "serviceEndpointPolicies", "sharingScope",
         "ipAllocations", "ipamPoolPrefixAllocations", "applicationGatewayIPConfigurations"}
    )  # fmt: skip
    address_prefix: str | None = None
    address_prefixes: tuple[str, ...] | None = None
    network_security_group: Reference | None = None
    private_endpoint_network_policies: Policies = "Disabled"
    private_link_service_network_policies: Literal["Enabled", "Disabled"] = "Enabled"
    default_outbound_access: bool | None = None


class SubnetBody(ChildBody):
    properties: SubnetProperties = SubnetProperties()


class Subnet(NetworkType):
    full_type: ClassVar[str] = SUBNET
    body: ClassVar[type[Body]] = SubnetBody
    located: ClassVar[bool] = False
    create_seconds: ClassVar[float] = 3

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        vnet = self.vnet_of(rid)
        others = [each for each in self.cloud.store.of_type(SUBNET, under=vnet.rid) if each.rid.key != rid.key]
        planned = self.planned(body, rid, vnet, current)
        check_overlaps([(each.rid.name, prefix_of(each)) for each in [*others, planned]], vnet.rid.name)
        return planned

    def planned(self, body: SubnetBody, rid: ResourceId, vnet: Resource, current: Resource | None) -> Resource:
        """The subnet a body asks for, checked against its network but not against the other subnets."""
        prefix = _prefix(body.properties, rid)
        space = [parse_prefix(text, vnet.rid) for text in vnet.properties["addressSpace"]["addressPrefixes"]]
        check_subnet(rid.name, prefix, vnet.rid.name, space)
        if current is not None and prefix_of(current) != prefix:
            self._refuse_prefix_change(current)
        group = body.properties.network_security_group
        if group is not None:
            self.refer(group.id, "Microsoft.Network/networkSecurityGroups", rid, vnet.location)
        return stamped(Resource(id=str(rid), properties=_shown(body.properties)))

    def build(self, resource: Resource) -> None:
        nics = {nic.rid.key: nic for nic, _ in configurations_in(self.cloud.store, resource.rid)}
        refresh_machines(self.cloud, list(nics.values()))

    def view(self, resource: Resource, call: Call) -> Json:
        used = configurations_in(self.cloud.store, resource.rid)
        shown = {"ipConfigurations": [{"id": configuration["id"]} for _, configuration in used]} if used else {}
        return self.document(resource, resource.properties | shown)

    def refuse_delete(self, resource: Resource) -> None:
        used = configurations_in(self.cloud.store, resource.rid)
        if used:
            message = (
                f"Subnet {resource.rid.name} is in use by {used[0][1]['id']} and cannot be deleted. In order to delete "
                "the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet."
            )
            raise CloudError(400, "InUseSubnetCannotBeDeleted", message)

    def vnet_of(self, rid: ResourceId) -> Resource:
        parent = rid.parent
        vnet = self.cloud.store.find(parent) if parent else None
        if vnet is None:
            message = f"subnet {rid} has no virtual network"
            raise LookupError(message)
        return vnet

    def _refuse_prefix_change(self, current: Resource) -> None:
        if configurations_in(self.cloud.store, current.rid):
            message = (
                f"IpPrefix {prefix_of(current)} on Subnet {current.rid.name} has active allocations "
                "and cannot be deleted."
            )
            raise CloudError(400, "InUsePrefixCannotBeDeleted", message)


def prefix_of(subnet: Resource) -> IPv4Network:
    """The one address prefix of a subnet."""
    several = subnet.properties.get("addressPrefixes")
    return IPv4Network(several[0] if several else subnet.properties["addressPrefix"])


def _prefix(properties: SubnetProperties, rid: ResourceId) -> IPv4Network:
    given = [*(properties.address_prefixes or []), *([properties.address_prefix] if properties.address_prefix else [])]
    if not given:
        message = f"Address prefix string for resource {rid} cannot be null or empty."
        raise CloudError(400, "AddressPrefixStringCannotBeNullOrEmpty", message)
    if len(set(given)) > 1:
        raise not_supported(f"more than one address prefix in subnet {rid}")
    return parse_prefix(given[0], rid)


def _shown(properties: SubnetProperties) -> Json:
    return properties.json_body() | {"provisioningState": "Succeeded", "delegations": [], "serviceEndpoints": []}
