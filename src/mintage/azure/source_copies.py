"""Disks of the source copied for the build, so that nothing that is done to them reaches the source."""

from __future__ import annotations

from mintage.artifacts import ResolvedSource, SourceDataDisk
from mintage.azure.clients import Clients
from mintage.azure.disk_copies import disk_snapshot
from mintage.azure.disk_source import is_snapshot, read_disk
from mintage.azure.ensure import Document, Wanted, ensure
from mintage.azure.group import ensure_build_group
from mintage.azure.ids import group_id, names_in
from mintage.azure.source_image import source_image
from mintage.azure.together import finish, finish_all
from mintage.build_plan import BuildPlan
from mintage.errors import SourceError
from mintage.recipe import in_seconds


def copy_source(clients: Clients, plan: BuildPlan, source: ResolvedSource) -> ResolvedSource:
    """Make snapshots of the source's disks, or find those made earlier; of generalized ones also an image.

    What is a snapshot already does not change, and is used as it is. The source comes back with their ids. Of a VM that
    is to be generalized itself, they are what its owner can go back to: they stay in its own group.
    Raises SourceError when a disk is not the one it was when the source was resolved.
    """
    group = group_id(clients.subscription_id, plan.names.group)
    finish(group, ensure_build_group(clients, plan), seconds=_seconds(plan))
    disks = {None: str(source.disk_id)} | {each.lun: str(each.resource_id) for each in source.data_disks}
    unique = {None: source.content} | {each.lun: each.unique_id for each in source.data_disks}
    for lun, identity in disks.items():
        _demand_same(read_disk(clients, identity), unique[lun])
    copies = _snapshots(clients, plan, source, disks)
    ready = source.model_copy(
        update={
            "os_snapshot_id": copies[None],
            "data_disks": tuple(_copied(each, copies[each.lun]) for each in source.data_disks),
        }
    )
    return ready if source.specialized else _as_image(clients, plan, ready)


def _seconds(plan: BuildPlan) -> float:
    return in_seconds(plan.recipe.timeouts.copy_source)


def _snapshots(
    clients: Clients, plan: BuildPlan, source: ResolvedSource, disks: dict[int | None, str]
) -> dict[int | None, str]:
    """By lun, the ids of what does not change any more; all are begun together, so they are of nearly one moment."""
    wanted = {
        lun: _kept_for_owner(clients, plan, lun, each) if source.original else _snapshot(clients, plan, lun, each)
        for lun, each in disks.items()
        if not is_snapshot(each)
    }
    made = finish_all({each.id: ensure(each) for each in wanted.values()}, seconds=_seconds(plan))
    return disks | {lun: str(made[each.id]["id"]) for lun, each in wanted.items()}


def _snapshot(clients: Clients, plan: BuildPlan, lun: int | None, disk_id: str) -> Wanted:
    path = (plan.names.group, plan.names.source_snapshot(lun))
    return disk_snapshot(clients, path, plan.recipe.build.region, plan.tags, disk_id)


def _kept_for_owner(clients: Clients, plan: BuildPlan, lun: int | None, disk_id: str) -> Wanted:
    """Nothing says that it is the build's, so nothing removes it with the build.

    Azure names the disks of a VM alike, and their names differ at the end, which may be cut off.
    """
    _, group, (name,) = names_in(disk_id)
    path = (group, f"{name[:40]}-{'os' if lun is None else lun}-before-{plan.build_id}")
    clients.tell(f"The disk as it was before is kept as the snapshot {path[1]} in {group}")
    return disk_snapshot(clients, path, plan.recipe.build.region, plan.recipe.tags, disk_id)


def _copied(disk: SourceDataDisk, snapshot_id: str) -> SourceDataDisk:
    return disk.model_copy(update={"snapshot_id": snapshot_id})


def _as_image(clients: Clients, plan: BuildPlan, source: ResolvedSource) -> ResolvedSource:
    """VMs with an account of the build need an image."""
    data = [{"lun": each.lun, "snapshot": {"id": each.snapshot_id}} for each in source.data_disks]
    image = source_image(clients, plan, source, {"snapshot": {"id": source.os_snapshot_id}}, data)
    made = finish(image.id, ensure(image), seconds=_seconds(plan))
    return source.model_copy(update={"image_id": str(made["id"])})


def _demand_same(disk: Document, unique_id: str | None) -> None:
    found = str(disk["properties"]["uniqueId"])
    if found != unique_id:
        raise SourceError(
            "The disk is not the one it was when the build began",
            where=str(disk["id"]),
            seen=f"uniqueId {found}; it was {unique_id}",
            remedy="start a new build, and leave the disk as it is meanwhile",
        )
