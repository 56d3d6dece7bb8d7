"""What is refused before anything is made, on localazure."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients, connect
from mintage.azure.managed_image import check_managed_image
from mintage.azure.preflight import check_destination
from mintage.build_plan import BuildPlan
from mintage.errors import CapacityRefused, RecipeError, SettingsError
from mintage.settings import Settings
from tests.contract.azure.conftest import MakePlan, with_publish


def test_a_build_that_can_be_made_passes_and_makes_nothing(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource
) -> None:
    before = writes(clients)
    check_destination(clients, settings, plan, source)
    assert writes(clients) == before


def test_a_region_there_is_not_is_named_with_its_field(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource
) -> None:
    plan = make_plan(build={"region": "atlantis"})
    with pytest.raises(RecipeError, match=r"build\.region: atlantis"):
        check_destination(clients, settings, plan, source)


def test_a_target_region_there_is_not_is_named_with_its_field(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource
) -> None:
    sections = plan.recipe.model_dump(mode="json")
    sections["publish"]["regions"].append({"name": "atlantis"})
    changed = plan.model_copy(update={"recipe": type(plan.recipe).model_validate(sections)})
    with pytest.raises(RecipeError, match=r"publish\.regions\[1\]\.name: atlantis"):
        check_destination(clients, settings, changed, source)


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ("Standard_Nowhere_v9", "not offered in the region"),
        ("Standard_A2_v2", "runs generation V1, the image is V2"),
        ("Standard_D2ps_v5", "has Arm64 processors, the image is for x64"),
    ],
)
def test_a_size_that_cannot_be_had_is_told_with_the_reason(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource, size: str, reason: str
) -> None:
    with pytest.raises(CapacityRefused) as raised:
        check_destination(clients, settings, make_plan(build={"region": "westeurope", "sizes": [size]}), source)
    assert raised.value.seen == f"{size}: {reason}"
    both = make_plan(build={"region": "westeurope", "sizes": [size, "Standard_B2s"]})
    check_destination(clients, settings, both, source)


def test_a_disk_that_is_smaller_than_the_source_is_told_before_anything_is_made(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource
) -> None:
    plan = make_plan(build={"region": "westeurope", "os_disk_gib": 16})
    with pytest.raises(RecipeError, match=r"build\.os_disk_gib: 16") as raised:
        check_destination(clients, settings, plan, source.model_copy(update={"os_disk_size_gib": 30}))
    assert "a disk of 30 GiB" in raised.value.seen


def test_a_size_for_verification_must_be_there_too(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource
) -> None:
    plan = make_plan(verify={"sizes": ["Standard_B2s", "Standard_Nowhere_v9"]})
    with pytest.raises(CapacityRefused, match=r"verify\.sizes"):
        check_destination(clients, settings, plan, source)


def test_a_builder_without_an_address_is_told_first(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource
) -> None:
    with pytest.raises(SettingsError, match="MINTAGE_BUILDER_ADDRESS"):
        check_destination(clients, settings.model_copy(update={"builder_address": None}), plan, source)


def test_a_subscription_that_is_not_there_is_a_matter_of_settings(
    settings: Settings, plan: BuildPlan, source: ResolvedSource
) -> None:
    elsewhere = settings.model_copy(update={"subscription_id": "99999999-0000-4000-8000-000000000009"})
    with connect(elsewhere) as strangers, pytest.raises(SettingsError) as raised:
        check_destination(strangers, elsewhere, plan, source)
    assert "SubscriptionNotFound" in raised.value.seen
    assert "MINTAGE_SUBSCRIPTION_ID" in raised.value.remedy


def test_an_identity_azure_does_not_know_is_a_matter_of_settings(
    settings: Settings, plan: BuildPlan, source: ResolvedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Leaves DefaultAzureCredential one way to an identity, which finds nothing here.
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    with connect(settings) as nobody, pytest.raises(SettingsError) as raised:
        check_destination(nobody, settings, plan, source)
    assert "EnvironmentCredential" in raised.value.seen
    assert "az login" in raised.value.remedy


def test_what_could_not_be_delivered_is_refused_before_anything_is_made(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource, tmp_path: Path
) -> None:
    plan = make_plan()
    to = plan.recipe.publish
    managed = with_publish(plan, forms=[{"kind": "managed_image", "resource_group": "images"}])
    with pytest.raises(RecipeError, match="x64 only"):
        check_managed_image(managed, source.model_copy(update={"architecture": "Arm64"}))
    itself = with_publish(plan, forms=[{"kind": "copy", "resource_group": to.resource_group, "gallery": to.gallery}])
    with pytest.raises(RecipeError, match="would be what it is copied from"):
        check_destination(clients, settings, itself, source)
    (tmp_path / "file").touch()
    nowhere = with_publish(plan, forms=[{"kind": "vhd", "folder": str(tmp_path / "file" / "vhds")}])
    with pytest.raises(RecipeError, match="cannot write"):
        check_destination(clients, settings, nowhere, source)
    absent = {"kind": "copy", "resource_group": "r", "gallery": "g", "subscription_id": str(uuid.uuid4())}
    with pytest.raises(SettingsError, match="SubscriptionNotFound"):
        check_destination(clients, settings, with_publish(plan, forms=[absent]), source)


def writes(clients: Clients) -> int:
    return sum(count for kind, count in clients.calls.items() if not kind.startswith("GET "))


def test_a_login_that_this_worker_could_not_make_is_refused_with_what_to_install(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource
) -> None:
    plan = make_plan(os="windows", connection={"auth": "kerberos"})
    with pytest.raises(SettingsError, match="no Python module kerberos") as raised:
        check_destination(clients, settings, plan, source)
    assert "pywinrm[kerberos]" in raised.value.remedy
