"""The model of Debian as a disk image's file, got the way anyone gets one: a disk of it is made and exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from azure.storage.blob import BlobClient

from mintage.azure.clients import Clients

MARKETPLACE = (
    "/subscriptions/{}/providers/Microsoft.Compute/locations/westeurope/publishers/Debian/artifactTypes/VMImage"
)


def export_debian(clients: Clients, folder: Path) -> Path:
    """A fixed VHD of 30 GiB with holes, of the marketplace's image before its first boot."""
    group, out = "exported-debian", folder / "debian.vhd"
    clients.resources.resource_groups.create_or_update(group, {"location": "westeurope"})
    image = clients.compute.virtual_machine_images
    version = image.list("westeurope", "Debian", "debian-12", "12-gen2")[0].name
    source = MARKETPLACE.format(clients.subscription_id) + f"/Offers/debian-12/Skus/12-gen2/Versions/{version}"
    disk: Any = {
        "location": "westeurope",
        "properties": {"creationData": {"createOption": "FromImage", "imageReference": {"id": source}}},
    }
    clients.compute.disks.begin_create_or_update(group, "debian", disk).result()
    download(clients, group, "debian", out)
    clients.resources.resource_groups.begin_delete(group).wait()
    return out


def download(clients: Clients, group: str, disk: str, out: Path) -> None:
    """The disk's pages, where they belong in a file of its size."""
    asked: Any = {"access": "Read", "durationInSeconds": 600}
    url = clients.compute.disks.begin_grant_access(group, disk, asked).result().access_sas
    with BlobClient.from_blob_url(str(url), connection_verify=clients.ca_file) as blob, out.open("wb") as file:
        file.truncate(blob.get_blob_properties().size)
        for part in blob.list_page_ranges():
            first, last = int(part.start or 0), int(part.end or 0)
            file.seek(first)
            file.write(blob.download_blob(first, last + 1 - first).readall())
    clients.compute.disks.begin_revoke_access(group, disk).result()
