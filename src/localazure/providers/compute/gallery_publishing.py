"""How a gallery image version is published: regions, replicas, and how long it is protected."""

from __future__ import annotations

from datetime import UTC, datetime

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.locations import LOCATIONS, resource_location
from localazure.providers.compute.disk_encryption_sets import encryption_of_region
from localazure.providers.compute.gallery_version_bodies import PublishingProfile, SafetyProfile, TargetRegion
from localazure.providers.compute.replication import regions_of
from localazure.store import Resource

_TARGET = "galleryImageVersion.properties.publishingProfile.targetRegions"


def published(
    cloud: Cloud, profile: PublishingProfile, rid: ResourceId, location: str, current: Resource | None
) -> Json:
    """The publishing profile with everything Azure fills in. Raises CloudError for regions it refuses."""
    regions = profile.target_regions or (TargetRegion(name=location),)
    names = [resource_location(region.name, rid, None) for region in regions]
    if len(set(names)) != len(names):
        raise invalid_parameter("Duplicate regions are not allowed in target publishing regions.", _TARGET)
    if location not in names:
        message = (
            f"Gallery image version publishing profile regions {', '.join(names)} must contain the location of image "
            f"version {location}"
        )
        raise invalid_parameter(message, _TARGET)
    shown = profile.json_body()
    shown["targetRegions"] = [_region(region, name, profile) for region, name in zip(regions, names, strict=True)]
    before = current.properties["publishingProfile"] if current else {}
    for region, name in zip(shown["targetRegions"], names, strict=True):
        encryption_of_region(region.get("encryption", {}), cloud, name, _TARGET)
    _refuse_fixed_changes(shown, before)
    return shown | {"publishedDate": before.get("publishedDate", datetime.now(UTC).isoformat())}


def protected(safety: SafetyProfile, publishing: Json, current: Resource | None) -> Json:
    """The safety profile. Raises CloudError when it lacks a date, or forbids what the request does."""
    if safety.block_deletion_before_end_of_life and "endOfLifeDate" not in publishing:
        message = "blockDeletionBeforeEndOfLife needs an endOfLifeDate in the publishing profile."
        raise invalid_parameter(message, "galleryImageVersion.properties.safetyProfile.blockDeletionBeforeEndOfLife")
    gone = set(regions_of(current) if current else ()) - {_short(region) for region in publishing["targetRegions"]}
    if gone and not safety.allow_deletion_of_replicated_locations:
        message = (
            f"Removing the replicated region(s) {', '.join(sorted(gone))} is not allowed, because "
            "safetyProfile.allowDeletionOfReplicatedLocations is false."
        )
        raise CloudError(409, "OperationNotAllowed", message)
    return safety.json_body() | {"reportedForPolicyViolation": False}


def refuse_early_delete(version: Resource) -> None:
    """A version whose safety profile says so lives until its end of life."""
    until = version.properties["publishingProfile"].get("endOfLifeDate")
    if not version.properties["safetyProfile"]["blockDeletionBeforeEndOfLife"] or until is None:
        return
    end = datetime.fromisoformat(until)
    if (end if end.tzinfo else end.replace(tzinfo=UTC)) > datetime.now(UTC):
        message = (
            f"Deletion of gallery image version '{version.id}' is blocked until its end of life date {until}, because "
            "safetyProfile.blockDeletionBeforeEndOfLife is true."
        )
        raise CloudError(409, "OperationNotAllowed", message)


def _region(region: TargetRegion, name: str, profile: PublishingProfile) -> Json:
    shown = {
        "name": LOCATIONS[name],
        "regionalReplicaCount": region.regional_replica_count or profile.replica_count,
        "storageAccountType": region.storage_account_type or profile.storage_account_type,
        "excludeFromLatest": region.exclude_from_latest,
    }
    return shown | ({"encryption": region.encryption.json_body()} if region.encryption else {})


def _short(region: Json) -> str:
    return str(region["name"]).replace(" ", "").lower()


def _refuse_fixed_changes(shown: Json, before: Json) -> None:
    """The replication mode and a region's storage stay (OpenAPI 2024-03-03: "This property is not updatable")."""
    if not before:
        return
    profile = "galleryImageVersion.properties.publishingProfile"
    changed = [f"{profile}.replicationMode"] if shown["replicationMode"] != before["replicationMode"] else []
    had = {region["name"]: region for region in before["targetRegions"]}
    changed += [
        f"{profile}.targetRegions.storageAccountType"
        for region in shown["targetRegions"]
        if region["storageAccountType"] != had.get(region["name"], region)["storageAccountType"]
    ]
    if changed:
        message = f"Changing property '{changed[0]}' is not allowed."
        raise CloudError(409, "PropertyChangeNotAllowed", message, target=changed[0])
