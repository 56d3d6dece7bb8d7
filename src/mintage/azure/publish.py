"""From a proved version to one that everybody gets: first everywhere, then the latest."""

from __future__ import annotations

from typing import Any

from mintage.artifacts import ImageVersion, Published, RegionState
from mintage.azure.clients import Clients
from mintage.azure.copies import Destination, destinations
from mintage.azure.ensure import Document, Wanted, settled
from mintage.azure.group import belongs
from mintage.azure.image_version import (
    begin_update,
    existing_version,
    region_states,
    safety,
    target_regions,
    version_at,
    with_status,
)
from mintage.azure.managed_image import image_at, managed_image_kept
from mintage.azure.replication import Report, replicated
from mintage.azure.together import Waiting, completed, finish, finish_all
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused
from mintage.names import EXPIRES_TAG, UNFIT_TAG
from mintage.recipe import ManagedImageForm, in_seconds, parse_duration


def publish(clients: Clients, plan: BuildPlan, image: ImageVersion, progress: Report) -> Published:
    """Copy the version to all its regions in all its galleries, follow that to its end, then include it in latest.

    That is the last write, of the recipe's own gallery last of all. ``progress`` is told the regions' state whenever it
    changes. Raises AzureRefused when a region failed, or the version was marked unfit, or is another build's by now.
    """
    own, *copies = (
        (destination, version_at(destination.clients, destination.plan, image.version))
        for destination in destinations(clients, plan)
    )
    managed = [
        image_at(clients, plan, form, image.version)
        for form in plan.recipe.publish.forms
        if isinstance(form, ManagedImageForm)
    ]
    update_seconds = in_seconds(plan.recipe.timeouts.change_image)
    for each in (*(version for _, version in (own, *copies)), *managed):
        finish(each.id, _checked(each, plan), seconds=update_seconds)
    told = _Told(progress)
    spreading = {version.id: _spread(destination, version, image, told) for destination, version in (own, *copies)}
    finish_all(spreading, seconds=in_seconds(plan.recipe.timeouts.publish))
    for each in managed:
        finish(each.id, managed_image_kept(each), seconds=update_seconds)
    included = [
        finish(version.id, _included(version, destination.plan), seconds=update_seconds)
        for destination, version in (*copies, own)
    ]
    return Published(image_version=image.resource_id, regions=region_states(included[-1]))


class _Told:
    """The regions of several versions told as those of one."""

    def __init__(self, progress: Report) -> None:
        self._progress, self._states = progress, dict[str, tuple[RegionState, ...]]()

    def __call__(self, version: str, states: tuple[RegionState, ...]) -> None:
        self._states[version] = states
        self._progress(tuple(state for each in self._states.values() for state in each))


def _spread(destination: Destination, version: Wanted, image: ImageVersion, told: _Told) -> Waiting[None]:
    regions = target_regions(destination.plan, image.location, image.data_luns)
    # Twice what is waited for: the sweeper takes no version that is on its way to its regions.
    on_its_way = 2 * parse_duration(destination.plan.recipe.timeouts.publish)
    yield from replicated(version, regions, on_its_way, lambda states: told(version.id, states))


def mark_unfit(clients: Clients, plan: BuildPlan, image: ImageVersion) -> None:
    """Say on a version that it failed its verification. It stays excluded from latest, and is never published."""
    version = existing_version(clients, image)
    finish(version.id, _marked(version, plan), seconds=in_seconds(plan.recipe.timeouts.change_image))


def _checked(version: Wanted, plan: BuildPlan) -> Waiting[None]:
    found = yield from settled(version)
    why = _why_not(found, plan)
    if why:
        raise AzureRefused("The version cannot be published", where=version.id, seen=why, remedy="start a new build")


def _why_not(found: Document | None, plan: BuildPlan) -> str:
    """One that went while its build waited for a retry may have been made again, by a build that has proved nothing."""
    if found is None:
        return "it is gone"
    if not belongs(found, plan.build_id):
        return "it is another build's"
    return "it failed its verification" if UNFIT_TAG in (found.get("tags") or {}) else ""


def _included(version: Wanted, plan: BuildPlan) -> Waiting[Document]:
    found = with_status(version)
    is_included = not found["properties"]["publishingProfile"].get("excludeFromLatest")
    if is_included and EXPIRES_TAG not in (found.get("tags") or {}):
        return found
    # From here on it is somebody's image: the sweeper has no business with it.
    change = {"excludeFromLatest": False}
    yield from completed(begin_update(version, found, change, expires=None, safe=safety(plan)))
    return with_status(version)


def _marked(version: Wanted, plan: BuildPlan) -> Waiting[None]:
    found = yield from settled(version)
    tags = dict((found or {}).get("tags") or {})
    if found is None or UNFIT_TAG in tags or not belongs(found, plan.build_id):
        return
    group, gallery, definition, name = version.path
    body: Any = {"tags": tags | {UNFIT_TAG: "failed verification"}}
    versions = version.clients.compute.gallery_image_versions
    yield from completed(versions.begin_update(group, gallery, definition, name, body))
