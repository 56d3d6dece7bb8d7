"""Galleries as those see them who do not own them: community galleries, and galleries shared directly.

``…/locations/{location}/communityGalleries/{public name}/images/{image}/versions/{version}``, and ``sharedGalleries``
likewise, by the gallery's unique name. Shapes are those of OpenAPI GalleryRP 2024-03-03 and its examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud, Handler, Route
from localazure.locations import LOCATIONS
from localazure.providers.compute.gallery_sharing import is_public_as, is_shared_with
from localazure.providers.compute.image_references import DEFINITION, VERSION
from localazure.providers.compute.regional import regional_url, served_location
from localazure.providers.compute.replication import is_available, short
from localazure.store import Resource

_GALLERY = "Microsoft.Compute/galleries"
_SHOWN = (
    "osType", "osState", "hyperVGeneration", "identifier", "architecture", "features", "purchasePlan", "recommended",
    "disallowed", "endOfLifeDate", "privacyStatementUri", "eula",
)  # fmt: skip
"""Of a definition, to those whom its gallery is open to."""
_ID = re.compile(
    r"/(?P<kind>communityGalleries|sharedGalleries)/(?P<gallery>[^/]+)(/images/(?P<image>[^/]+)"
    r"(/versions/(?P<version>[^/]+))?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Kind:
    """One of the two ways in which a gallery is open."""

    url: str
    """The collection's name in URLs."""
    unique: str
    """The first word of its unique ids."""
    type: str
    """What types of its resources begin with."""


COMMUNITY = _Kind("communityGalleries", "CommunityGalleries", "communityGallery")
SHARED = _Kind("sharedGalleries", "SharedGalleries", "sharedGallery")


def definition_of(cloud: Cloud, text: str, subscription: str) -> ResourceId:
    """The definition, or the version, that a unique id means to a subscription. Raises CloudError 404."""
    found = _ID.fullmatch(text)
    if found is None or not found["image"]:
        message = f"The image id '{text}' is not like /CommunityGalleries/…/Images/…, with or without /Versions/…"
        raise CloudError(400, "InvalidParameter", message, target="imageReference")
    kind = COMMUNITY if found["kind"].lower() == COMMUNITY.url.lower() else SHARED
    gallery = _gallery(cloud, kind, found["gallery"], subscription)
    image = gallery.rid.child("images", found["image"])
    return image.child("versions", found["version"]) if found["version"] else image


