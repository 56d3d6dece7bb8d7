"""Disks made of VHDs: uploaded by the caller to the disk itself, or taken from a storage account's blob."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.ids import ResourceId
from localazure.blobs.records import Place
from localazure.cloud import Cloud
from localazure.providers.compute.disk_bodies import CreationData, DiskBody
from localazure.providers.compute.disk_records import Content, new_disk
from localazure.providers.compute.image_source import GIB
from localazure.providers.compute.references import STORAGE_ACCOUNT, parse_id, require_type
from localazure.providers.compute.vhd_files import check_vhd
from localazure.store import Resource
from localazure.vhd import FOOTER

SMALLEST_UPLOAD, LARGEST_UPLOAD = 20 * 1024**2 + FOOTER, 32 * 1024**4 + FOOTER
"""Bytes, the footer among them (REST API, CreationData.uploadSizeBytes)."""


def new_upload(body: DiskBody, rid: ResourceId) -> Resource:
    """The record of a disk that waits for its bytes. Raises CloudError for a size that cannot be."""
    creation = body.properties.creation_data
    size = creation.upload_size_bytes
    if size is None:
        message = "Required parameter 'creationData.uploadSizeBytes' is missing (null)."
        raise invalid_parameter(message, "creationData.uploadSizeBytes")
    if not SMALLEST_UPLOAD <= size <= LARGEST_UPLOAD or (size - FOOTER) % 1024**2:
        message = (
            f"The value '{size}' of parameter 'creationData.uploadSizeBytes' is out of range. It must be a whole "
            f"number of MiB and the {FOOTER} bytes of the VHD footer, between '{SMALLEST_UPLOAD}' and "
            f"'{LARGEST_UPLOAD}'."
        )
        raise invalid_parameter(message, "creationData.uploadSizeBytes")
    disk = _record(body, rid, size - FOOTER)
    disk.internal["awaits_upload"] = True
    return disk


def new_import(cloud: Cloud, body: DiskBody, rid: ResourceId) -> Resource:
    """The record of a disk made from a blob. Raises CloudError for a blob that is not there, or no fixed VHD."""
    place = _blob(cloud, body.properties.creation_data)
    blob = cloud.blobs.blob(place)
    if blob is None:
        message = f"Source blob '{body.properties.creation_data.source_uri}' does not exist."
        raise CloudError(404, "BlobNotFound", message, target="creationData.sourceUri")
    check_vhd(cloud.blobs.path(blob), place.blob)
    disk = _record(body, rid, blob.size - FOOTER)
    disk.internal["import"] = [place.account, place.container, place.blob]
    return disk


def awaits_upload(disk: Resource) -> bool:
    return bool(disk.internal.get("awaits_upload"))


def check_upload_access(disk: Resource, level: str) -> None:
    """Until it was uploaded, a disk can only be written to."""
    if level != "Write":
        message = f"Disk {disk.rid.name} waits for its upload, so that only Write access can be granted."
        raise CloudError(409, "OperationNotAllowed", message)


def make_from_vhd(cloud: Cloud, disk: Resource, vhd: Path) -> None:
    """Give the disk what the file holds; may be repeated. Raises CloudError when that is no fixed VHD."""
    check_vhd(vhd, disk.rid.name)
    disk_id, size = disk.internal["disk_id"], disk.properties["diskSizeBytes"]
    layer = f"vhd-{disk_id}"
    cloud.hypervisor.import_layer(layer, vhd)
    cloud.hypervisor.create_disk(disk_id, layer=layer, size_bytes=size)
    cloud.hypervisor.delete_layer(layer)
    with cloud.store.changing():
        fresh = cloud.store.find(disk.rid)
        if fresh is not None:
            fresh.internal |= {"made_bytes": size, "awaits_upload": False}
            disk.internal |= fresh.internal
            cloud.store.put(fresh)


def _record(body: DiskBody, rid: ResourceId, size_bytes: int) -> Resource:
    asked = body.properties
    size_gb = max(-(-size_bytes // GIB), asked.disk_size_gb or 0)
    content = Content(os_type=asked.os_type, generation=asked.hyper_v_generation)
    disk = new_disk(rid, str(body.location), body.sku.name, asked.creation_data.json_body(), content, size_gb)
    disk.properties["diskSizeBytes"] = max(size_bytes, (asked.disk_size_gb or 0) * GIB)
    return disk


def _blob(cloud: Cloud, creation: CreationData) -> Place:
    if creation.source_uri is None or creation.storage_account_id is None:
        missing = "sourceUri" if creation.source_uri is None else "storageAccountId"
        message = f"Required parameter 'creationData.{missing}' is missing (null)."
        raise invalid_parameter(message, f"creationData.{missing}")
    account = parse_id(creation.storage_account_id, "creationData.storageAccountId")
    require_type(account, "creationData.storageAccountId", STORAGE_ACCOUNT)
    url = urlsplit(creation.source_uri)
    parts = unquote(url.path).lstrip("/").split("/", 2)
    if f"{url.scheme}://{url.netloc}" != cloud.blob_endpoint or len(parts) != 3 or parts[0] != account.name:
        message = f"'{creation.source_uri}' is no blob of storage account '{account.name}'."
        raise invalid_parameter(message, "creationData.sourceUri")
    return Place(*parts)
