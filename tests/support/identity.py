"""A guest as localazure describes it, for tests that care about a few of its traits."""

from __future__ import annotations

from typing import Any

from localazure.hypervisor.base import GuestIdentity

VM_ID = "11111111-2222-4333-8444-555555555555"


def identity(name: str = "web", **traits: Any) -> GuestIdentity:
    """A Linux guest in westeurope; ``traits`` are GuestIdentity's fields."""
    usual = {
        "vm_id": VM_ID,
        "name": name,
        "resource_id": f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/{name}",
        "resource_group": "g",
        "subscription_id": "s",
        "location": "westeurope",
        "size": "Standard_B2s",
        "os_type": "Linux",
        "mac_address": "0022480A0B0C",
        "private_ip": "10.0.0.4",
        "subnet_prefix": "10.0.0.0/24",
    }
    return GuestIdentity.model_validate(usual | traits)