def _show_gallery(kind: _Kind) -> Handler:
    def show(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
        gallery, location = _asked(kind, cloud, call, values)
        return Answer(200, _gallery_document(kind, gallery, location))

    return show


def _list_shared(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    location = served_location(call, values["location"], "locations/sharedGalleries")
    found = [each for each in cloud.store.of_type(_GALLERY) if _is_shared(cloud, each, values["subscription"])]
    return Answer(200, {"value": [_gallery_document(SHARED, each, location) for each in found]})


def _list_images(kind: _Kind) -> Handler:
    def list_(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
        gallery, location = _asked(kind, cloud, call, values)
        images = cloud.store.of_type(DEFINITION, under=gallery.rid)
        return Answer(200, {"value": [_image_document(kind, gallery, each, location) for each in images]})

    return list_


def _show_image(kind: _Kind) -> Handler:
    def show(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
        gallery, location = _asked(kind, cloud, call, values)
        return Answer(200, _image_document(kind, gallery, _image(cloud, gallery, values["image"]), location))

    return show


def _list_versions(kind: _Kind) -> Handler:
    def list_(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
        gallery, location = _asked(kind, cloud, call, values)
        found = _versions(cloud, _image(cloud, gallery, values["image"]), location)
        return Answer(200, {"value": [_version_document(kind, gallery, each, location) for each in found]})

    return list_


def _show_version(kind: _Kind) -> Handler:
    def show(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
        gallery, location = _asked(kind, cloud, call, values)
        for each in _versions(cloud, _image(cloud, gallery, values["image"]), location):
            if each.rid.name == values["version"]:
                return Answer(200, _version_document(kind, gallery, each, location))
        raise _absent(f"image version '{values['version']}'", location)

    return show


def _asked(kind: _Kind, cloud: Cloud, call: Call, values: dict[str, str]) -> tuple[Resource, str]:
    """The gallery and the region that a URL names."""
    location = served_location(call, values["location"], f"locations/{kind.url}")
    return _gallery(cloud, kind, values["gallery"], values["subscription"]), location


def _gallery(cloud: Cloud, kind: _Kind, name: str, subscription: str) -> Resource:
    for each in cloud.store.of_type(_GALLERY):
        if kind is COMMUNITY and is_public_as(each, name):
            return each
        if kind is SHARED and _unique_name(each).lower() == name.lower() and _is_shared(cloud, each, subscription):
            return each
    raise _absent(f"{kind.type} '{name}'", None)


def _is_shared(cloud: Cloud, gallery: Resource, subscription: str) -> bool:
    return is_shared_with(gallery, subscription, cloud.subscription.tenant)


def _image(cloud: Cloud, gallery: Resource, name: str) -> Resource:
    found = cloud.store.find(gallery.rid.child("images", name))
    if found is None:
        raise _absent(f"gallery image '{name}'", None)
    return found


def _versions(cloud: Cloud, image: Resource, location: str) -> Iterable[Resource]:
    """Those that have arrived in the region."""
    versions = cloud.store.of_type(VERSION, under=image.rid)
    return [each for each in versions if is_available(each, location, cloud.pace)]


def _absent(what: str, location: str | None) -> CloudError:
    where = f" in {LOCATIONS[location]}" if location else ""
    return CloudError(404, "NotFound", f"The {what} is not found{where}, or not shared with this subscription.")


def _unique_name(gallery: Resource) -> str:
    return str(gallery.properties["identifier"]["uniqueName"])


def _open_name(kind: _Kind, gallery: Resource) -> str:
    return str(gallery.internal["sharing"]["public_name"]) if kind is COMMUNITY else _unique_name(gallery)


def _document(kind: _Kind, suffix: str, path: str, location: str, properties: Json) -> Json:
    # What is shared directly shows no type (OpenAPI: sharedGallery.json).
    shown_type = {"type": f"Microsoft.Compute/locations/{kind.type}{suffix}"} if kind is COMMUNITY else {}
    return {
        "name": path.rpartition("/")[2],
        **shown_type,
        "location": location,
        "identifier": {"uniqueId": f"/{kind.unique}/{path}"},
        "properties": properties,
    }


def _gallery_document(kind: _Kind, gallery: Resource, location: str) -> Json:
    properties: Json = {}
    if kind is COMMUNITY:
        kept = gallery.internal["sharing"]
        metadata = {key: kept["community"][key] for key in ("publisherUri", "publisherContact", "eula")}
        properties = {"communityMetadata": {**metadata, "publicNames": [kept["public_name"]]}}
    return _document(kind, "", _open_name(kind, gallery), location, properties)


def _image_document(kind: _Kind, gallery: Resource, image: Resource, location: str) -> Json:
    properties = {key: image.properties[key] for key in _SHOWN if key in image.properties}
    path = f"{_open_name(kind, gallery)}/Images/{image.rid.name}"
    return _document(kind, "Image", path, location, properties)


def _version_document(kind: _Kind, gallery: Resource, version: Resource, location: str) -> Json:
    publishing, storage = version.properties["publishingProfile"], version.properties["storageProfile"]
    regions = [each for each in publishing["targetRegions"] if short(each["name"]) == location]
    excluded = publishing["excludeFromLatest"] or any(each["excludeFromLatest"] for each in regions)
    data = [{"lun": each["lun"], **_disk(each)} for each in storage["dataDiskImages"]]
    properties = {
        "publishedDate": publishing["publishedDate"],
        "excludeFromLatest": bool(excluded),
        "storageProfile": {"osDiskImage": _disk(storage["osDiskImage"])} | ({"dataDiskImages": data} if data else {}),
    }
    if publishing.get("endOfLifeDate"):
        properties["endOfLifeDate"] = publishing["endOfLifeDate"]
    image = version.rid.parent or version.rid
    path = f"{_open_name(kind, gallery)}/Images/{image.name}/Versions/{version.rid.name}"
    return _document(kind, "ImageVersion", path, location, properties)


def _disk(disk: Json) -> Json:
    return {"diskSizeGB": disk["sizeInGB"], "hostCaching": disk["hostCaching"]}


def _routes(kind: _Kind) -> Iterable[Route]:
    root = f"{regional_url(kind.url)}/{{gallery}}"
    yield Route("GET", root, _show_gallery(kind))
    yield Route("GET", f"{root}/images", _list_images(kind))
    yield Route("GET", f"{root}/images/{{image}}", _show_image(kind))
    yield Route("GET", f"{root}/images/{{image}}/versions", _list_versions(kind))
    yield Route("GET", f"{root}/images/{{image}}/versions/{{version}}", _show_version(kind))


OPEN_GALLERY_ROUTES = (
    Route("GET", regional_url(SHARED.url), _list_shared),
    *_routes(COMMUNITY),
    *_routes(SHARED),
)
