"""Images that others share: in community galleries (by public name) and in those shared directly (by unique name)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.errors import translating
from mintage.azure.gallery_source import Asked, Disks, source_of_version, version_among
from mintage.azure.kept_images import existing
from mintage.recipe import CommunityGallerySource, SharedGallerySource


def resolve_open(clients: Clients, source: CommunityGallerySource | SharedGallerySource, region: str) -> ResolvedSource:
    """The exact version, of those in the region. Raises SourceError when there is none that this subscription sees."""
    compute, where = clients.compute, f"{source.kind} {source.gallery}, image {source.image}"
    community = isinstance(source, CommunityGallerySource)
    images: Any = compute.community_gallery_images if community else compute.shared_gallery_images
    versions: Any = compute.community_gallery_image_versions if community else compute.shared_gallery_image_versions
    path = (region, source.gallery, source.image)
    with translating(where):
        image = existing(where, lambda: images.get(*path))
        found = {str(each["name"]): each for each in versions.list(*path)}
        version = versions.get(*path, _chosen(source, found, region, where))
    return _resolved(source, image, version, _publisher(clients, source, region))


def _chosen(
    source: CommunityGallerySource | SharedGallerySource, versions: Mapping[str, Document], region: str, where: str
) -> str:
    latest = [name for name, each in versions.items() if not each["properties"].get("excludeFromLatest")]
    asked = Asked(source.version, "image", where)
    return version_among(asked, versions, latest, region, "build in a region that the image's owner replicates it to")


def _publisher(clients: Clients, source: CommunityGallerySource | SharedGallerySource, region: str) -> Document:
    """Whom a community gallery is by: nobody has verified its images."""
    if not isinstance(source, CommunityGallerySource):
        return {}
    with translating(f"{source.kind} {source.gallery}"):
        gallery: Document = clients.compute.community_galleries.get(region, source.gallery)
    metadata: Document = (gallery.get("properties") or {}).get("communityMetadata") or {}
    return metadata


def _resolved(
    source: CommunityGallerySource | SharedGallerySource, image: Document, version: Document, publisher: Document
) -> ResolvedSource:
    properties, own = image["properties"], version["properties"]
    return source_of_version(
        source.kind,
        str(version["name"]),
        str(version["identifier"]["uniqueId"]),
        properties,
        own,
        Disks(own.get("storageProfile") or {}, "diskSizeGB"),
        publisher=publisher.get("publisherUri"),
        contact=publisher.get("publisherContact"),
        terms=publisher.get("eula") or properties.get("eula"),
    )
