"""Networks, addresses and interfaces through the SDK, in few words."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.network import NetworkManagementClient

from tests.contract.conftest import Azure

HERE = {"location": "westeurope"}


def code_of(error: pytest.ExceptionInfo[HttpResponseError]) -> str:
    assert error.value.error is not None
    return str(error.value.error.code)


class Net:
    """Makes network resources in one group with few words, and waits for each."""

    def __init__(self, azure: Azure, group: str) -> None:
        self.client: NetworkManagementClient = azure.network
        self.group = group
        self.root = f"/subscriptions/{azure.endpoints.subscription}/resourceGroups/{group}/providers/Microsoft.Network"

    def vnet(self, name: str = "net", prefix: str = "10.1.0.0/16", subnets: Any = None, **properties: Any) -> Any:
        inner = {"addressSpace": {"addressPrefixes": [prefix]}, **properties}
        if subnets is not None:
            inner["subnets"] = [{"name": key, "properties": {"addressPrefix": at}} for key, at in subnets.items()]
        body: Any = HERE | {"properties": inner}
        return self.client.virtual_networks.begin_create_or_update(self.group, name, body).result()

    def subnet(self, name: str, prefix: str, vnet: str = "net", **properties: Any) -> Any:
        body: Any = {"properties": {"addressPrefix": prefix, **properties}}
        return self.client.subnets.begin_create_or_update(self.group, vnet, name, body).result()

    def security_group(self, name: str = "nsg", *rules: Any) -> Any:
        body: Any = HERE | {"properties": {"securityRules": list(rules)}}
        return self.client.network_security_groups.begin_create_or_update(self.group, name, body).result()

    def public_ip(self, name: str = "pip", sku: str = "Standard", method: str = "Static", **more: Any) -> Any:
        body: Any = HERE | {"sku": {"name": sku}, "properties": {"publicIPAllocationMethod": method}, **more}
        return self.client.public_ip_addresses.begin_create_or_update(self.group, name, body).result()

    def nic(self, name: str = "nic", *, subnet: str = "default", location: str = "westeurope", **given: Any) -> Any:
        """``given``: properties of the interface (networkSecurityGroup) or of its one configuration (the rest)."""
        outer = {key: given.pop(key) for key in list(given) if key == "networkSecurityGroup"}
        inner = {"subnet": {"id": f"{self.root}/virtualNetworks/net/subnets/{subnet}"}, **given}
        outer["ipConfigurations"] = [{"name": "primary", "properties": inner}]
        body: Any = {"location": location, "properties": outer}
        return self.client.network_interfaces.begin_create_or_update(self.group, name, body).result()

    def id_of(self, kind: str, name: str) -> dict[str, str]:
        return {"id": f"{self.root}/{kind}/{name}"}


def rule(name: str, priority: int, **properties: Any) -> dict[str, Any]:
    """An inbound rule that lets in SSH from anywhere, but for what is given."""
    usual: dict[str, Any] = {
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": "22",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "access": "Allow",
        "direction": "Inbound",
        "priority": priority,
    }
    return {"name": name, "properties": usual | properties}
