"""Microsoft.Network/publicIPAddresses. Each is a loopback address of its own, on which a guest's ports answer."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from localazure.arm.bodies import Body, Json, TrackedBody
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError, not_supported
from localazure.arm.ids import ResourceId
from localazure.locations import check_zones
from localazure.providers.network.attachments import configurations_with
from localazure.providers.network.base import NetworkBody, NetworkType, resource_guid, stamped, tracked
from localazure.providers.network.loopback import choose_address
from localazure.store import Resource

PUBLIC_IP = "Microsoft.Network/publicIPAddresses"


class _Sku(NetworkBody):
    name: Literal["Basic", "Standard", "StandardV2"] = "Basic"
    tier: Literal["Regional", "Global"] = "Regional"


class _DdosSettings(NetworkBody):
    protection_mode: Literal["VirtualNetworkInherited", "Enabled", "Disabled"] = "VirtualNetworkInherited"


class _Properties(NetworkBody):
    read_only: ClassVar[frozenset[str]] = frozenset(
        {"provisioningState", "resourceGuid", "ipConfiguration", "ipAddress"}
    )
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"dnsSettings", "ipTags", "publicIPPrefix", "natGateway", "linkedPublicIPAddress", "servicePublicIPAddress"}
    )
    public_ip_allocation_method: Literal["Static", "Dynamic"] = "Dynamic"
    public_ip_address_version: Literal["IPv4", "IPv6"] = "IPv4"
    idle_timeout_in_minutes: int = Field(4, ge=4, le=30)
    ddos_settings: _DdosSettings = _DdosSettings()
    delete_option: Literal["Delete", "Detach"] | None = None


class PublicIPAddressBody(TrackedBody):
    read_only: ClassVar[frozenset[str]] = tracked()
    unsupported: ClassVar[frozenset[str]] = frozenset({"extendedLocation"})
    sku: _Sku = _Sku()
    zones: tuple[str, ...] = ()
    properties: _Properties = _Properties()


class PublicIPAddress(NetworkType):
    full_type: ClassVar[str] = PUBLIC_IP
    body: ClassVar[type[Body]] = PublicIPAddressBody

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        _refuse(body, rid)
        check_zones(body.zones, rid, body.location)
        _refuse_zone_change(body.zones, rid, current)
        properties = body.properties.json_body() | {
            "ipTags": [],
            "resourceGuid": resource_guid(current),
            "ipAddress": current.properties["ipAddress"] if current else self._new_address(),
        }
        extra: Json = {"sku": body.sku.json_body()} | ({"zones": list(body.zones)} if body.zones else {})
        resource = Resource(id=str(rid), location=body.location, tags=body.tags, properties=properties, extra=extra)
        return stamped(resource)

    def view(self, resource: Resource, call: Call) -> Json:
        holders = configurations_with(self.cloud.store, resource.rid)
        shown = {"ipConfiguration": {"id": holders[0][1]["id"]}} if holders else {}
        return self.document(resource, resource.properties | shown)

    def refuse_delete(self, resource: Resource) -> None:
        holders = configurations_with(self.cloud.store, resource.rid)
        if holders:
            message = (
                f"Public IP address {resource.id} can not be deleted since it is still allocated to resource "
                f"{holders[0][1]['id']}. In order to delete the public IP, disassociate/detach the Public IP address "
                "from the resource.  To learn how to do this, see aka.ms/deletepublicip."
            )
            raise CloudError(400, "PublicIPAddressCannotBeDeleted", message)

    def _new_address(self) -> str:
        taken = {str(each.properties["ipAddress"]) for each in self.cloud.store.of_type(PUBLIC_IP)}
        return choose_address(taken, self.cloud.settings.guest_port_offset)


def _refuse(body: PublicIPAddressBody, rid: ResourceId) -> None:
    if body.sku.name == "Basic":
        # Retired on 30 September 2025: subscriptions are allowed none.
        message = "Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region."
        raise CloudError(400, "IPv4BasicSkuPublicIpCountLimitReached", message)
    if body.properties.public_ip_allocation_method != "Static":
        message = f"{body.sku.name} sku publicIp {rid} must have AllocationMethod set to Static."
        raise CloudError(400, "StandardAndStandardV2SkuPublicIPAddressesMustBeStatic", message)
    unsupported = {
        "the Global tier of a public IP address": body.sku.tier == "Global",
        "IPv6 public addresses": body.properties.public_ip_address_version == "IPv6",
        "DDoS protection of a public IP address": body.properties.ddos_settings.protection_mode == "Enabled",
    }
    for what, asked in unsupported.items():
        if asked:
            raise not_supported(what)


def _refuse_zone_change(zones: tuple[str, ...], rid: ResourceId, current: Resource | None) -> None:
    had = current.extra.get("zones", []) if current else zones
    if sorted(had) != sorted(zones):
        message = (
            f"Resource {rid} has an existing availability zone constraint {', '.join(had)} and the request has "
            f"availability zone constraint {', '.join(zones)}, which do not match. Zones cannot be "
            "added/updated/removed once the resource is created. The resource cannot be updated from regional to "
            "zonal or vice-versa."
        )
        raise CloudError(400, "ResourceAvailabilityZonesCannotBeModified", message)
