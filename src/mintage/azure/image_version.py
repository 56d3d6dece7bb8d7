"""An image version: its description, and its state as artifacts tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from azure.core.polling import LROPoller

from mintage.artifacts import ImageVersion, RegionState, ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted
from mintage.azure.gallery import VERSION, definition_path
from mintage.azure.ids import names_in
from mintage.azure.kept_images import short_region
from mintage.build_plan import BuildPlan
from mintage.names import BEGUN_TAG, BUILD_TAG, EXPIRES_TAG, RECIPE_SHA256_TAG, RECIPE_TAG, SOURCE_TAG
from mintage.recipe import Replicas, parse_duration

_SAFETY = ("allowDeletionOfReplicatedLocations", "blockDeletionBeforeEndOfLife")
_LONGEST_TAG = 256
"""Characters of a tag's value (Microsoft Learn: "Use tags to organize your Azure resources")."""


def version_at(clients: Clients, plan: BuildPlan, version: str) -> Wanted:
    """Where the version of that number is, or is to be."""
    path = (*definition_path(plan), version)
    return Wanted(clients, VERSION, clients.compute.gallery_image_versions, path, {})


def version_body(
    plan: BuildPlan, home: str, source: ResolvedSource, storage: Mapping[str, Any], data_luns: tuple[int, ...] = ()
) -> Document:
    """A version as it is made: in one region, where what it is made from is; and never the latest.

    ``storage``: what it is made from, as Azure writes it. ``data_luns``: of its data disks.
    """
    properties = {"publishingProfile": _profile(plan, home, data_luns), "storageProfile": storage}
    return {"location": home, "tags": provenance(plan, source), "properties": properties}


def existing_version(clients: Clients, image: ImageVersion) -> Wanted:
    """A version that was captured, to look at and to change."""
    _, group, names = names_in(image.resource_id)
    return Wanted(clients, VERSION, clients.compute.gallery_image_versions, (group, *names), {})


def with_status(version: Wanted) -> Document:
    """The version with how far its replication is."""
    found: Document = version.operations.get(*version.path, expand="ReplicationStatus")
    return found


def begin_update(
    version: Wanted,
    found: Document,
    change: Mapping[str, Any],
    expires: datetime | None,
    safe: Mapping[str, bool] | None = None,
) -> LROPoller[Any]:
    """Write the version again with one part of its publishing profile changed, as az and Terraform do.

    ``expires``: when the sweeper may take it, should nothing more become of it; None for what is to stay. ``safe``: its
    safety profile from now on; None to keep the one it has.
    """
    properties = found["properties"]
    kept = {name: value for name, value in (found.get("tags") or {}).items() if name != EXPIRES_TAG}
    body: dict[str, Any] = {
        "location": found["location"],
        "tags": kept | ({EXPIRES_TAG: expires.isoformat()} if expires else {}),
        "properties": {
            "publishingProfile": {**properties["publishingProfile"], **change},
            "storageProfile": _sources(properties["storageProfile"]),
        },
    }
    kept_safe = safe or properties.get("safetyProfile")
    if kept_safe:
        body["properties"]["safetyProfile"] = {name: kept_safe[name] for name in _SAFETY if name in kept_safe}
    poller: LROPoller[Any] = version.operations.begin_create_or_update(*version.path, body)
    return poller


def target_regions(plan: BuildPlan, home: str, data_luns: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    """Where the version was made first, since Azure wants that among them; then the recipe's build region and others.

    Where it was made is not what the recipe asks for when only a fallback region had room.
    """
    publish = plan.recipe.publish
    asked = [_region(plan.recipe.build.region, publish, data_luns)]
    asked += [_region(each.name, each, data_luns) for each in publish.regions]
    first = [each for each in asked if each["name"] == home] or [_region(home, Replicas(), data_luns)]
    return first + [each for each in asked if each["name"] != home]


def safety(plan: BuildPlan) -> dict[str, bool]:
    """What the version is protected from once it is published: before, it must be able to go."""
    asked = plan.recipe.publish.safety
    return {
        "allowDeletionOfReplicatedLocations": asked.allow_deletion_of_replicated_locations,
        "blockDeletionBeforeEndOfLife": asked.block_deletion_before_end_of_life,
    }


def data_luns(version: Document) -> tuple[int, ...]:
    """Of the version's data disks."""
    return tuple(int(each["lun"]) for each in version["properties"]["storageProfile"].get("dataDiskImages") or ())


def region_states(version: Document) -> tuple[RegionState, ...]:
    """How far replication is, from a version read with its replication status."""
    summary = (version["properties"].get("replicationStatus") or {}).get("summary") or []
    return tuple(
        RegionState(region=each["region"], state=each.get("state", "Unknown"), progress=each.get("progress", 0))
        for each in summary
    )


def image_version(plan: BuildPlan, document: Document) -> ImageVersion:
    _, gallery, definition = definition_path(plan)
    return ImageVersion(
        resource_id=str(document["id"]),
        gallery=gallery,
        definition=definition,
        version=str(document["name"]),
        location=short_region(str(document["location"])),
        data_luns=data_luns(document),
    )


def _sources(storage: Document) -> dict[str, Any]:
    """What it was made from: the rest Azure fills in."""
    if storage.get("source"):
        return {"source": {**storage["source"]}}
    data = [{"lun": each["lun"], "source": {**each["source"]}} for each in storage.get("dataDiskImages") or ()]
    return {"osDiskImage": {"source": {**storage["osDiskImage"]["source"]}}, "dataDiskImages": data}


def _profile(plan: BuildPlan, home: str, data_luns: tuple[int, ...]) -> dict[str, Any]:
    profile: dict[str, Any] = {
        "targetRegions": target_regions(plan, home, data_luns)[:1],
        "excludeFromLatest": True,
        "replicationMode": plan.recipe.publish.replication_mode.capitalize(),
    }
    end = _end_of_life(plan)
    return profile | ({"endOfLifeDate": f"{end.isoformat()}T00:00:00Z"} if end else {})


def _end_of_life(plan: BuildPlan) -> date | None:
    given = plan.recipe.publish.end_of_life
    return (plan.started + parse_duration(given)).date() if isinstance(given, str) else given


def _region(name: str, asked: Replicas, data_luns: tuple[int, ...]) -> dict[str, Any]:
    region: dict[str, Any] = {
        "name": name,
        "regionalReplicaCount": asked.replicas,
        "storageAccountType": asked.storage,
        "excludeFromLatest": asked.exclude_from_latest,
    }
    if asked.disk_encryption_set:
        key = {"diskEncryptionSetId": asked.disk_encryption_set}
        data = [{"lun": lun, **key} for lun in data_luns]
        region["encryption"] = {"osDiskImage": key} | ({"dataDiskImages": data} if data else {})
    return region


def provenance(plan: BuildPlan, source: ResolvedSource) -> dict[str, str]:
    """Tags: where the image came from, and when the sweeper may take it if it is never published."""
    own = {
        EXPIRES_TAG: plan.expires.isoformat(),
        BUILD_TAG: plan.build_id,
        RECIPE_TAG: plan.recipe.name,
        BEGUN_TAG: plan.started.isoformat(timespec="seconds"),
        RECIPE_SHA256_TAG: plan.recipe_sha256,
        SOURCE_TAG: source.exact[-_LONGEST_TAG:],
    }
    return dict(plan.recipe.tags) | own
