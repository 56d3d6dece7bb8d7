"""From a proved version to one that everybody gets: first everywhere, then the latest."""

from __future__ import annotations

from typing import Any

from mintage.artifacts import ImageVersion, Published
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted, settled
from mintage.azure.image_version import (
    begin_update,
    existing_version,
    region_states,
    safety,
    target_regions,
    with_status,
)
from mintage.azure.replication import Report, replicated
from mintage.azure.together import Waiting, completed, finish
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused
from mintage.names import UNFIT_TAG

_MINUTES = 60
_REPLICATION_SECONDS = 12 * 60 * _MINUTES
_UPDATE_SECONDS = 60 * _MINUTES


def publish(clients: Clients, plan: BuildPlan, image: ImageVersion, progress: Report) -> Published:
    """Copy the version to all its regions, follow that to its end, then include it in latest: the last write.

    ``progress`` is told the regions' state whenever it changes. Raises AzureRefused when a region failed, or the
    version was marked unfit.
    """
    version = existing_version(clients, image)
    finish(version.id, _checked(version), seconds=_UPDATE_SECONDS)
    finish(
        version.id, replicated(version, target_regions(plan, image.location), progress), seconds=_REPLICATION_SECONDS
    )
    published = finish(version.id, _included(version, plan), seconds=_UPDATE_SECONDS)
    return Published(image_version=image.resource_id, regions=region_states(published))


def mark_unfit(clients: Clients, image: ImageVersion) -> None:
    """Say on a version that it failed its verification. It stays excluded from latest, and is never published."""
    version = existing_version(clients, image)
    finish(version.id, _marked(version), seconds=_UPDATE_SECONDS)


def _checked(version: Wanted) -> Waiting[None]:
    found = yield from settled(version)
    if found is None or UNFIT_TAG in (found.get("tags") or {}):
        raise AzureRefused(
            "The version cannot be published",
            where=version.id,
            seen="it is gone" if found is None else "it failed its verification",
            remedy="start a new build",
        )


def _included(version: Wanted, plan: BuildPlan) -> Waiting[Document]:
    found = with_status(version)
    if not found["properties"]["publishingProfile"].get("excludeFromLatest"):
        return found
    # From here on it is somebody's image: the sweeper has no business with it.
    change = {"excludeFromLatest": False}
    yield from completed(begin_update(version, found, change, expires=None, safe=safety(plan)))
    return with_status(version)


def _marked(version: Wanted) -> Waiting[None]:
    found = yield from settled(version)
    tags = dict((found or {}).get("tags") or {})
    if found is None or UNFIT_TAG in tags:
        return
    group, gallery, definition, name = version.path
    body: Any = {"tags": tags | {UNFIT_TAG: "failed verification"}}
    versions = version.clients.compute.gallery_image_versions
    yield from completed(versions.begin_update(group, gallery, definition, name, body))
