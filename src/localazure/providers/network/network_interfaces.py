"""Microsoft.Network/networkInterfaces."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar, Literal

from localazure.arm.bodies import Body, Json, TrackedBody
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.arm.families import Style
from localazure.arm.ids import ResourceId
from localazure.providers.network.attachments import NIC, machine_of, refresh_machines
from localazure.providers.network.base import (
    NetworkBody,
    NetworkType,
    Reference,
    resource_guid,
    stamped,
    tracked,
)
from localazure.providers.network.ip_configurations import IpConfigurationBody, IpConfigurations
from localazure.store import Resource


class _DnsSettings(NetworkBody):
    read_only: ClassVar[frozenset[str]] = frozenset({"appliedDnsServers", "internalFqdn", "internalDomainNameSuffix"})
    dns_servers: tuple[str, ...] = ()
    internal_dns_name_label: str | None = None


class _Properties(NetworkBody):
    read_only: ClassVar[frozenset[str]] = frozenset(
        {"provisioningState", "resourceGuid", "virtualMachine", "macAddress", "primary", "hostedWorkloads",
         "tapConfigurations", "vnetEncryptionSupported", "defaultOutboundConnectivityEnabled", "privateEndpoint",
         "dscpConfiguration", "allowPort25Out"}
    )  # fmt: skip
    ip_configurations: tuple[IpConfigurationBody, ...] = ()
    network_security_group: Reference | None = None
    dns_settings: _DnsSettings = _DnsSettings()
    enable_accelerated_networking: bool = False
    enable_ip_forwarding: bool = False
    disable_tcp_state_tracking: bool = False
    nic_type: Literal["Standard"] = "Standard"
    auxiliary_mode: Literal["None"] = "None"
    auxiliary_sku: Literal["None"] = "None"


class NetworkInterfaceBody(TrackedBody):
    read_only: ClassVar[frozenset[str]] = tracked("kind")
    unsupported: ClassVar[frozenset[str]] = frozenset({"extendedLocation"})
    properties: _Properties = _Properties()


class NetworkInterface(NetworkType):
    full_type: ClassVar[str] = NIC
    body: ClassVar[type[Body]] = NetworkInterfaceBody
    creation: ClassVar[Style] = Style.SYNC

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        group = body.properties.network_security_group
        if group is not None:
            self.refer(group.id, "Microsoft.Network/networkSecurityGroups", rid, body.location)
        properties = body.properties.json_body() | {
            "ipConfigurations": IpConfigurations(self, rid, body.location, current).plan(
                body.properties.ip_configurations
            ),
            "resourceGuid": resource_guid(current),
            "dnsSettings": _dns(body.properties.dns_settings, current),
            "vnetEncryptionSupported": False,
            "hostedWorkloads": [],
            "tapConfigurations": [],
        }
        internal = (
            current.internal
            if current
            else {"macAddress": f"00-0D-3A-{_random_byte()}-{_random_byte()}-{_random_byte()}"}
        )
        nic = Resource(id=str(rid), location=body.location, tags=body.tags, properties=properties, internal=internal)
        return stamped(nic)

    def build(self, resource: Resource) -> None:
        refresh_machines(self.cloud, [resource])

    def view(self, resource: Resource, call: Call) -> Json:
        machine = machine_of(self.cloud.store, resource.rid)
        if machine is None:
            return self.document(resource, resource.properties)
        shown = {
            "virtualMachine": {"id": machine.id},
            "macAddress": resource.internal["macAddress"],
            "primary": _is_primary(machine, resource.rid),
        }
        return self.document(resource, resource.properties | shown)

    def refuse_delete(self, resource: Resource) -> None:
        machine = machine_of(self.cloud.store, resource.rid)
        if machine is not None:
            message = (
                f"Network Interface {resource.id} is used by existing resource {machine.id}. In order to delete the "
                "network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic."
            )
            raise CloudError(400, "NicInUse", message)

    def _write_now(self, call: Call, resource: Resource, *, new: bool) -> Answer:
        """Done at once, except that a running machine has to be told: then as Azure shows it, ``Updating``."""
        answer = super()._write_now(call, resource, new=new)
        if machine_of(self.cloud.store, resource.rid) is None:
            return answer
        resource.properties["provisioningState"] = "Updating"
        self.cloud.store.put(resource)
        self._begin("put", resource.rid, self.create_seconds, {})
        return Answer(answer.status, self.view(resource, call))


def mac_address(nic: Resource) -> str:
    """Twelve upper-case hexadecimal digits, as IMDS writes them."""
    return str(nic.internal["macAddress"]).replace("-", "")


def private_address(nic: Resource) -> str:
    """The private address of the interface's primary IP configuration."""
    configurations = nic.properties["ipConfigurations"]
    primary = next(each for each in configurations if each["properties"]["primary"])
    return str(primary["properties"]["privateIPAddress"])


def _dns(settings: _DnsSettings, current: Resource | None) -> Json:
    suffix = current.properties["dnsSettings"]["internalDomainNameSuffix"] if current else _new_suffix()
    return settings.json_body() | {"appliedDnsServers": settings.dns_servers, "internalDomainNameSuffix": suffix}


def _new_suffix() -> str:
    return f"{secrets.token_hex(13)}.bx.internal.cloudapp.net"


def _random_byte() -> str:
    return f"{secrets.randbelow(256):02X}"


def _is_primary(machine: Resource, nic: ResourceId) -> bool:
    attached = machine.properties["networkProfile"]["networkInterfaces"]
    mine = next(each for each in attached if str(each["id"]).lower() == nic.key)
    return len(attached) == 1 or bool(mine.get("properties", {}).get("primary", mine.get("primary")))
