"""Managed images (``Microsoft.Compute/images``)."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any, ClassVar, Literal

from pydantic import Field

from localazure.arm.bodies import Body, Json, SubResource, TrackedBody
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import ResourceType
from localazure.providers.compute.image_source import CapturedDisks, Layer, OsType
from localazure.providers.compute.layers import capture_layers, delete_captured, freeze
from localazure.providers.compute.purchase_plans import plan_of
from localazure.providers.compute.references import DISK, IMAGE, SNAPSHOT, VIRTUAL_MACHINE, find_source, require
from localazure.providers.compute.sizes import Generation
from localazure.store import Resource


class ImageDisk(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"blobUri", "diskEncryptionSet"})
    managed_disk: SubResource | None = None
    snapshot: SubResource | None = None
    caching: Literal["None", "ReadOnly", "ReadWrite"] = "None"
    disk_size_gb: int | None = Field(None, alias="diskSizeGB")
    storage_account_type: Literal["Standard_LRS", "StandardSSD_LRS", "Premium_LRS"] = "Standard_LRS"


class ImageOsDisk(ImageDisk):
    os_type: OsType
    os_state: Literal["Generalized", "Specialized"]


class ImageDataDisk(ImageDisk):
    lun: int = Field(ge=0, le=63)


class ImageStorageProfile(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"zoneResilient"})
    os_disk: ImageOsDisk | None = None
    data_disks: tuple[ImageDataDisk, ...] = ()


class ImageProperties(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState"})
    source_virtual_machine: SubResource | None = None
    storage_profile: ImageStorageProfile | None = None
    hyper_v_generation: Generation = "V1"


class ImageBody(TrackedBody):
    unsupported: ClassVar[frozenset[str]] = frozenset({"extendedLocation"})
    properties: ImageProperties


class ManagedImage(ResourceType):
    full_type: ClassVar[str] = IMAGE
    body: ClassVar[type[Body]] = ImageBody
    create_seconds: ClassVar[float] = 31
    delete_seconds: ClassVar[float] = 31

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        if current is not None:
            return _changed(body, current)
        properties, generation = self._shown(body), body.properties.hyper_v_generation
        properties |= {"hyperVGeneration": generation}
        return Resource(
            id=str(rid),
            location=body.location,
            tags=body.tags,
            properties=properties,
            internal={"name": f"image-{uuid.uuid4()}", "plan": self._plan(properties)},
        )

    def build(self, resource: Resource) -> None:
        if "layers" in resource.internal:
            return
        captured = self._captured(resource)
        layers = {
            "os": _stored(captured.os_layer),
            "data": [[lun, _stored(each)] for lun, each in captured.data_layers],
        }
        resource.internal["layers"] = layers
        self.save(resource)

    def destroy(self, resource: Resource) -> None:
        layers = resource.internal.get("layers")
        if layers:
            data = tuple((lun, Layer(**layer)) for lun, layer in layers["data"])
            delete_captured(self.cloud, CapturedDisks(Layer(**layers["os"]), data, None, None))

    def _shown(self, body: ImageBody) -> Json:
        machine, storage = body.properties.source_virtual_machine, body.properties.storage_profile
        if machine:
            return self._from_machine(machine.id, body)
        if storage is None or storage.os_disk is None:
            raise invalid_parameter("Required parameter 'storageProfile.osDisk' is missing (null).", "osDisk")
        for path, disk in (("osDisk", storage.os_disk), *((f"dataDisks[{d.lun}]", d) for d in storage.data_disks)):
            self._check_disk(disk, path, body)
        return {"storageProfile": {**storage.json_body(), "zoneResilient": False}}

    def _from_machine(self, machine_id: str, body: ImageBody) -> Json:
        target = "sourceVirtualMachine.id"
        machine = find_source(self.cloud, machine_id, target, body.location, VIRTUAL_MACHINE)
        if not machine.internal["generalized"]:
            message = (
                f"The operation 'Create Image' requires the Virtual Machine '{machine.rid.name}' to be Generalized."
            )
            raise CloudError(409, "OperationNotAllowed", message)
        disks = machine.properties["storageProfile"]
        self._check_generation(require(self.cloud, disks["osDisk"]["managedDisk"]["id"]), body)
        return {"sourceVirtualMachine": {"id": machine.id}, "storageProfile": _machine_storage(disks)}

    def _plan(self, shown: Json) -> Json | None:
        os_disk = shown["storageProfile"]["osDisk"]
        source = shown.get("sourceVirtualMachine") or os_disk.get("managedDisk") or os_disk["snapshot"]
        return plan_of(self.cloud, require(self.cloud, source["id"]))

    def _check_disk(self, disk: ImageDisk, path: str, body: ImageBody) -> None:
        given = [each for each in (disk.managed_disk, disk.snapshot) if each]
        if len(given) != 1:
            raise invalid_parameter(f"'{path}' needs exactly one of managedDisk and snapshot.", path)
        source = find_source(self.cloud, given[0].id, f"{path}.id", body.location, DISK, SNAPSHOT)
        if path == "osDisk":
            self._check_generation(source, body)

    def _check_generation(self, source: Resource, body: ImageBody) -> None:
        if source.properties.get("supportedCapabilities", {}).get("architecture") == "Arm64":
            message = (
                f"The operation 'Create Image' is not supported for '{source.rid}', whose CPU Architecture is 'Arm64'. "
                "Use a gallery image version instead."
            )
            raise CloudError(409, "OperationNotAllowed", message, target="storageProfile.osDisk")
        found, asked = source.properties.get("hyperVGeneration", "V1"), body.properties.hyper_v_generation
        if found != asked:
            message = (
                f"The HyperVGeneration '{asked}' of the image does not match the HyperVGeneration '{found}' of its "
                f"source '{source.rid}'. Set hyperVGeneration to '{found}'."
            )
            raise invalid_parameter(message, "hyperVGeneration")

    def _captured(self, resource: Resource) -> CapturedDisks:
        machine, name = resource.properties.get("sourceVirtualMachine"), resource.internal["name"]
        if machine:
            return capture_layers(self.cloud, require(self.cloud, machine["id"]), name)
        storage = resource.properties["storageProfile"]
        data = tuple((disk["lun"], self._freeze(disk, f"{name}-data-{disk['lun']}")) for disk in storage["dataDisks"])
        return CapturedDisks(self._freeze(storage["osDisk"], f"{name}-os"), data, None, None)

    def _freeze(self, disk: Json, name: str) -> Layer:
        source = disk.get("managedDisk") or disk["snapshot"]
        return freeze(self.cloud, require(self.cloud, source["id"]), name)


def _stored(layer: Layer | None) -> Json | None:
    return asdict(layer) if layer else None


def _machine_storage(disks: Json) -> Json:
    os_disk = _machine_disk(disks["osDisk"]) | {"osType": disks["osDisk"]["osType"], "osState": "Generalized"}
    data = [{"lun": disk["lun"]} | _machine_disk(disk) for disk in disks["dataDisks"]]
    return {"osDisk": os_disk, "dataDisks": data, "zoneResilient": False}


def _machine_disk(disk: Json) -> Json:
    """A machine's disk as its image shows it: the storage type stands beside the disk's id, not with it."""
    managed = disk["managedDisk"]
    shown = {key: disk[key] for key in ("caching", "diskSizeGB")} | {"managedDisk": {"id": managed["id"]}}
    return shown | {key: value for key, value in managed.items() if key == "storageAccountType"}


def _changed(body: ImageBody, current: Resource) -> Resource:
    """Only the tags of an image change."""
    asked, before = body.properties.json_body(), current.request["properties"]
    changed = next((key for key in asked if asked[key] != before.get(key)), None)
    if changed:
        message = f"Changing property '{changed}' is not allowed."
        raise CloudError(409, "PropertyChangeNotAllowed", message, target=changed)
    updated = current.model_copy(deep=True)
    updated.tags = body.tags
    return updated
