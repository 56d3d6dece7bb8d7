"""What a recipe says of its definition and its versions is what Azure has of them, and what differs is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from localazure.server import Server
from mintage.artifacts import RegionState
from mintage.azure.clients import Clients
from mintage.azure.ensure import Wanted
from mintage.azure.gallery import definition_path, destination_made
from mintage.azure.image_version import existing_version, with_status
from mintage.azure.preflight import check_destination
from mintage.azure.publish import publish
from mintage.azure.together import finish
from mintage.azure.verification import start_verification_vms
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused
from mintage.settings import Settings
from tests.contract.azure.conftest import MakePlan, capture_build

FULL = {
    "features": {"nvme": True, "accelerated_networking": True, "hibernation": False},
    "purchase_plan": {"publisher": "contoso", "product": "web", "name": "gold"},
    "recommended": {"vcpus": {"min": 2, "max": 16}, "memory_gib": {"min": 4, "max": 64}},
    "disallowed_disk_types": ["Standard_LRS"],
    "description": "for the web",
    "eula": "https://contoso.example/eula",
    "privacy_statement": "https://contoso.example/privacy",
    "release_notes": "https://contoso.example/notes",
    "end_of_life": "2030-01-01",
}


def planned(make_plan: MakePlan, definition: Any = FULL, **publish_to: Any) -> BuildPlan:
    usual = make_plan().recipe.publish.model_dump(mode="json")
    return make_plan(publish=usual | publish_to | {"definition": usual["definition"] | definition})


def defined(clients: Clients, plan: BuildPlan, source: Any) -> Any:
    made: Any = finish("definition", destination_made(clients, plan, source), seconds=60)
    return dict(made["properties"])


def test_a_definition_says_all_that_the_recipe_says_of_it(clients: Clients, make_plan: MakePlan, source: Any) -> None:
    properties = defined(clients, planned(make_plan), source)
    assert {each["name"]: each["value"] for each in properties["features"]} == {
        "SecurityType": "TrustedLaunchSupported",
        "DiskControllerTypes": "SCSI, NVMe",
        "IsAcceleratedNetworkSupported": "True",
        "IsHibernateSupported": "False",
    }
    assert properties["purchasePlan"] == FULL["purchase_plan"]
    assert properties["recommended"] == {"vCPUs": {"min": 2, "max": 16}, "memory": {"min": 4, "max": 64}}
    assert properties["disallowed"] == {"diskTypes": ["Standard_LRS"]}
    said = ("description", "eula", "privacyStatementUri", "releaseNoteUri")
    assert [properties[name] for name in said] == [
        FULL[name] for name in ("description", "eula", "privacy_statement", "release_notes")
    ]
    assert properties["endOfLifeDate"].startswith("2030-01-01T00:00:00")


def test_what_a_definition_says_is_brought_up_to_date_and_written_only_then(
    clients: Clients, make_plan: MakePlan, source: Any
) -> None:
    plan = planned(make_plan)
    before = defined(clients, plan, source)
    writes = clients.calls["PUT Microsoft.Compute/galleries/images"]
    assert defined(clients, plan, source) == before
    assert clients.calls["PUT Microsoft.Compute/galleries/images"] == writes
    wanted = plan.recipe.publish.definition.model_copy(update={"release_notes": "https://contoso.example/newer"})
    recipe = plan.recipe.model_copy(update={"publish": plan.recipe.publish.model_copy(update={"definition": wanted})})
    after = defined(clients, plan.model_copy(update={"recipe": recipe}), source)
    assert after == before | {"releaseNoteUri": "https://contoso.example/newer"}


@pytest.mark.parametrize(
    ("other", "seen"),
    [
        ({"state": "specialized"}, "osState is Generalized there and Specialized here"),
        ({"features": {"nvme": False}}, "DiskControllerTypes is SCSI, NVMe there and SCSI here"),
        ({"features": {"hibernation": True}}, "IsHibernateSupported is False there and True here"),
        ({"features": {"security": "Standard"}}, "SecurityType is TrustedLaunchSupported there and Standard here"),
        (
            {"purchase_plan": {"publisher": "contoso", "product": "web", "name": "silver"}},
            "purchasePlan is contoso:web:gold there and contoso:web:silver here",
        ),
    ],
)
def test_what_cannot_change_is_refused_before_anything_is_made(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: Any, other: Any, seen: str
) -> None:
    plan = planned(make_plan)
    defined(clients, plan, source)
    wanted = plan.recipe.publish.model_dump(mode="json")
    wanted["definition"] |= other
    with pytest.raises(AzureRefused) as raised:
        check_destination(clients, settings, plan_publishing(plan, wanted), source)
    assert raised.value.seen == seen
    assert ("--allow-update-image" in raised.value.remedy) == ("features" in other)


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"architecture": "Arm64"}, "architecture is x64 there and Arm64 here"),
        ({"generation": "V1"}, "V2 there and V1"),
    ],
)
def test_what_the_source_is_must_be_what_the_definition_is(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: Any, change: Any, seen: str
) -> None:
    sizes = {"region": "westeurope", "sizes": ["Standard_D2ps_v5", "Standard_B2s"]}
    plan, other = make_plan(), source.model_copy(update=change)
    changed = plan.model_copy(
        update={"recipe": make_plan(build=sizes).recipe.model_copy(update={"publish": plan.recipe.publish})}
    )
    defined(clients, plan, source)
    with pytest.raises(AzureRefused) as raised:
        check_destination(clients, settings, changed, other)
    assert seen in raised.value.seen


def test_a_definition_of_an_arm64_image_says_so(clients: Clients, make_plan: MakePlan, source: Any) -> None:
    properties = defined(clients, make_plan(), source.model_copy(update={"architecture": "Arm64"}))
    assert (properties["architecture"], properties["hyperVGeneration"]) == ("Arm64", "V2")


def test_an_image_of_generation_1_becomes_one_of_generation_1(
    clients: Clients, settings: Settings, make_plan: MakePlan, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = replace(server.cloud.catalogue[0], sku="12", generation="V1")
    monkeypatch.setattr(server.cloud, "catalogue", (*server.cloud.catalogue, first))
    plan = make_plan(source={"kind": "marketplace", "publisher": "Debian", "offer": "debian-12", "sku": "12"})
    build = capture_build(clients, settings, plan)
    definition: Any = clients.compute.gallery_images.get(*definition_path(plan))
    assert definition["properties"]["hyperVGeneration"] == "V1"
    # Only of generation 2 is there anything but Standard.
    assert not definition["properties"].get("features")
    proofs = start_verification_vms(clients, settings, plan, build.image, build.keys)
    for name in (build.vm.name, *(each.name for each in proofs)):
        found: Any = clients.compute.virtual_machines.get(plan.names.group, name, expand="instanceView")
        assert found["properties"]["instanceView"]["hyperVGeneration"] == "V1"


def plan_publishing(plan: BuildPlan, publish_to: Any) -> BuildPlan:
    sections = plan.recipe.model_dump(mode="json") | {"publish": publish_to}
    return plan.model_copy(update={"recipe": type(plan.recipe).model_validate(sections)})


def encryption_set(clients: Clients, plan: BuildPlan, region: str) -> str:
    clients.resources.resource_groups.create_or_update(
        plan.recipe.publish.resource_group,
        {"location": "westeurope"},
    )
    key = "https://contoso.vault.azure.net/keys/images/0123456789abcdef0123456789abcdef"
    body: Any = {
        "location": region,
        "identity": {"type": "SystemAssigned"},
        "properties": {"encryptionType": "EncryptionAtRestWithCustomerKey", "activeKey": {"keyUrl": key}},
    }
    sets = clients.compute.disk_encryption_sets
    poller = sets.begin_create_or_update(plan.recipe.publish.resource_group, f"keys-{region}", body)
    return str(poller.result()["id"])


def test_a_version_is_published_as_each_region_is_to_have_it_and_protected_at_last(
    clients: Clients, settings: Settings, make_plan: MakePlan
) -> None:
    plan = make_plan(build={"region": "westeurope", "data_disks": [{"lun": 3, "gib": 1}]})
    keys = {region: encryption_set(clients, plan, region) for region in ("westeurope", "northeurope")}
    publish_to = plan.recipe.publish.model_dump(mode="json") | {
        "replicas": 3,
        "storage": "Standard_ZRS",
        "disk_encryption_set": keys["westeurope"],
        "regions": [
            {"name": "northeurope", "exclude_from_latest": True, "disk_encryption_set": keys["northeurope"]},
            {"name": "eastus", "replicas": 2, "storage": "Premium_LRS"},
        ],
        "replication_mode": "shallow",
        "safety": {"allow_deletion_of_replicated_locations": False, "block_deletion_before_end_of_life": True},
    }
    build = capture_build(clients, settings, plan_publishing(plan, publish_to))
    captured = with_status(existing_version(clients, build.image))["properties"]
    assert captured["safetyProfile"]["blockDeletionBeforeEndOfLife"] is False
    assert captured["publishingProfile"]["replicationMode"] == "Shallow"

    published = publish(clients, build.plan, build.image, lambda states: None)

    properties = with_status(existing_version(clients, build.image))["properties"]
    regions = properties["publishingProfile"]["targetRegions"]
    shown = ("name", "regionalReplicaCount", "storageAccountType", "excludeFromLatest")
    assert [tuple(each[name] for name in shown) for each in regions] == [
        ("West Europe", 3, "Standard_ZRS", False),
        ("North Europe", 1, "Standard_LRS", True),
        ("East US", 2, "Premium_LRS", False),
    ]
    used = [each.get("encryption", {}).get("osDiskImage", {}).get("diskEncryptionSetId") for each in regions]
    assert used == [keys["westeurope"], keys["northeurope"], None]
    of_data = [each.get("encryption", {}).get("dataDiskImages") for each in regions]
    assert of_data == [[{"lun": 3, "diskEncryptionSetId": key}] for key in keys.values()] + [None]
    assert properties["safetyProfile"]["blockDeletionBeforeEndOfLife"] is True
    assert properties["safetyProfile"]["allowDeletionOfReplicatedLocations"] is False
    assert RegionState(region="East US", state="Completed", progress=100) in published.regions
    writes = clients.calls["PUT Microsoft.Compute/galleries/images/versions"]
    publish(clients, build.plan, build.image, lambda states: None)
    assert clients.calls["PUT Microsoft.Compute/galleries/images/versions"] == writes
    let_go(clients, existing_version(clients, build.image))


def let_go(clients: Clients, version: Wanted) -> None:
    """The test's own group must be able to go."""
    body: Any = {"properties": {"storageProfile": {}, "safetyProfile": {"blockDeletionBeforeEndOfLife": False}}}
    clients.compute.gallery_image_versions.begin_update(*version.path, body).wait()  # type: ignore[call-overload]
