"""Microsoft.Network/virtualNetworks."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any, ClassVar, Literal

from localazure.arm.bodies import Body, Json, TrackedBody
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.providers.network.attachments import configurations_in, refresh_machines
from localazure.providers.network.base import NetworkBody, NetworkType, resource_guid, stamped, tracked
from localazure.providers.network.children import child_ids, replace_children
from localazure.providers.network.prefixes import check_overlaps, check_space, check_subnet, parse_prefix
from localazure.providers.network.subnets import SUBNET, Subnet, SubnetBody, prefix_of
from localazure.store import Resource


class _AddressSpace(NetworkBody):
    unsupported: ClassVar[frozenset[str]] = frozenset({"ipamPoolPrefixAllocations"})
    address_prefixes: tuple[str, ...] = ()


class _DhcpOptions(NetworkBody):
    dns_servers: tuple[str, ...] = ()


class _Properties(NetworkBody):
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState", "resourceGuid", "flowLogs"})
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"virtualNetworkPeerings", "enableDdosProtection", "ddosProtectionPlan", "bgpCommunities", "encryption",
         "ipAllocations", "flowTimeoutInMinutes"}
    )  # fmt: skip
    address_space: _AddressSpace = _AddressSpace()
    dhcp_options: _DhcpOptions | None = None
    subnets: tuple[SubnetBody, ...] | None = None
    enable_vm_protection: bool | None = None
    private_endpoint_v_net_policies: Literal["Disabled", "Basic"] | None = None


class VirtualNetworkBody(TrackedBody):
    read_only: ClassVar[frozenset[str]] = tracked()
    unsupported: ClassVar[frozenset[str]] = frozenset({"extendedLocation"})
    properties: _Properties = _Properties()


class VirtualNetwork(NetworkType):
    full_type: ClassVar[str] = "Microsoft.Network/virtualNetworks"
    body: ClassVar[type[Body]] = VirtualNetworkBody
    create_seconds: ClassVar[float] = 8
    name_pattern: ClassVar[str] = r"[A-Za-z0-9]([\w.-]{0,62}\w)?"

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        space = _space(body.properties, rid)
        shown = body.properties.model_copy(update={"subnets": None}).json_body()
        shown |= {
            "resourceGuid": resource_guid(current),
            "virtualNetworkPeerings": [],
            "enableDdosProtection": False,
        }
        vnet = Resource(id=str(rid), location=body.location, tags=body.tags, properties=shown)
        planned = self._subnets(body.properties.subnets, vnet, space)
        check_overlaps([(each.rid.name, prefix_of(each)) for each in planned], rid.name)
        replace_children(self._subnet_type, rid, planned)
        return stamped(vnet)

    def build(self, resource: Resource) -> None:
        subnets = self.cloud.store.of_type(SUBNET, under=resource.rid)
        nics = [nic for subnet in subnets for nic, _ in configurations_in(self.cloud.store, subnet.rid)]
        refresh_machines(self.cloud, nics)

    def view(self, resource: Resource, call: Call) -> Json:
        subnets = [self._subnet_type.view(each, call) for each in self.cloud.store.of_type(SUBNET, under=resource.rid)]
        if resource.state != "Succeeded":
            for subnet in subnets:
                subnet["properties"] = subnet["properties"] | {"provisioningState": resource.state}
        return self.document(resource, resource.properties | {"subnets": subnets})

    def refuse_delete(self, resource: Resource) -> None:
        for subnet in self.cloud.store.of_type(SUBNET, under=resource.rid):
            self._subnet_type.refuse_delete(subnet)

    def settle_delete(self, resource: Resource) -> None:
        for subnet in self.cloud.store.of_type(SUBNET, under=resource.rid):
            self.cloud.store.delete(subnet.rid)

    @property
    def _subnet_type(self) -> Subnet:
        return Subnet(self.cloud)

    def _subnets(
        self, bodies: tuple[SubnetBody, ...] | None, vnet: Resource, space: list[IPv4Network]
    ) -> list[Resource]:
        """The subnets there will be: those given, or, when the request is silent about them, those there are."""
        if bodies is None:
            kept = self.cloud.store.of_type(SUBNET, under=vnet.rid)
            for subnet in kept:
                check_subnet(subnet.rid.name, prefix_of(subnet), vnet.rid.name, space)
            return kept
        rids = child_ids(vnet.rid, "subnets", bodies)
        pairs = zip(rids, bodies, strict=True)
        return [self._subnet_type.planned(body, rid, vnet, self.cloud.store.find(rid)) for rid, body in pairs]


def _space(properties: _Properties, rid: ResourceId) -> list[IPv4Network]:
    if not properties.address_space.address_prefixes:
        message = f"Virtual network {rid} must have at least one address prefix in its address space."
        raise CloudError(400, "AddressSpaceEmpty", message)
    space = [parse_prefix(text, rid) for text in properties.address_space.address_prefixes]
    check_space(space, rid)
    return space
