"""The six rules that every network security group ends with (documentation: default security rules)."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.store import Resource

# In each: name, what it allows or denies, source, destination, access, priority; the direction is in the name.
_VNET, _BALANCER = "VirtualNetwork", "AzureLoadBalancer"
_DEFAULTS = (
    ("AllowVnetInBound", "inbound traffic from all VMs in VNET", _VNET, _VNET, "Allow", 65000),
    ("AllowAzureLoadBalancerInBound", "inbound traffic from azure load balancer", _BALANCER, "*", "Allow", 65001),
    ("DenyAllInBound", "all inbound traffic", "*", "*", "Deny", 65500),
    ("AllowVnetOutBound", "outbound traffic from all VMs to all VMs in VNET", _VNET, _VNET, "Allow", 65000),
    ("AllowInternetOutBound", "outbound traffic from all VMs to Internet", "*", "Internet", "Allow", 65001),
    ("DenyAllOutBound", "all outbound traffic", "*", "*", "Deny", 65500),
)


def default_rules(group: Resource) -> list[Json]:
    """As they are shown in a group."""
    kind = "Microsoft.Network/networkSecurityGroups/defaultSecurityRules"
    return [
        {
            "name": name,
            "id": str(group.rid.child("defaultSecurityRules", name)),
            "etag": group.extra.get("etag"),
            "type": kind,
            "properties": _properties(description, source, destination, access, priority, name),
        }
        for name, description, source, destination, access, priority in _DEFAULTS
    ]


def _properties(description: str, source: str, destination: str, access: str, priority: int, name: str) -> Json:
    return {
        "provisioningState": "Succeeded",
        "description": f"{access} {description}",
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": destination,
        "access": access,
        "priority": priority,
        "direction": "Inbound" if name.endswith("InBound") else "Outbound",
        "sourcePortRanges": [],
        "destinationPortRanges": [],
        "sourceAddressPrefixes": [],
        "destinationAddressPrefixes": [],
    }
