"""A gallery through the SDK, and machines to make its versions from, in few words."""

from __future__ import annotations

from typing import Any

from localazure.arm.ids import ResourceId
from localazure.providers.compute.gallery_source import resolve_gallery_image
from tests.contract.conftest import Azure
from tests.support.network import HERE, Net

DEBIAN = {"publisher": "Debian", "offer": "debian-12", "sku": "12-gen2", "version": "latest"}


class Shelf:
    """A gallery with one definition, and sources to make versions from."""

    def __init__(self, azure: Azure, group: str) -> None:
        self.azure, self.client, self.group = azure, azure.compute, group
        self.gallery = f"gallery_{group.replace('-', '_')}"
        self.root = f"/subscriptions/{azure.endpoints.subscription}/resourceGroups/{group}/providers/Microsoft.Compute"
        self.make_gallery()
        self.define()

    def make_gallery(self, name: str | None = None, **properties: Any) -> Any:
        body: Any = HERE | {"properties": properties}
        return self.client.galleries.begin_create_or_update(self.group, name or self.gallery, body).result()

    def define(self, name: str = "web", **properties: Any) -> Any:
        usual = {
            "osType": "Linux",
            "osState": "Generalized",
            "hyperVGeneration": "V2",
            "features": [{"name": "SecurityType", "value": "None"}],
            "identifier": {"publisher": "contoso", "offer": name, "sku": "1"},
        }
        given = {key: value for key, value in (usual | properties).items() if value is not None}
        body: Any = HERE | {"properties": given}
        return self.client.gallery_images.begin_create_or_update(self.group, self.gallery, name, body).result()

    def disk(self, name: str = "disk", **properties: Any) -> str:
        image = f"{self.image_id}/Skus/12-gen2/Versions/12.20260101.0"
        creation = {"createOption": "FromImage", "imageReference": {"id": image}}
        usual = {"creationData": creation, "osType": "Linux", "hyperVGeneration": "V2"}
        body: Any = HERE | {"sku": {"name": "Standard_LRS"}, "properties": usual | properties}
        return str(self.client.disks.begin_create_or_update(self.group, name, body).result().id)

    def version(self, name: str = "1.0.0", source: str | None = None, image: str = "web", **publishing: Any) -> Any:
        storage = {"osDiskImage": {"source": {"id": source or self.disk()}}}
        return self.put_version(name, {"storageProfile": storage, "publishingProfile": publishing}, image)

    def put_version(self, name: str, properties: Any, image: str = "web") -> Any:
        body: Any = HERE | {"properties": properties}
        versions = self.client.gallery_image_versions
        return versions.begin_create_or_update(self.group, self.gallery, image, name, body).result()

    def patch(self, name: str = "1.0.0", **properties: Any) -> Any:
        # Azure wants a storage profile in every update; an empty one leaves it as it is.
        body: Any = {"properties": {"storageProfile": {}} | properties}
        return self.client.gallery_image_versions.begin_update(self.group, self.gallery, "web", name, body).result()

    def shown(self, name: str = "1.0.0") -> Any:
        versions = self.client.gallery_image_versions
        return versions.get(self.group, self.gallery, "web", name, expand="ReplicationStatus")

    def latest(self, location: str = "westeurope") -> str:
        rid = ResourceId.parse(f"{self.root}/galleries/{self.gallery}/images/web")
        return resolve_gallery_image(self.azure.server.cloud, rid, location).rid.name

    @property
    def image_id(self) -> str:
        locations = f"/subscriptions/{self.azure.endpoints.subscription}/providers/Microsoft.Compute/locations"
        return f"{locations}/westeurope/Publishers/Debian/ArtifactTypes/VMImage/Offers/debian-12"


def machine(azure: Azure, group: str, name: str = "vm") -> str:
    """The id of a running Debian machine, in a network of its own."""
    net = Net(azure, group)
    net.vnet(subnets={"default": "10.1.0.0/24"})
    return start_machine(azure, group, net.nic().id, name)


def start_machine(azure: Azure, group: str, nic: str, name: str = "vm") -> str:
    """The id of a running Debian machine on that interface."""
    body: Any = HERE | {
        "properties": {
            "hardwareProfile": {"vmSize": "Standard_B1s"},
            "storageProfile": {"imageReference": DEBIAN, "osDisk": {"createOption": "FromImage"}},
            "osProfile": {"computerName": name, "adminUsername": "builder", "adminPassword": "Correct-horse-9"},
            "networkProfile": {"networkInterfaces": [{"id": nic}]},
        }
    }
    return str(azure.compute.virtual_machines.begin_create_or_update(group, name, body).result().id)
