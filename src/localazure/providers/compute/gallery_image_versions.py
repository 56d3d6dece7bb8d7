"""Gallery image versions: the images themselves, and where they are."""

from __future__ import annotations

import re
import uuid
from typing import Any, ClassVar

from localazure.arm.bodies import Body, Json
from localazure.arm.calls import Answer, Call
from localazure.arm.endings import midway
from localazure.arm.errors import CloudError, invalid_parameter, parent_not_found
from localazure.arm.families import GALLERY, Family
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import ResourceType
from localazure.providers.compute.galleries import check_update
from localazure.providers.compute.gallery_capture import capture, stored
from localazure.providers.compute.gallery_publishing import protected, published, refuse_early_delete
from localazure.providers.compute.gallery_sources import check_sources
from localazure.providers.compute.gallery_version_bodies import GalleryImageVersionBody, StorageProfile
from localazure.providers.compute.image_references import VERSION
from localazure.providers.compute.image_source import GIB
from localazure.providers.compute.purchase_plans import plan_of
from localazure.providers.compute.references import require
from localazure.providers.compute.replication import progress, regions_of, seconds_of, start, status
from localazure.store import Resource

_LARGEST = 2**31 - 1


class GalleryImageVersion(ResourceType):
    full_type: ClassVar[str] = VERSION
    body: ClassVar[type[Body]] = GalleryImageVersionBody
    family: ClassVar[Family] = GALLERY
    create_seconds: ClassVar[float] = 10
    delete_seconds: ClassVar[float] = 183
    halves: ClassVar[frozenset[str]] = frozenset({"put"})

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        storage, sources = self._sources(body, rid, current)
        publishing = published(self.cloud, body.properties.publishing_profile, rid, body.location, current)
        properties = {
            "publishingProfile": publishing,
            "storageProfile": storage,
            "safetyProfile": protected(body.properties.safety_profile, publishing, current),
        }
        internal: Json = dict(current.internal) if current else {"name": f"version-{uuid.uuid4()}"}
        internal["sources"] = sources
        if current is None:
            internal["plan"] = plan_of(self.cloud, require(self.cloud, sources.get("whole") or sources["os"]))
        version = Resource(
            id=str(rid), location=body.location, tags=body.tags, properties=properties, internal=internal
        )
        start(version, current)
        return version

    def write_seconds(self, resource: Resource) -> float:
        """As long as its slowest new region."""
        pending = [progress(resource, region, self.cloud.pace) < 100 for region in regions_of(resource)]
        return seconds_of(resource) if any(pending) else self.create_seconds

    def build(self, resource: Resource) -> None:
        if "layers" in resource.internal:
            return
        layers = stored(capture(self.cloud, resource.internal["sources"], resource.internal["name"]))
        # So that a version that fails here, and is deleted, leaves nothing.
        resource.internal["captured"] = layers
        self.save(resource)
        midway()
        resource.internal["layers"] = layers
        self.save(resource, storageProfile=_measured(resource.properties["storageProfile"], layers))

    def view(self, resource: Resource, call: Call) -> Json:
        if call.method != "GET" or call.query.get("expand", "").lower() != "replicationstatus":
            return self.document(resource, resource.properties)
        shown = {"replicationStatus": status(resource, self.cloud.pace)}
        return self.document(resource, resource.properties | shown)

    def patch(self, call: Call, rid: ResourceId) -> Answer:
        check_update(self.body, call.body)
        return super().patch(call, rid)

    def refuse_delete(self, resource: Resource) -> None:
        refuse_early_delete(resource)

    def destroy(self, resource: Resource) -> None:
        inside = resource.internal
        layers = inside.get("layers") or inside.get("captured") or {"os": None, "data": []}
        for layer in [layers["os"], *(each for _, each in layers["data"])]:
            if layer:
                self.cloud.hypervisor.delete_layer(layer["name"])

    def _sources(self, body: GalleryImageVersionBody, rid: ResourceId, current: Resource | None) -> tuple[Json, Json]:
        """What it is made from, as shown and as kept: settled when it is created, and never changed."""
        asked = body.properties.storage_profile
        if current is not None:
            _refuse_other_source(asked, current)
            return current.properties["storageProfile"], current.internal["sources"]
        definition = self.cloud.store.find(rid.parent) if rid.parent else None
        if definition is None:
            raise parent_not_found(rid)
        return asked.json_body(), check_sources(self.cloud, asked, definition, str(body.location))

    def _check_name(self, rid: ResourceId) -> None:
        parts = rid.name.split(".") if re.fullmatch(r"\d+\.\d+\.\d+", rid.name, re.ASCII) else []
        if not parts or any(int(part) > _LARGEST for part in parts):
            message = (
                "The image version name is invalid. The image version name should follow "
                "Major(int).Minor(int).Patch(int) format, for e.g: 1.0.0, 2018.12.1 etc."
            )
            raise invalid_parameter(message, "galleryImageVersionName")


def _measured(storage: Json, layers: Json) -> Json:
    """The storage profile with the disks that were found in the source, and their sizes."""
    given = {disk["lun"]: disk for disk in storage.get("dataDiskImages", [])}
    os_disk = {"hostCaching": "ReadWrite", **storage.get("osDiskImage", {})} | {"sizeInGB": _gib(layers["os"])}
    data = [
        {"lun": lun, "hostCaching": "None", **given.get(lun, {})} | {"sizeInGB": _gib(layer)}
        for lun, layer in layers["data"]
    ]
    return storage | {"osDiskImage": os_disk, "dataDiskImages": data}


def _gib(layer: Json) -> int:
    return -(-int(layer["size_bytes"]) // GIB)


def _refuse_other_source(asked: StorageProfile, current: Resource) -> None:
    before = StorageProfile.model_validate(current.request["properties"]["storageProfile"])
    pairs = {
        "source.id": (asked.source.id, before.source.id),
        "source.virtualMachineId": (asked.source.virtual_machine_id, before.source.virtual_machine_id),
        "osDiskImage.source.id": (_os_source(asked), _os_source(before)),
        "dataDiskImages": (_data_sources(asked), _data_sources(before)),
    }
    for path, (now, then) in pairs.items():
        if str(now).lower() != str(then).lower():
            target = f"galleryImageVersion.properties.storageProfile.{path}"
            message = f"Changing property '{target}' is not allowed."
            raise CloudError(409, "PropertyChangeNotAllowed", message, target=target)


def _os_source(storage: StorageProfile) -> str | None:
    return storage.os_disk_image.source.id if storage.os_disk_image else None


def _data_sources(storage: StorageProfile) -> list[tuple[int, str]]:
    return sorted((disk.lun, disk.source.id) for disk in storage.data_disk_images if disk.source.id)
