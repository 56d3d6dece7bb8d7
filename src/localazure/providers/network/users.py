"""Who stands under a security group."""

from __future__ import annotations

from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.providers.network.attachments import configurations_in, interfaces_under, refresh_machines
from localazure.store import Resource, Store

_SUBNET = "Microsoft.Network/virtualNetworks/subnets"


def subnets_under(store: Store, group: ResourceId) -> list[Resource]:
    """The subnets that a security group guards."""
    found = store.mentioning(_SUBNET, group)
    return [
        subnet
        for subnet in found
        if str(subnet.properties.get("networkSecurityGroup", {}).get("id", "")).lower() == group.key
    ]


def refresh_users(cloud: Cloud, group: ResourceId) -> None:
    """Tell every machine under a security group that its rules have changed."""
    inside = [
        nic for subnet in subnets_under(cloud.store, group) for nic, _ in configurations_in(cloud.store, subnet.rid)
    ]
    by_id = {nic.rid.key: nic for nic in [*interfaces_under(cloud.store, group), *inside]}
    refresh_machines(cloud, list(by_id.values()))
