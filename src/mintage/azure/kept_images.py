"""Images that somebody keeps: versions in a gallery, and managed images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azure.core.exceptions import ResourceNotFoundError

from mintage.artifacts import ResolvedSource, SourceDataDisk
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, state_of
from mintage.azure.errors import translating
from mintage.azure.gallery_source import Asked, Disks, source_of_version, version_among
from mintage.azure.ids import names_in
from mintage.azure.source_facts import image_facts
from mintage.errors import SourceError
from mintage.recipe import GallerySource, ManagedImageSource


def resolve_gallery(clients: Clients, source: GallerySource, region: str) -> ResolvedSource:
    """The exact version. ``latest`` is the highest that is finished, in this region, and not excluded."""
    subscription_id, group, (gallery, name) = names_in(source.definition_id)
    owner, path = clients.in_subscription(subscription_id).compute, (group, gallery, name)
    with translating(source.definition_id):
        definition = existing(source.definition_id, lambda: owner.gallery_images.get(*path))
        versions = {str(each["name"]): each for each in owner.gallery_image_versions.list_by_gallery_image(*path)}
    return _gallery_version(definition, _chosen(source, versions, region))


def resolve_managed(clients: Clients, source: ManagedImageSource, region: str) -> ResolvedSource:
    """The managed image. It can only be used in its own region."""
    subscription_id, group, (name,) = names_in(source.image_id)
    owner = clients.in_subscription(subscription_id).compute
    with translating(source.image_id):
        image = existing(source.image_id, lambda: owner.images.get(group, name))
    disk = image["properties"]["storageProfile"]["osDisk"]
    if short_region(image["location"]) != region:
        raise _elsewhere(source.image_id, image["location"], region)
    if disk.get("osState", "Generalized") != "Generalized":
        raise _specialized(source.image_id)
    data = image["properties"]["storageProfile"].get("dataDisks") or []
    return ResolvedSource(
        kind="managed_image",
        version=str(image["name"]),
        image_id=str(image["id"]),
        generation=image["properties"].get("hyperVGeneration", "V1"),
        os_disk_size_gib=disk.get("diskSizeGB"),
        os=str(disk["osType"]).lower(),
        data_disks=tuple(SourceDataDisk(lun=each["lun"], size_gib=each.get("diskSizeGB")) for each in data),
        facts=image_facts(image["properties"], disk.get("diskSizeGB"), etag=image.get("etag"), **_origin(image)),
    )


def _origin(image: Document) -> dict[str, object]:
    """What a managed image was made from. Azure gives it no id of its own but its name, and no time."""
    properties = image["properties"]
    disk = properties["storageProfile"]["osDisk"]
    made_from = [properties.get("sourceVirtualMachine"), disk.get("managedDisk"), disk.get("snapshot")]
    return {"made_from": next((each["id"] for each in made_from if each), disk.get("blobUri"))}


def short_region(name: str) -> str:
    """``West Europe`` and ``westeurope`` are one region; Azure answers with either."""
    return name.replace(" ", "").lower()


def _chosen(source: GallerySource, versions: Mapping[str, Document], region: str) -> Document:
    usable = {name: each for name, each in versions.items() if _usable(each, region)}
    latest = [name for name, each in usable.items() if not _excluded(each, region)]
    asked = Asked(source.version, "definition", source.definition_id)
    name = version_among(asked, usable, latest, region, "replicate the version to the build region")
    return usable[name]


def _usable(version: Document, region: str) -> bool:
    return state_of(version) == "Succeeded" and region in _regions(version)


def _excluded(version: Document, region: str) -> bool:
    profile = version["properties"]["publishingProfile"]
    return bool(profile.get("excludeFromLatest") or _regions(version)[region].get("excludeFromLatest"))


def _regions(version: Document) -> dict[str, Any]:
    regions = version["properties"]["publishingProfile"].get("targetRegions") or []
    return {short_region(region["name"]): region for region in regions}


def _gallery_version(definition: Document, version: Document) -> ResolvedSource:
    own = version["properties"]
    return source_of_version(
        "gallery",
        str(version["name"]),
        str(version["id"]),
        definition["properties"],
        own["publishingProfile"],
        Disks(own["storageProfile"], "sizeInGB"),
    )


def existing(image_id: str, get: Callable[[], Document]) -> Document:
    try:
        return get()
    except ResourceNotFoundError as error:
        raise SourceError(
            "The source image does not exist",
            where=image_id,
            seen=error.message,
            remedy="correct the id in the recipe's source, and see that this identity may read it",
        ) from error


def _specialized(image_id: str) -> SourceError:
    return SourceError(
        "The managed image is specialized",
        where=image_id,
        seen="osState Specialized: Azure makes VMs of generalized managed images only",
        remedy="start from its disk or snapshot (source.kind: managed_disk, snapshot), or from a gallery",
    )


def _elsewhere(image_id: str, location: str, region: str) -> SourceError:
    return SourceError(
        "The managed image is in another region",
        where=image_id,
        seen=f"image in {location}, build in {region}",
        remedy=f"set build.region to {short_region(location)}, or put the image in a gallery that reaches {region}",
    )
