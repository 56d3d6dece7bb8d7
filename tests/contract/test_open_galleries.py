"""Galleries that are open to others: shared with a community, or directly with subscriptions and tenants."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.compute import ComputeManagementClient

from localazure.settings import OTHER_SUBSCRIPTION
from tests.contract.conftest import Azure
from tests.support.compute import HERE, Compute, refusal

REGION = "westeurope"
COMMUNITY = {
    "permissions": "Community",
    "communityGalleryInfo": {
        "publisherUri": "https://publisher.example",
        "publisherContact": "images@publisher.example",
        "eula": "https://publisher.example/eula",
        "publicNamePrefix": "Public",
    },
}


class OpenShelf:
    """A gallery with an image of a marketplace disk, version 1.0.0, and 2.0.0 excluded from latest."""

    def __init__(self, azure: Azure, group: str) -> None:
        self.compute, self.group = Compute(azure, group), group
        self.client, self.name = azure.compute, f"open_{uuid.uuid4().hex[:8]}"
        self.unique = f"{azure.endpoints.subscription}-{self.name.upper()}"

    def put(self, **sharing: Any) -> Any:
        body: Any = HERE | {"properties": {"sharingProfile": sharing} if sharing else {}}
        return self.client.galleries.begin_create_or_update(self.group, self.name, body).result()

    def share(self, **asked: Any) -> None:
        body: Any = asked
        self.client.gallery_sharing_profile.begin_update(self.group, self.name, body).result()

    def fill(self) -> None:
        image = (
            f"/subscriptions/{self.compute.azure.endpoints.subscription}/providers/Microsoft.Compute/locations/{REGION}"
            "/publishers/Debian/artifactTypes/VMImage/offers/debian-12/skus/12-gen2/versions/12.20260101.0"
        )
        disk = self.compute.disk("debian", gb=None, createOption="FromImage", imageReference={"id": image})
        identifier = {"publisher": "p", "offer": "o", "sku": "s"}
        kind = {"osType": "Linux", "osState": "Generalized", "hyperVGeneration": "V2", "identifier": identifier}
        body: Any = HERE | {"properties": kind}
        self.client.gallery_images.begin_create_or_update(self.group, self.name, "image", body).wait()
        for version, excluded in (("1.0.0", False), ("2.0.0", True)):
            publishing = {"targetRegions": [{"name": REGION}], "excludeFromLatest": excluded}
            storage = {"osDiskImage": {"source": {"id": disk.id}}}
            made: Any = HERE | {"properties": {"publishingProfile": publishing, "storageProfile": storage}}
            versions = self.client.gallery_image_versions
            versions.begin_create_or_update(self.group, self.name, "image", version, made).wait()

    def public_name(self) -> str:
        profile: Any = self.client.galleries.get(self.group, self.name).sharing_profile
        (name,) = profile.community_gallery_info.public_names
        return str(name)


@pytest.fixture
def shelf(azure: Azure, group: str) -> OpenShelf:
    return OpenShelf(azure, group)


def machine_of(shelf: OpenShelf, **reference: str) -> Any:
    body = shelf.compute.body("vm")
    body["properties"]["storageProfile"]["imageReference"] = reference
    return shelf.compute.put("vm", body)


def test_a_community_gallery_is_seen_by_its_public_name_once_it_is_enabled(shelf: OpenShelf) -> None:
    shelf.put(**COMMUNITY)
    shelf.fill()
    name, client = shelf.public_name(), shelf.client
    assert name.startswith("Public-")
    with pytest.raises(HttpResponseError) as caught:
        client.community_galleries.get(REGION, name)
    assert refusal(caught) == (404, "NotFound")
    shelf.share(operationType="EnableCommunity")
    found: Any = client.community_galleries.get(REGION, name)
    assert found.identifier.unique_id == f"/CommunityGalleries/{name}"
    assert found.properties.community_metadata.publisher_contact == "images@publisher.example"
    images: list[Any] = list(client.community_gallery_images.list(REGION, name))
    shown = [(each.name, each.properties.os_state, each.properties.hyper_v_generation) for each in images]
    assert shown == [("image", "Generalized", "V2")]
    versions: Any = client.community_gallery_image_versions
    listed = {each.name: each.properties.exclude_from_latest for each in versions.list(REGION, name, "image")}
    assert listed == {"1.0.0": False, "2.0.0": True}
    assert not list(versions.list("uksouth", name, "image"))
    one: Any = versions.get(REGION, name, "image", "1.0.0")
    assert one.properties.storage_profile.os_disk_image.disk_size_gb == 30
    assert one.identifier.unique_id == f"/CommunityGalleries/{name}/Images/image/Versions/1.0.0"
    # A change of something else leaves it as it is shared, by the same name.
    shelf.put(**COMMUNITY)
    assert client.community_galleries.get(REGION, name).name == name
    shelf.share(operationType="Reset")
    with pytest.raises(HttpResponseError):
        client.community_galleries.get(REGION, name)


def test_a_machine_is_made_of_a_community_image_and_shows_which_version_that_was(shelf: OpenShelf) -> None:
    shelf.put(**COMMUNITY)
    shelf.fill()
    shelf.share(operationType="EnableCommunity")
    image = f"/CommunityGalleries/{shelf.public_name()}/Images/image"
    made = machine_of(shelf, communityGalleryImageId=image)
    reference = made.storage_profile.image_reference
    assert (reference.community_gallery_image_id, reference.exact_version) == (image, "1.0.0")
    disk: Any = shelf.client.disks.get(shelf.group, made.storage_profile.os_disk.name)
    shown = disk.creation_data.gallery_image_reference.community_gallery_image_id
    assert shown == f"{image}/Versions/1.0.0"


def test_a_gallery_is_open_to_those_it_is_shared_with_and_to_nobody_else(shelf: OpenShelf, azure: Azure) -> None:
    shelf.put(permissions="Groups")
    shelf.fill()
    options = azure.options | {"subscription_id": OTHER_SUBSCRIPTION}
    with ComputeManagementClient(**options) as other:
        assert not [each for each in other.shared_galleries.list(REGION) if each.name == shelf.unique]
        with pytest.raises(HttpResponseError) as caught:
            other.shared_gallery_images.get(REGION, shelf.unique, "image")
        assert refusal(caught) == (404, "NotFound")
        shelf.share(operationType="Add", groups=[{"type": "Subscriptions", "ids": [OTHER_SUBSCRIPTION]}])
        assert [each.name for each in other.shared_galleries.list(REGION)] == [shelf.unique]
        found = other.shared_gallery_image_versions.get(REGION, shelf.unique, "image", "1.0.0")
        assert found.identifier
        assert found.identifier.unique_id == f"/SharedGalleries/{shelf.unique}/Images/image/Versions/1.0.0"
    # The owner is none of those it is shared with.
    with pytest.raises(HttpResponseError):
        machine_of(shelf, sharedGalleryImageId=f"/SharedGalleries/{shelf.unique}/Images/image")
    shelf.share(operationType="Add", groups=[{"type": "AADTenants", "ids": [azure.server.settings.tenant]}])
    made = machine_of(shelf, sharedGalleryImageId=f"/SharedGalleries/{shelf.unique}/Images/image/Versions/2.0.0")
    assert made.storage_profile.image_reference.exact_version == "2.0.0"
    gallery: Any = shelf.client.galleries.get(shelf.group, shelf.name, expand="SharingProfile/Groups")
    assert {each.type for each in gallery.sharing_profile.groups} == {"Subscriptions", "AADTenants"}
    gallery = shelf.client.galleries.get(shelf.group, shelf.name)
    assert gallery.sharing_profile.groups is None


@pytest.mark.parametrize(
    ("sharing", "share"),
    [
        ({"permissions": "Private"}, {"operationType": "EnableCommunity"}),
        (COMMUNITY, {"operationType": "Add", "groups": []}),
    ],
)
def test_what_cannot_be_shared_like_that_is_refused(
    shelf: OpenShelf, sharing: dict[str, Any], share: dict[str, Any]
) -> None:
    shelf.put(**sharing)
    with pytest.raises(HttpResponseError) as caught:
        shelf.share(**share)
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_permissions_are_one_of_azures_and_a_community_is_told_who_publishes(shelf: OpenShelf) -> None:
    for permissions in ("Community", "Everybody"):
        with pytest.raises(HttpResponseError) as caught:
            shelf.put(permissions=permissions)
        assert refusal(caught) == (400, "InvalidParameter")


def test_what_is_shared_is_not_opened_to_others_until_its_sharing_is_reset(shelf: OpenShelf) -> None:
    shelf.put(**COMMUNITY)
    shelf.share(operationType="EnableCommunity")
    with pytest.raises(HttpResponseError) as caught:
        shelf.put(permissions="Groups")
    assert refusal(caught) == (409, "PropertyChangeNotAllowed")
    shelf.share(operationType="Reset")
    assert shelf.put(permissions="Groups").sharing_profile.permissions == "Groups"


def test_an_image_is_named_in_one_way(shelf: OpenShelf) -> None:
    body = shelf.compute.body("vm")
    both = {
        "communityGalleryImageId": "/CommunityGalleries/a/Images/b",
        "sharedGalleryImageId": "/SharedGalleries/a/Images/b",
    }
    for reference in (both, both | {"id": "/x"}, {"communityGalleryImageId": "/CommunityGalleries/a"}):
        body["properties"]["storageProfile"]["imageReference"] = reference
        with pytest.raises(HttpResponseError) as caught:
            shelf.compute.put("vm", body)
        assert refusal(caught) == (400, "InvalidParameter")
