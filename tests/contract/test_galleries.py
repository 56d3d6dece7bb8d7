"""Galleries, image definitions and image versions through the SDK: from a source to something machines start from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from localazure.arm.ids import ResourceId
from localazure.providers.compute.gallery_source import gallery_source
from tests.contract.conftest import Azure
from tests.support.network import HERE, code_of
from tests.support.shelf import Shelf, machine


@pytest.fixture
def shelf(azure: Azure, group: str) -> Shelf:
    return Shelf(azure, group)


def refused(call: Callable[[], Any]) -> tuple[int | None, str]:
    with pytest.raises(HttpResponseError) as error:
        call()
    return error.value.status_code, code_of(error)


def test_a_gallery_has_a_name_that_is_its_own_in_the_subscription(shelf: Shelf) -> None:
    gallery = shelf.client.galleries.get(shelf.group, shelf.gallery.upper())
    assert gallery.identifier is not None
    assert str(gallery.identifier.unique_name).endswith(shelf.gallery.upper())
    assert refused(lambda: shelf.make_gallery("no-hyphens")) == (400, "InvalidResourceName")


@pytest.mark.parametrize(
    "change",
    [
        {"osState": "Specialized"},
        {"osType": "Windows"},
        {"hyperVGeneration": "V1"},
        {"identifier": {"publisher": "other", "offer": "web", "sku": "1"}},
        {"architecture": "Arm64"},
        {"features": [{"name": "DiskControllerTypes", "value": "SCSI, NVMe"}]},
        {"purchasePlan": {"name": "gold", "product": "web", "publisher": "contoso"}},
    ],
)
def test_what_makes_a_definition_cannot_change(shelf: Shelf, change: dict[str, Any]) -> None:
    assert refused(lambda: shelf.define(**change)) == (409, "PropertyChangeNotAllowed")


def test_a_definition_may_change_what_it_says(shelf: Shelf) -> None:
    changed = shelf.define(description="for the web", recommended={"vCPUs": {"min": 1, "max": 4}})
    assert changed.description == "for the web"
    faster = shelf.define(features=[{"name": "IsAcceleratedNetworkSupported", "value": "True"}], allowUpdateImage=True)
    assert [each.name for each in faster.features] == ["IsAcceleratedNetworkSupported"]
    assert changed.recommended.v_cp_us.max == 4


def test_a_new_definition_is_gen2_with_trusted_launch_unless_it_says_otherwise(shelf: Shelf) -> None:
    made = shelf.define("modern", hyperVGeneration=None, features=None)
    assert made.hyper_v_generation == "V2"
    assert [(each.name, each.value) for each in made.features] == [("SecurityType", "TrustedLaunchSupported")]


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"osType": None}, 400, "InvalidParameter"),
        ({"osState": "Broken"}, 400, "InvalidParameter"),
        ({"features": [{"name": "SecurityType", "value": "Very"}]}, 400, "InvalidParameter"),
        ({"identifier": {"publisher": "contoso", "offer": "WEB", "sku": "1"}}, 409, "Conflict"),
        ({"architecture": "Arm64", "hyperVGeneration": "V1", "features": None}, 400, "InvalidParameter"),
        ({"size": "large"}, 400, "InvalidRequestContent"),
    ],
)
def test_a_definition_azure_would_refuse_is_refused(
    shelf: Shelf, wrong: dict[str, Any], status: int, code: str
) -> None:
    assert refused(lambda: shelf.define("other", **wrong)) == (status, code)


def test_a_version_holds_what_its_source_held_and_says_where_it_is(shelf: Shelf) -> None:
    made = shelf.version(targetRegions=[{"name": "West Europe"}, {"name": "eastus", "regionalReplicaCount": 2}])
    assert made.provisioning_state == "Succeeded"
    assert made.storage_profile.os_disk_image.size_in_gb > 0
    regions = made.publishing_profile.target_regions
    assert [(each.name, each.regional_replica_count) for each in regions] == [("West Europe", 1), ("East US", 2)]
    status = shelf.shown().replication_status
    assert status.aggregated_state == "Completed"
    assert [(each.region, each.state, each.progress) for each in status.summary] == [
        ("West Europe", "Completed", 100),
        ("East US", "Completed", 100),
    ]
    plain = shelf.client.gallery_image_versions.get(shelf.group, shelf.gallery, "WEB", "1.0.0")
    assert plain.replication_status is None


def test_the_key_of_a_region_is_in_that_region(shelf: Shelf) -> None:
    body: Any = HERE | {"properties": {"activeKey": {"keyUrl": "https://v.vault.azure.net/keys/k/1"}}}
    key = shelf.client.disk_encryption_sets.begin_create_or_update(shelf.group, "key", body).result()
    assert key.identity is not None
    assert key.identity.principal_id
    encrypted = {"encryption": {"osDiskImage": {"diskEncryptionSetId": key.id}}}
    elsewhere = [{"name": "westeurope"}, {"name": "eastus"} | encrypted]
    assert refused(lambda: shelf.version(targetRegions=elsewhere)) == (400, "InvalidParameter")
    made = shelf.version(source=f"{shelf.root}/disks/disk", targetRegions=[{"name": "westeurope"} | encrypted])
    assert made.publishing_profile.target_regions[0].encryption.os_disk_image.disk_encryption_set_id == key.id


def test_a_version_read_and_sent_back_is_accepted(shelf: Shelf) -> None:
    made = shelf.version()
    versions = shelf.client.gallery_image_versions
    made.tags = {"a": "b"}
    again = versions.begin_create_or_update(shelf.group, shelf.gallery, "web", "1.0.0", made).result()
    assert again.tags == {"a": "b"}
    assert again.publishing_profile.published_date == made.publishing_profile.published_date


@pytest.mark.parametrize("name", ["1", "1.0", "1.0.x", "1.0.0.0", "v1.0.0", "1.0.2147483648"])
def test_a_version_is_named_by_three_numbers(shelf: Shelf, name: str) -> None:
    assert refused(lambda: shelf.version(name)) == (400, "InvalidParameter")


def test_regions_are_added_taken_away_and_checked(shelf: Shelf) -> None:
    shelf.version()
    both = [{"name": "westeurope"}, {"name": "northeurope"}]
    assert len(shelf.patch(publishingProfile={"targetRegions": both}).publishing_profile.target_regions) == 2
    assert shelf.latest("northeurope") == "1.0.0"
    shelf.patch(publishingProfile={"targetRegions": both[:1]})
    for regions in (both[1:], both[:1] * 2, [*both, {"name": "mars"}]):
        profile = {"targetRegions": regions}
        assert refused(partial(shelf.patch, publishingProfile=profile))[0] == 400


def test_an_update_says_all_that_azure_requires(shelf: Shelf) -> None:
    shelf.version()
    update: Any = {"properties": {"publishingProfile": {"excludeFromLatest": True}}}
    versions, definitions = shelf.client.gallery_image_versions, shelf.client.gallery_images
    short = partial(versions.begin_update, shelf.group, shelf.gallery, "web", "1.0.0", update)
    assert refused(short) == (400, "InvalidParameter")
    described: Any = {"properties": {"description": "short"}}
    assert refused(partial(definitions.begin_update, shelf.group, shelf.gallery, "web", described))[0] == 400
    tagged: Any = {"tags": {"a": "b"}}
    assert versions.begin_update(shelf.group, shelf.gallery, "web", "1.0.0", tagged).result().tags == {"a": "b"}


def test_replicas_can_be_protected(shelf: Shelf) -> None:
    both = [{"name": "westeurope"}, {"name": "northeurope"}]
    shelf.version(targetRegions=both)
    shelf.patch(safetyProfile={"allowDeletionOfReplicatedLocations": False})
    patch = {"targetRegions": both[:1]}
    assert refused(lambda: shelf.patch(publishingProfile=patch)) == (409, "OperationNotAllowed")


def test_a_version_may_be_kept_from_deletion_until_its_end_of_life(shelf: Shelf) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    shelf.version(endOfLifeDate=soon)
    shelf.patch(safetyProfile={"blockDeletionBeforeEndOfLife": True})
    versions = shelf.client.gallery_image_versions
    delete: Callable[[], Any] = partial(versions.begin_delete, shelf.group, shelf.gallery, "web", "1.0.0")
    assert refused(delete) == (409, "OperationNotAllowed")
    shelf.patch(safetyProfile={"blockDeletionBeforeEndOfLife": False})
    delete().wait()
    assert [each.name for each in versions.list_by_gallery_image(shelf.group, shelf.gallery, "web")] == []


def test_latest_is_the_highest_number_that_is_there_and_not_excluded(shelf: Shelf) -> None:
    disk = shelf.disk()
    for name in ("1.9.0", "1.10.0"):
        shelf.version(name, disk)
    shelf.version("2.0.0", disk, excludeFromLatest=True)
    assert shelf.latest() == "1.10.0"
    hidden = [{"name": "westeurope", "excludeFromLatest": True}]
    shelf.patch("1.10.0", publishingProfile={"targetRegions": hidden})
    assert shelf.latest() == "1.9.0"
    shelf.patch("2.0.0", publishingProfile={"excludeFromLatest": False})
    assert shelf.latest() == "2.0.0"


def test_a_version_is_only_in_its_regions(shelf: Shelf) -> None:
    made = shelf.version()
    cloud = shelf.azure.server.cloud
    source = gallery_source(cloud, ResourceId.parse(made.id), "westeurope")
    assert (source.os_type, source.generation, source.generalized, source.exact_version) == (
        "Linux",
        "V2",
        True,
        "1.0.0",
    )
    body: Any = HERE | {
        "location": "eastus",
        "properties": {"creationData": {"createOption": "FromImage", "galleryImageReference": {"id": made.id}}},
    }
    status, _ = refused(lambda: shelf.client.disks.begin_create_or_update(shelf.group, "far", body))
    assert status is not None
    assert 400 <= status < 500


@pytest.mark.parametrize(
    ("storage", "status", "code"),
    [
        ({}, 400, "InvalidParameter"),
        ({"osDiskImage": {"source": {"id": "disk"}}}, 400, "InvalidParameter"),
        ({"source": {"id": "{root}/virtualMachines/gone"}}, 404, "NotFound"),
        ({"source": {"id": "{root}/disks/disk"}}, 400, "InvalidParameter"),
        ({"osDiskImage": {"source": {"id": "{root}/disks/gone"}}}, 404, "NotFound"),
        ({"osDiskImage": {"source": {"id": "{root}/images/disk"}}}, 400, "InvalidParameter"),
        ({"osDiskImage": {"source": {"uri": "https://x/y.vhd"}}}, 501, "NotSupportedByLocalazure"),
    ],
)
def test_a_source_must_be_one_of_its_kind_and_there(shelf: Shelf, storage: Any, status: int, code: str) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(each) for key, each in value.items()}
        return value.replace("{root}", shelf.root)

    shelf.disk()
    assert refused(lambda: shelf.put_version("1.0.0", {"storageProfile": filled(storage)})) == (status, code)


def test_a_source_must_be_of_the_definitions_generation(shelf: Shelf) -> None:
    shelf.define("old", hyperVGeneration="V1", features=None)
    assert refused(lambda: shelf.version(image="old")) == (409, "Conflict")


def test_a_source_is_for_life(shelf: Shelf) -> None:
    shelf.version()
    other = shelf.disk("other")
    assert refused(lambda: shelf.version(source=other)) == (409, "PropertyChangeNotAllowed")


def test_a_version_can_be_made_from_a_version(shelf: Shelf) -> None:
    first = shelf.version()
    shelf.define("copy")
    copy = shelf.put_version("1.0.0", {"storageProfile": {"source": {"id": first.id}}}, "copy")
    shelf.client.gallery_image_versions.begin_delete(shelf.group, shelf.gallery, "web", "1.0.0").wait()
    assert gallery_source(shelf.azure.server.cloud, ResourceId.parse(copy.id), "westeurope").os_layer.size_bytes > 0


def test_what_holds_others_is_deleted_last(shelf: Shelf) -> None:
    shelf.version()
    client, group, gallery = shelf.client, shelf.group, shelf.gallery
    assert refused(lambda: client.galleries.begin_delete(group, gallery)) == (409, "CannotDeleteResource")
    assert refused(lambda: client.gallery_images.begin_delete(group, gallery, "web")) == (409, "CannotDeleteResource")
    client.gallery_image_versions.begin_delete(group, gallery, "web", "1.0.0").wait()
    client.gallery_images.begin_delete(group, gallery, "web").wait()
    client.galleries.begin_delete(group, gallery).wait()


def test_a_version_of_a_definition_that_is_not_there_is_refused(shelf: Shelf) -> None:
    assert refused(lambda: shelf.version(image="gone")) == (404, "ParentResourceNotFound")


def test_a_machine_must_be_generalized_and_deallocated_to_become_a_version(shelf: Shelf, azure: Azure) -> None:
    vm = machine(azure, shelf.group)
    storage = {"storageProfile": {"source": {"virtualMachineId": vm}}}
    machines = azure.compute.virtual_machines
    assert refused(lambda: shelf.put_version("1.0.0", storage)) == (409, "Conflict")
    machines.begin_power_off(shelf.group, "vm").wait()
    machines.generalize(shelf.group, "vm")
    assert refused(lambda: shelf.put_version("1.0.0", storage)) == (409, "OperationNotAllowed")
    machines.begin_deallocate(shelf.group, "vm").wait()
    made = shelf.put_version("1.0.0", storage)
    assert made.storage_profile.source.virtual_machine_id == vm
    assert made.storage_profile.os_disk_image.size_in_gb > 0


def test_creation_is_shaped_as_azure_shapes_it(shelf: Shelf, azure: Azure) -> None:
    path = f"{shelf.root}/galleries/{shelf.gallery}/images/web/versions/1.0.0"
    storage = {"osDiskImage": {"source": {"id": shelf.disk()}}}
    with azure.wire() as wire:
        body = HERE | {"properties": {"storageProfile": storage}}
        created = wire.put(path, params={"api-version": "2024-03-03"}, json=body)
        assert created.status_code == 201
        assert created.json()["properties"]["provisioningState"] == "Creating"
        assert "/capsOperations/" in created.headers["Azure-AsyncOperation"]
        assert {"startTime", "status", "name"} <= set(wire.get(created.headers["Azure-AsyncOperation"]).json())
