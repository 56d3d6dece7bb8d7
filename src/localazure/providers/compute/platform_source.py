"""Marketplace images as something to start disks from."""

from __future__ import annotations

from localazure.arm.errors import CloudError
from localazure.catalogue import PlatformImage
from localazure.cloud import Cloud
from localazure.providers.compute.image_source import ImageSource, Layer
from localazure.providers.compute.purchase_plans import shown_plan


def platform_source(
    cloud: Cloud, publisher: str, offer: str, sku: str, version: str, location: str | None
) -> ImageSource:
    """The image of that name; ``latest`` is the newest version. Raises CloudError 404 when there is none."""
    found = find_platform_image(cloud, publisher, offer, sku, version)
    if found is None:
        message = (
            f"The platform image '{publisher}:{offer}:{sku}:{version}' is not available. Verify that all fields in "
            "the storage profile are correct. For more details about storage profile information, please refer to "
            "https://aka.ms/storageprofile"
        )
        raise CloudError(404, "PlatformImageNotFound", message, target="imageReference")
    return ImageSource(
        id=_image_id(cloud, found, location),
        os_type=found.os_type,
        generation=found.generation,
        generalized=True,
        os_layer=Layer(found.layer, cloud.hypervisor.import_layer(found.layer, found.file)),
        architecture=found.architecture,
        exact_version=found.version,
        plan=shown_plan(found.plan),
    )


def find_platform_image(cloud: Cloud, publisher: str, offer: str, sku: str, version: str) -> PlatformImage | None:
    """The image of that name in any case, or None."""
    wanted = (publisher.lower(), offer.lower(), sku.lower())
    versions = [each for each in cloud.catalogue if _names(each) == wanted]
    if version.lower() == "latest":
        return max(versions, key=lambda each: version_key(each.version), default=None)
    return next((each for each in versions if each.version == version), None)


def version_key(version: str) -> tuple[int, ...]:
    """Sorts versions as Azure does, number by number."""
    return tuple(int(part) for part in version.split("."))


def _names(image: PlatformImage) -> tuple[str, str, str]:
    return image.publisher.lower(), image.offer.lower(), image.sku.lower()


def _image_id(cloud: Cloud, image: PlatformImage, location: str | None) -> str:
    return (
        f"/Subscriptions/{cloud.subscription.id}/Providers/Microsoft.Compute/Locations/{location}"
        f"/Publishers/{image.publisher}/ArtifactTypes/VMImage/Offers/{image.offer}/Skus/{image.sku}"
        f"/Versions/{image.version}"
    )
