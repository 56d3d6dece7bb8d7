"""A disk's record and its contents, the same whether a caller made the disk or a virtual machine did."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.providers.compute.image_source import GIB, ImageSource, Layer, OsType
from localazure.providers.compute.references import DISK
from localazure.providers.compute.sizes import Generation
from localazure.store import Resource

LARGEST_GB = 32767


@dataclass(frozen=True)
class Content:
    """What a new disk holds: nothing, a layer, or what another disk holds when it is made."""

    layer: Layer | None = None
    copied_disk: str | None = None
    """The hypervisor's id of the disk to copy."""
    smallest_gb: int = 0
    os_type: OsType | None = None
    generation: Generation | None = None
    plan: Json | None = None
    """The purchase plan that goes with it."""


def content_of(source: Resource) -> Content:
    """The content of a disk or a snapshot."""
    shown = source.properties
    common: dict[str, Any] = {
        "smallest_gb": shown["diskSizeGB"],
        "os_type": shown.get("osType"),
        "generation": shown.get("hyperVGeneration"),
        "plan": shown.get("purchasePlan"),
    }
    if source.rid.type.lower() == DISK.lower():
        return Content(copied_disk=source.internal["disk_id"], **common)
    return Content(Layer(source.internal["layer"], shown["diskSizeBytes"]), **common)


def image_content(image: ImageSource, lun: int | None = None) -> Content:
    """The content of an image's operating system disk, or of its data disk at ``lun``."""
    if lun is None:
        layer = image.os_layer
        return Content(layer, None, layer.size_gb, image.os_type, image.generation, image.plan)
    data = dict(image.data_layers)
    if lun not in data:
        raise invalid_parameter(f"The image '{image.id}' has no data disk at lun {lun}.", "lun")
    return Content(data[lun], smallest_gb=data[lun].size_gb)


def size_in_gb(given: int | None, content: Content) -> int:
    """The size of a new disk: what was asked for, or its content's. Refuses a size that cannot be."""
    if given is None and not content.smallest_gb:
        raise invalid_parameter("Required parameter 'diskSizeGB' is missing (null).", "diskSizeGB")
    size = content.smallest_gb if given is None else given
    if not 1 <= size <= LARGEST_GB:
        message = (
            f"The value '{size}' of parameter 'diskSizeGB' is out of range. The value must be between '1' and "
            f"'{LARGEST_GB}', inclusive."
        )
        raise invalid_parameter(message, "diskSizeGB")
    if size < content.smallest_gb:
        message = (
            f"Disk with size {size}GB, which is smaller than the size {content.smallest_gb}GB of corresponding disk "
            "in Image, is not allowed."
        )
        raise CloudError(409, "OperationNotAllowed", message, target="diskSizeGB")
    return size


def new_disk(
    rid: ResourceId, location: str, sku: str, creation: dict[str, Any], content: Content, size: int
) -> Resource:
    """The record of a disk that is yet to be made. ``creation``: its ``creationData``. ``size`` in GiB."""
    disk_id = str(uuid.uuid4())
    properties = {
        "creationData": creation,
        "diskSizeGB": size,
        "diskSizeBytes": size * GIB,
        "timeCreated": now(),
        "uniqueId": disk_id,
        "encryption": {"type": "EncryptionAtRestWithPlatformKey"},
        "networkAccessPolicy": "AllowAll",
        "publicNetworkAccess": "Enabled",
        "provisioningState": "Succeeded",
    }
    if content.os_type:
        properties |= {"osType": content.os_type, "hyperVGeneration": content.generation or "V1"}
        properties["supportedCapabilities"] = {"architecture": "x64"}
    if content.plan:
        properties["purchasePlan"] = content.plan
    return Resource(
        id=str(rid),
        location=location,
        properties=properties,
        extra={"sku": {"name": sku, "tier": sku.partition("_")[0]}},
        request={
            "location": location,
            "sku": {"name": sku},
            "properties": {"creationData": creation, "diskSizeGB": size},
        },
        internal={
            "disk_id": disk_id,
            "made_bytes": 0,
            "layer": content.layer.name if content.layer else None,
            "copied_disk": content.copied_disk,
        },
    )


def make_disk(cloud: Cloud, disk: Resource) -> None:
    """Bring the hypervisor's disk to what the record says; may be repeated."""
    inside, size = disk.internal, disk.properties["diskSizeBytes"]
    if inside["made_bytes"] == size:
        return
    if inside["made_bytes"]:
        cloud.hypervisor.resize_disk(inside["disk_id"], size)
    elif inside["copied_disk"]:
        passing = cloud.hypervisor.freeze_disk(inside["copied_disk"], f"copy-{inside['disk_id']}")
        cloud.hypervisor.create_disk(inside["disk_id"], layer=passing, size_bytes=size)
        cloud.hypervisor.delete_layer(passing)
    else:
        cloud.hypervisor.create_disk(inside["disk_id"], layer=inside["layer"], size_bytes=size)
    with cloud.store.changing():
        fresh = cloud.store.find(disk.rid)
        if fresh is not None:
            fresh.internal["made_bytes"] = size
            cloud.store.put(fresh)


def now() -> str:
    """The time as Azure writes it."""
    return datetime.now(UTC).isoformat()
