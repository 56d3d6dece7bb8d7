"""Gallery image versions as something to start disks from."""

from __future__ import annotations

from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.locations import LOCATIONS
from localazure.providers.compute.image_references import VERSION
from localazure.providers.compute.image_source import ImageSource, Layer
from localazure.providers.compute.platform_source import version_key
from localazure.providers.compute.replication import is_available, short
from localazure.store import Resource


def gallery_source(cloud: Cloud, rid: ResourceId, location: str | None) -> ImageSource:
    """The version named, or the latest one of the definition named, as it is in a region."""
    version = resolve_gallery_image(cloud, rid, location or "")
    definition = cloud.store.find(version.rid.parent or version.rid)
    if definition is None:
        raise _unavailable(rid, location or "")
    shown, layers = definition.properties, version.internal["layers"]
    return ImageSource(
        id=version.id,
        os_type=shown["osType"],
        generation=shown["hyperVGeneration"],
        generalized=shown["osState"] == "Generalized",
        os_layer=Layer(**layers["os"]),
        data_layers=tuple((lun, Layer(**layer)) for lun, layer in layers["data"]),
        architecture=shown["architecture"],
        exact_version=version.rid.name,
        plan=shown.get("purchasePlan") or version.internal.get("plan"),
    )


def resolve_gallery_image(cloud: Cloud, rid: ResourceId, location: str) -> Resource:
    """The version that ``rid`` means in a region; a definition, or ``versions/latest``, means the latest one there.

    Latest passes over what is excluded from it, altogether or in that region. Raises CloudError 404 as Azure does when
    there is none, or when it has not arrived in the region.
    """
    if rid.type.lower() == VERSION.lower() and rid.name.lower() != "latest":
        named = cloud.store.find(rid)
        candidates = [named] if named else []
    else:
        definition = rid.parent if rid.type.lower() == VERSION.lower() else rid
        versions = cloud.store.of_type(VERSION, under=definition)
        candidates = [each for each in versions if not _excluded(each, location)]
    here = [each for each in candidates if is_available(each, location, cloud.pace)]
    if not here:
        raise _unavailable(rid, location)
    return max(here, key=lambda each: version_key(each.rid.name))


def _excluded(version: Resource, location: str) -> bool:
    profile = version.properties["publishingProfile"]
    regions = profile["targetRegions"]
    return bool(profile["excludeFromLatest"]) or any(
        region["excludeFromLatest"] for region in regions if short(region["name"]) == location
    )


def _unavailable(rid: ResourceId, location: str) -> CloudError:
    message = (
        f"The gallery image {rid} is not available in {LOCATIONS.get(location, location)} region. Please contact image "
        "owner to replicate to this region, or change your requested region."
    )
    return CloudError(404, "GalleryImageNotFound", message, target="imageReference")
