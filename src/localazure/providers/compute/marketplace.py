"""The marketplace as Compute shows it: publishers, their offers, SKUs, and the versions of each."""

from __future__ import annotations

from collections.abc import Iterable

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.catalogue import Catalogue, PlatformImage
from localazure.cloud import Cloud, Route
from localazure.providers.compute.platform_source import version_key
from localazure.providers.compute.regional import regional_url, served_location

_PUBLISHERS = regional_url("publishers")
_OFFERS = f"{_PUBLISHERS}/{{publisher}}/artifacttypes/vmimage/offers"
_SKUS = f"{_OFFERS}/{{offer}}/skus"
_VERSIONS = f"{_SKUS}/{{sku}}/versions"


def list_publishers(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    location = served_location(call, values["location"], "locations/publishers")
    return _names(cloud, location, (image.publisher for image in cloud.catalogue), "Publishers")


def list_offers(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    location, images = _found(cloud, call, values)
    above = f"Publishers/{images[0].publisher}/ArtifactTypes/VMImage/Offers"
    return _names(cloud, location, (image.offer for image in images), above)


def list_skus(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    location, images = _found(cloud, call, values)
    above = f"Publishers/{images[0].publisher}/ArtifactTypes/VMImage/Offers/{images[0].offer}/Skus"
    return _names(cloud, location, (image.sku for image in images), above)


def list_versions(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    location, images = _found(cloud, call, values)
    listed = sorted(images, key=lambda image: version_key(image.version), reverse=_descending(call))
    top = call.query.get("top")
    if top is not None and not top.isdecimal():
        raise invalid_parameter(f"The value '{top}' of $top is not a number.", "$top")
    expanded = call.query.get("expand", "").lower() == "properties"
    shown = [_version(cloud, location, image, full=expanded) for image in listed[: int(top) if top else None]]
    return Answer(200, shown)


def show_version(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    location, images = _found(cloud, call, values)
    return Answer(200, _version(cloud, location, images[0], full=True))


def _found(cloud: Cloud, call: Call, values: dict[str, str]) -> tuple[str, Catalogue]:
    """The region, and the images under what the URL names. Raises CloudError 404 when there are none."""
    location = served_location(call, values["location"], "locations/publishers")
    images = tuple(image for image in cloud.catalogue if _under(image, values))
    if not images:
        raise CloudError(404, "NotFound", "Artifact: VMImage was not found.")
    return location, images


def _under(image: PlatformImage, values: dict[str, str]) -> bool:
    parts = ("publisher", "offer", "sku", "version")
    return all(values[part].lower() == str(getattr(image, part)).lower() for part in parts if part in values)


def _names(cloud: Cloud, location: str, names: Iterable[str], above: str) -> Answer:
    root = _root(cloud, location)
    unique = sorted(set(names))
    return Answer(200, [{"location": location, "name": name, "id": f"{root}/{above}/{name}"} for name in unique])


def _version(cloud: Cloud, location: str, image: PlatformImage, *, full: bool) -> Json:
    path = (
        f"Publishers/{image.publisher}/ArtifactTypes/VMImage/Offers/{image.offer}/Skus/{image.sku}"
        f"/Versions/{image.version}"
    )
    shown: Json = {"location": location, "name": image.version, "id": f"{_root(cloud, location)}/{path}"}
    return shown | ({"properties": _properties(image)} if full else {})


def _properties(image: PlatformImage) -> Json:
    """``features`` says what a machine here has: no Trusted Launch, no NVMe disks."""
    properties: Json = {
        "architecture": image.architecture,
        "hyperVGeneration": image.generation,
        "osDiskImage": {"operatingSystem": image.os_type},
        "dataDiskImages": [],
        "automaticOSUpgradeProperties": {"automaticOSUpgradeSupported": False},
        "features": [{"name": "DiskControllerTypes", "value": "SCSI"}],
        "disallowed": {"vmDiskType": "Unmanaged"},
        "imageDeprecationStatus": _deprecation(image),
    }
    if image.plan:
        plan = {"publisher": image.plan.publisher, "name": image.plan.name, "product": image.plan.product}
        properties["plan"] = plan
    return properties


def _deprecation(image: PlatformImage) -> Json:
    found = image.deprecation
    if found is None:
        return {"imageState": "Active"}
    when = {"scheduledDeprecationTime": found.when} if found.when else {}
    instead = {"alternativeOption": {"type": found.instead[0], "value": found.instead[1]}} if found.instead else {}
    return {"imageState": found.state, **when, **instead}


def _descending(call: Call) -> bool:
    order = call.query.get("orderby", "name").lower().split()
    if order[0] != "name" or order[1:] not in ([], ["asc"], ["desc"]):
        raise invalid_parameter(
            f"$orderby '{call.query['orderby']}' is not 'name', 'name asc' or 'name desc'.", "$orderby"
        )
    return order[1:] == ["desc"]


def _root(cloud: Cloud, location: str) -> str:
    return f"/Subscriptions/{cloud.subscription.id}/Providers/Microsoft.Compute/Locations/{location}"


MARKETPLACE_ROUTES = (
    Route("GET", _PUBLISHERS, list_publishers),
    Route("GET", _OFFERS, list_offers),
    Route("GET", _SKUS, list_skus),
    Route("GET", _VERSIONS, list_versions),
    Route("GET", f"{_VERSIONS}/{{version}}", show_version),
)
