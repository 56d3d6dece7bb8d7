"""Virtual machines, disks and images with few words, for contract tests."""

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.compute import ComputeManagementClient

from tests.contract.conftest import Azure
from tests.support.network import Net
from tests.support.run_command import begin_script

HERE = {"location": "westeurope"}
USER = "mintage"
_KEY_BYTES = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20" + bytes(range(32))
PUBLIC_KEY = f"ssh-ed25519 {base64.b64encode(_KEY_BYTES).decode()}"
MARKETPLACE = {"publisher": "Debian", "offer": "debian-12", "sku": "12-gen2", "version": "latest"}


class Compute:
    """Makes compute resources in one group, and waits for each."""

    def __init__(self, azure: Azure, group: str) -> None:
        self.azure, self.group = azure, group
        self.client: ComputeManagementClient = azure.compute
        self.net = Net(azure, group)
        self.root = f"/subscriptions/{azure.endpoints.subscription}/resourceGroups/{group}/providers/Microsoft.Compute"

    def id_of(self, kind: str, name: str) -> str:
        return f"{self.root}/{kind}/{name}"

    def nic(self, name: str = "nic", **given: Any) -> str:
        """A network interface, in a network that is made the first time. Returns its id."""
        if not list(self.net.client.virtual_networks.list(self.group)):
            self.net.vnet(subnets={"default": "10.1.0.0/24"})
        return str(self.net.nic(name, **given).id)

    def body(self, name: str = "vm", *, nic: str | None = None) -> dict[str, Any]:
        """A request for a machine from the marketplace image, to be changed as a test likes."""
        profile = {"computerName": name, "adminUsername": USER, "linuxConfiguration": linux_login()}
        properties = {
            "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
            "storageProfile": {"imageReference": dict(MARKETPLACE), "osDisk": {"createOption": "FromImage"}},
            "osProfile": profile,
            "networkProfile": {"networkInterfaces": [{"id": nic or self.nic(f"{name}-nic")}]},
            "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        }
        return copy.deepcopy(HERE | {"properties": properties})

    def put(self, name: str, body: Any) -> Any:
        return self.client.virtual_machines.begin_create_or_update(self.group, name, body).result()

    def patch(self, name: str, body: Any) -> Any:
        return self.client.virtual_machines.begin_update(self.group, name, body).result()

    def vm(self, name: str = "vm") -> Any:
        return self.put(name, self.body(name))

    def view(self, name: str = "vm") -> Any:
        return self.client.virtual_machines.instance_view(self.group, name)

    def codes(self, name: str = "vm") -> list[str]:
        return [status.code for status in self.view(name).statuses]

    def act(self, action: str, name: str = "vm", **more: Any) -> None:
        getattr(self.client.virtual_machines, f"begin_{action}")(self.group, name, **more).result()

    def run(self, name: str, *lines: str) -> str:
        """What Run Command answers for the machine."""
        return str(begin_script(self.client, self.group, name, *lines).result().value[0].message)

    def generalized_vm(self, name: str = "vm") -> Any:
        machine = self.vm(name)
        self.act("deallocate", name)
        self.client.virtual_machines.generalize(self.group, name)
        return machine

    def disk(self, name: str = "disk", *, gb: int | None = 4, **creation: Any) -> Any:
        properties = {"creationData": {"createOption": "Empty"} | creation, "diskSizeGB": gb}
        body: Any = HERE | {"properties": {key: value for key, value in properties.items() if value is not None}}
        return self.client.disks.begin_create_or_update(self.group, name, body).result()

    def snapshot(self, source: str, name: str = "snapshot", **properties: Any) -> Any:
        creation = {"createOption": "Copy", "sourceResourceId": source}
        body: Any = HERE | {"properties": {"creationData": creation} | properties}
        return self.client.snapshots.begin_create_or_update(self.group, name, body).result()

    def image(self, name: str = "image", generation: str = "V2", **properties: Any) -> Any:
        body: Any = HERE | {"properties": {"hyperVGeneration": generation} | properties}
        return self.client.images.begin_create_or_update(self.group, name, body).result()


def linux_login() -> dict[str, Any]:
    key = {"path": f"/home/{USER}/.ssh/authorized_keys", "keyData": PUBLIC_KEY}
    return {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}}


def refusal(caught: pytest.ExceptionInfo[HttpResponseError]) -> tuple[int | None, str]:
    """The status and the code of an answer that refused."""
    assert caught.value.error is not None
    return caught.value.status_code, str(caught.value.error.code)
