"""Direct upload: a managed disk that is made empty, written through a signature, and used once that has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mintage.azure.clients import Clients
from mintage.azure.disk_copies import DISK
from mintage.azure.ensure import Document, Wanted, ensure, removed, settled
from mintage.azure.together import Waiting, completed, finish
from mintage.upload import PageBlob

CONTENT_TAG = "mintage-content"
"""On a disk that is uploaded: what it is to hold. What another upload has begun is not gone on with."""
_SIGNED_SECONDS = 24 * 3600
"""How long a signature is good. An upload that takes longer is gone on with by the step's next attempt."""
WAITING = frozenset({"ReadyToUpload", "ActiveUpload"})


@dataclass(frozen=True)
class UploadedDisk:
    """What is to be. ``length``: bytes with the footer. ``content`` names what the bytes are."""

    name: str
    group: str
    location: str
    tags: dict[str, str]
    length: int
    content: str
    os_type: str
    generation: str
    architecture: str
    seconds: float
    """For each change of the disk to be carried out."""


def upload_disk(clients: Clients, wanted: UploadedDisk, fill: Callable[[PageBlob], object]) -> str:
    """Make the disk, let ``fill`` write it, and end the access; the disk's id. Goes on from where a former call was.

    Raises SourceError when Azure does not take it for a disk, and what ``fill`` raises: the disk is kept then, for the
    next call.
    """
    disk = _disk(clients, wanted)
    made = finish(disk.id, _made(disk, wanted.content), seconds=wanted.seconds)
    if made["properties"]["diskState"] in WAITING:
        with written(clients, disk, wanted.seconds) as blob:
            fill(blob)
    finish(disk.id, _taken(disk), seconds=wanted.seconds)
    return str(made["id"])


@contextmanager
def written(clients: Clients, disk: Wanted, seconds: float) -> Iterator[PageBlob]:
    """The disk's blob, to write to. The access is not ended here: ending it makes a disk of what is there."""
    url = finish(disk.id, _signed(disk), seconds=seconds)
    with PageBlob(url, disk.id, ca_file=clients.ca_file, tell=clients.tell) as blob:
        yield blob


def _made(disk: Wanted, content: str) -> Waiting[Document]:
    found = yield from settled(disk)
    if found is not None and (found.get("tags") or {}).get(CONTENT_TAG) != content:
        yield from _ended(disk, found)
        yield from removed(disk)
    yield from ensure(disk)
    made: Document = disk.operations.get(*disk.path)
    return made


def _ended(disk: Wanted, found: Document) -> Waiting[None]:
    """A disk that a signature is out for cannot be removed. That what it holds is no disk yet does not matter here."""
    if found["properties"]["diskState"].startswith("Active"):
        group, name = disk.path
        poller = disk.clients.compute.disks.begin_revoke_access(group, name)
        while not poller.done():
            yield poller.status()


def _signed(disk: Wanted) -> Waiting[str]:
    asked: Any = {"access": "Write", "durationInSeconds": _SIGNED_SECONDS}
    group, name = disk.path
    granted = yield from completed(disk.clients.compute.disks.begin_grant_access(group, name, asked))
    return str(granted.access_sas)


def _taken(disk: Wanted) -> Waiting[None]:
    """End the access, if there is one, and let nobody but the subscription's VMs read the disk from here on."""
    group, name = disk.path
    disks, found = disk.clients.compute.disks, disk.find()
    if found and found["properties"]["diskState"] in WAITING:
        yield from completed(disks.begin_revoke_access(group, name))
    if found and found["properties"].get("networkAccessPolicy") != "DenyAll":
        closed: Any = {"properties": {"networkAccessPolicy": "DenyAll", "publicNetworkAccess": "Disabled"}}
        yield from completed(disks.begin_update(group, name, closed))


def _disk(clients: Clients, wanted: UploadedDisk) -> Wanted:
    body = {
        "location": wanted.location,
        "tags": wanted.tags | {CONTENT_TAG: wanted.content},
        "sku": {"name": "Standard_LRS"},
        "properties": {
            "creationData": {"createOption": "Upload", "uploadSizeBytes": wanted.length},
            "osType": wanted.os_type,
            "hyperVGeneration": wanted.generation,
            "supportedCapabilities": {"architecture": wanted.architecture},
        },
    }
    return Wanted(clients, DISK, clients.compute.disks, (wanted.group, wanted.name), body)
