"""A snapshot of a disk, and a disk of a snapshot: nobody downloads either, unless it is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted
from mintage.build_plan import BuildPlan

DISK = "Microsoft.Compute/disks"
SNAPSHOT = "Microsoft.Compute/snapshots"
_CLOSED = {"networkAccessPolicy": "DenyAll", "publicNetworkAccess": "Disabled"}
_OPEN = {"networkAccessPolicy": "AllowAll", "publicNetworkAccess": "Enabled"}
"""To those who have a signature."""


class DiskLocation(NamedTuple):
    """Where a disk is. A VM in a zone takes no disks but those of its zone."""

    region: str
    zone: str | None


def disk_snapshot(
    clients: Clients,
    path: tuple[str, str],
    region: str,
    tags: Mapping[str, str],
    disk_id: str,
    *,
    readable: bool = False,
) -> Wanted:
    """What the disk holds when it is made. ``path``: group and name. ``readable``: its bytes will be asked for."""
    body = {
        "location": region,
        "tags": dict(tags),
        "sku": {"name": "Standard_LRS"},
        "properties": {"incremental": True, **_copy_of(disk_id), **(_OPEN if readable else _CLOSED)},
    }
    return Wanted(clients, SNAPSHOT, clients.compute.snapshots, path, body)


def disk_copy(
    clients: Clients, plan: BuildPlan, name: str, snapshot_id: str, location: DiskLocation, size: int | None = None
) -> Wanted:
    """A disk of the build's with what the snapshot holds; ``size`` in GiB, where it is to be larger."""
    body = {
        "location": location.region,
        "tags": plan.tags,
        "sku": {"name": "Standard_LRS"},
        "properties": {**_copy_of(snapshot_id), **_CLOSED, **({"diskSizeGB": size} if size else {})},
        **({"zones": [location.zone]} if location.zone else {}),
    }
    return Wanted(clients, DISK, clients.compute.disks, (plan.names.group, name), body)


def _copy_of(identity: str) -> Document:
    return {"creationData": {"createOption": "Copy", "sourceResourceId": identity}}
