"""A version's way to its regions, followed until it is everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from azure.core.polling import LROPoller

from mintage.artifacts import RegionState
from mintage.azure.definition import same
from mintage.azure.ensure import FAILED, Document, Wanted, state_of
from mintage.azure.image_version import begin_update, region_states, with_status
from mintage.azure.kept_images import short_region
from mintage.azure.together import Waiting, completed, rest
from mintage.errors import AzureRefused

Report = Callable[[tuple[RegionState, ...]], None]


def replicated(
    version: Wanted, regions: list[dict[str, Any]], on_its_way: timedelta, progress: Report
) -> Waiting[None]:
    """Add the regions that are missing, and those that failed once more; wait until the version is in all of them.

    The sweeper leaves it alone while it is ``on_its_way``.
    """
    update = _begin(version, with_status(version), regions, on_its_way)
    told: tuple[RegionState, ...] = ()
    while True:
        found = with_status(version)
        states = region_states(found)
        if states != told:
            progress(told := states)
        if state_of(found) in FAILED and not _failed_regions(found) and update:
            # The version says no more than that. Its operation, which ends with it, says why.
            yield from completed(update)
        if _everywhere(version, found):
            break
        if update and update.done():
            update.result()
        yield from rest(version.clients.poll_seconds, _words(states) or state_of(found))
    if update:
        yield from completed(update)


def _begin(
    version: Wanted, found: Document, regions: list[dict[str, Any]], on_its_way: timedelta
) -> LROPoller[Any] | None:
    """Ask for the regions, unless they are asked for; regions that others added are left."""
    present = {short_region(each["name"]): each for each in found["properties"]["publishingProfile"]["targetRegions"]}
    wanted = {each["name"]: each for each in regions}
    asked = all(_covers(present.get(name), each) for name, each in wanted.items())
    if asked and not _failed(found):
        return None
    expires = datetime.now(UTC) + on_its_way
    return begin_update(version, found, {"targetRegions": [*({**present, **wanted}).values()]}, expires)


def _covers(present: Document | None, wanted: Document) -> bool:
    return present is not None and all(same(present.get(name), wanted[name]) for name in wanted if name != "name")


def _everywhere(version: Wanted, found: Document) -> bool:
    """Whether every region has it. Raises AzureRefused when one failed."""
    if state_of(found) not in FAILED | {"Succeeded"}:
        return False
    if _failed(found):
        raise AzureRefused(
            "Replication failed",
            where=version.id,
            seen="; ".join(map(_failure, _failed_regions(found))) or state_of(found),
            remedy="run the step again: it asks for the regions once more; or take the region out of publish.regions",
        )
    return bool(found["properties"].get("replicationStatus", {}).get("aggregatedState") == "Completed")


def _failed(found: Document) -> bool:
    return state_of(found) in FAILED or bool(_failed_regions(found))


def _failed_regions(found: Document) -> list[Document]:
    summary = (found["properties"].get("replicationStatus") or {}).get("summary") or []
    return [each for each in summary if each.get("state") == "Failed"]


def _failure(region: Document) -> str:
    return f"{region['region']}: {region.get('details') or 'no details'}"


def _words(states: tuple[RegionState, ...]) -> str:
    return ", ".join(f"{each.region} {each.state} {each.progress} %" for each in states)
