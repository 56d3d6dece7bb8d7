"""The instance document: field names and forms as IMDS 2021-08-01 gives them."""

from __future__ import annotations

import ipaddress
from typing import Any

from localazure.hypervisor.base import GuestIdentity, OsProfile


def instance_document(identity: GuestIdentity) -> dict[str, Any]:
    """What ``GET /metadata/instance`` answers."""
    return {"compute": _compute(identity), "network": {"interface": [_interface(identity)]}}


def _compute(identity: GuestIdentity) -> dict[str, Any]:
    profile = identity.os_profile
    return {
        "azEnvironment": "AzurePublicCloud",
        # Never told through IMDS by Azure either; the field is there for old readers.
        "customData": "",
        "location": identity.location,
        "name": identity.name,
        "evictionPolicy": identity.eviction_policy,
        "osProfile": _os_profile(identity, profile),
        "osType": identity.os_type,
        "priority": identity.priority,
        "provider": "Microsoft.Compute",
        "publicKeys": [{"keyData": key.key_data, "path": key.path} for key in profile.ssh_public_keys]
        if profile
        else [],
        "resourceGroupName": identity.resource_group,
        "resourceId": identity.resource_id,
        "subscriptionId": identity.subscription_id,
        "tags": ";".join(f"{name}:{value}" for name, value in identity.tags.items()),
        "tagsList": [{"name": name, "value": value} for name, value in identity.tags.items()],
        "userData": identity.user_data or "",
        "vmId": identity.vm_id,
        "vmScaleSetName": "",
        "vmSize": identity.size,
        "zone": identity.zone,
    }


def _os_profile(identity: GuestIdentity, profile: OsProfile | None) -> dict[str, str]:
    """A specialized VM has no profile of its own; Azure then gives the VM's name and no user."""
    if profile is None:
        return {"adminUsername": "", "computerName": identity.name, "disablePasswordAuthentication": ""}
    return {
        "adminUsername": profile.admin_username,
        "computerName": profile.computer_name,
        "disablePasswordAuthentication": str(profile.disable_password_authentication).lower(),
    }


def _interface(identity: GuestIdentity) -> dict[str, Any]:
    subnet = ipaddress.ip_network(identity.subnet_prefix, strict=False)
    address = {"privateIpAddress": identity.private_ip, "publicIpAddress": identity.public_ip or ""}
    return {
        "ipv4": {
            "ipAddress": [address],
            "subnet": [{"address": str(subnet.network_address), "prefix": str(subnet.prefixlen)}],
        },
        "ipv6": {"ipAddress": []},
        "macAddress": identity.mac_address,
    }
