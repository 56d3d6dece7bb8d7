"""From an image reference to the image: marketplace, managed image, gallery definition or version."""

from __future__ import annotations

import re
from dataclasses import replace

from localazure.arm.errors import invalid_parameter
from localazure.cloud import Cloud
from localazure.providers.compute.gallery_source import gallery_source
from localazure.providers.compute.image_references import DEFINITION, VERSION, ImageReference
from localazure.providers.compute.image_source import ImageSource, Layer
from localazure.providers.compute.open_galleries import definition_of
from localazure.providers.compute.platform_source import platform_source
from localazure.providers.compute.references import IMAGE, find_source, parse_id, require_type
from localazure.store import Resource

_PLATFORM_ID = re.compile(
    r"/subscriptions/[^/]+/providers/microsoft\.compute/locations/[^/]+/publishers/(?P<publisher>[^/]+)"
    r"/artifacttypes/vmimage/offers/(?P<offer>[^/]+)/skus/(?P<sku>[^/]+)/versions/(?P<version>[^/]+)",
    re.IGNORECASE,
)


def image_by_reference(cloud: Cloud, reference: ImageReference, location: str, subscription: str) -> ImageSource:
    """What the ``imageReference`` of a machine in the subscription names. Raises CloudError as Azure does."""
    _refuse_two(reference)
    if reference.open_id:
        return _open_source(cloud, reference.open_id, location, subscription)
    if reference.id:
        return image_by_id(cloud, reference.id, location)
    names = (reference.publisher, reference.offer, reference.sku, reference.version)
    missing = next((key for key, name in zip(_PARTS, names, strict=True) if not name), None)
    if missing:
        target = f"imageReference.{missing}"
        raise invalid_parameter(f"Required parameter '{target}' is missing (null).", target)
    publisher, offer, sku, version = (str(name) for name in names)
    return platform_source(cloud, publisher, offer, sku, version, location)


def _refuse_two(reference: ImageReference) -> None:
    ways = (reference.id, reference.open_id, reference.publisher)
    both = reference.community_gallery_image_id and reference.shared_gallery_image_id
    if both or sum(way is not None for way in ways) > 1:
        message = (
            "The imageReference must have exactly one of id, communityGalleryImageId, sharedGalleryImageId, and "
            "publisher with offer, sku and version."
        )
        raise invalid_parameter(message, "imageReference")


def _open_source(cloud: Cloud, text: str, location: str, subscription: str) -> ImageSource:
    """An image in a community gallery, or in one that is shared with the subscription, by its unique id."""
    found = gallery_source(cloud, definition_of(cloud, text, subscription), location)
    full = text if "/versions/" in text.lower() else f"{text}/Versions/{found.exact_version}"
    return replace(found, id=full)


def image_by_id(cloud: Cloud, text: str, location: str) -> ImageSource:
    """What an image's id names, whichever kind of image it is."""
    platform = _PLATFORM_ID.fullmatch(text)
    if platform:
        return platform_source(cloud, **platform.groupdict(), location=location)
    rid = parse_id(text, "imageReference.id")
    require_type(rid, "imageReference.id", IMAGE, DEFINITION, VERSION)
    if rid.type.lower() == IMAGE.lower():
        return managed_source(find_source(cloud, text, "imageReference.id", location, IMAGE))
    return gallery_source(cloud, rid, location)


def managed_source(image: Resource) -> ImageSource:
    """A managed image as something to start disks from."""
    layers, os_disk = image.internal["layers"], image.properties["storageProfile"]["osDisk"]
    return ImageSource(
        id=image.id,
        os_type=os_disk["osType"],
        generation=image.properties["hyperVGeneration"],
        generalized=os_disk["osState"] == "Generalized",
        os_layer=Layer(**layers["os"]),
        data_layers=tuple((lun, Layer(**layer)) for lun, layer in layers["data"]),
        plan=image.internal.get("plan"),
    )


_PARTS = ("publisher", "offer", "sku", "version")
