"""From a build VM to an image that is the latest, on localazure."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from localazure.faults.client import FaultClient
from localazure.faults.kinds.operations import FailedOperationFault
from mintage.artifacts import BuildVm, ImageVersion, RegionState, ResolvedSource
from mintage.azure.adopted import made_by_build
from mintage.azure.capture import capture, capture_as_next
from mintage.azure.clients import Clients, connect
from mintage.azure.comeback import start_if_stopped
from mintage.azure.ensure import Document, removed
from mintage.azure.image_version import existing_version, image_version, version_at, version_body, with_status
from mintage.azure.power import is_generalized, power_state
from mintage.azure.preflight import check_destination
from mintage.azure.provision import provision
from mintage.azure.publish import mark_unfit, publish
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.source import resolve_source
from mintage.azure.together import Waiting, completed, finish, silent
from mintage.azure.version_number import choose_version
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, NameLost, RecipeError
from mintage.names import BUILD_TAG, EXPIRES_TAG, RECIPE_SHA256_TAG, SOURCE_TAG, UNFIT_TAG
from mintage.settings import Settings
from tests.contract.azure.conftest import Captured, MakePlan, with_publish
from tests.support.build_vms import keys_of


@pytest.fixture(scope="module")
def plan(captured: Any) -> BuildPlan:
    """Most tests here only look at one build; those that change their version capture another one."""
    return captured.plan  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def source(captured: Any) -> ResolvedSource:
    return captured.source  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def vm(captured: Any) -> BuildVm:
    return captured.vm  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def image(captured: Any) -> ImageVersion:
    return captured.image  # type: ignore[no-any-return]


def shown(clients: Clients, image: ImageVersion) -> Any:
    return with_status(existing_version(clients, image))


def test_the_snapshot_is_incremental_and_nobody_can_download_it(clients: Clients, plan: BuildPlan, vm: BuildVm) -> None:
    snapshot = snapshot_disks(clients, plan, vm, "before")
    made: Any = clients.compute.snapshots.get(vm.resource_group, snapshot.name)
    assert made["id"] == snapshot.resource_id
    assert made["properties"]["incremental"] is True
    assert made["properties"]["networkAccessPolicy"] == "DenyAll"
    assert snapshot_disks(clients, plan, vm, "before") == snapshot


def test_a_captured_version_is_in_one_region_and_never_the_latest(
    clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource, image: ImageVersion
) -> None:
    version = shown(clients, image)
    profile = version["properties"]["publishingProfile"]
    assert profile["excludeFromLatest"] is True
    assert [region["name"] for region in profile["targetRegions"]] == ["West Europe"]
    tags = version["tags"]
    assert (tags[BUILD_TAG], tags[RECIPE_SHA256_TAG]) == (plan.build_id, plan.recipe_sha256)
    assert tags[SOURCE_TAG] == source.exact
    assert tags[EXPIRES_TAG] == plan.expires.isoformat()
    state: Any = clients.compute.virtual_machines.get(vm.resource_group, vm.name, expand="instanceView")
    assert (power_state(state), is_generalized(state)) == ("deallocated", True)


@pytest.mark.usefixtures("image")
def test_the_definition_leaves_nothing_to_a_default(clients: Clients, plan: BuildPlan) -> None:
    publish_to = plan.recipe.publish
    definition: Any = clients.compute.gallery_images.get(publish_to.resource_group, publish_to.gallery, "debian-12-web")
    properties = definition["properties"]
    assert (properties["osType"], properties["osState"]) == ("Linux", "Generalized")
    assert (properties["hyperVGeneration"], properties["architecture"]) == ("V2", "x64")
    assert {each["name"]: each["value"] for each in properties["features"]} == {
        "SecurityType": "TrustedLaunchSupported"
    }


def test_a_build_keeps_its_number_and_takes_none_that_is_taken(
    clients: Clients, plan: BuildPlan, image: ImageVersion
) -> None:
    assert choose_version(clients, plan) == image.version
    other = plan.model_copy(update={"build_id": "another"})
    assert choose_version(clients, other).rpartition(".")[2] == "1"


def test_an_explicit_number_that_another_build_has_is_refused(
    clients: Clients, plan: BuildPlan, image: ImageVersion
) -> None:
    explicit = with_publish(plan, version={"scheme": "explicit", "version": image.version})
    assert choose_version(clients, explicit) == image.version
    with pytest.raises(RecipeError, match="taken"):
        choose_version(clients, explicit.model_copy(update={"build_id": "another"}))


def test_a_number_that_another_build_took_after_it_was_chosen_is_not_taken_over_and_the_next_one_may_be_tried(
    clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource, image: ImageVersion
) -> None:
    other = plan.model_copy(update={"build_id": "another"})
    with pytest.raises(NameLost, match="took its name meanwhile"):
        capture(clients, other, vm, image.version, source)
    assert choose_version(clients, other) != image.version


@pytest.mark.parametrize("machines", [1, 6])
def test_builds_that_come_at_once_get_a_number_each_however_many_they_are(
    machines: int,
    tmp_path: Path,
    settings: Settings,
    clients: Clients,
    captured: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan, vm, source = captured.plan, captured.vm, captured.source
    others = [plan.model_copy(update={"build_id": f"at-once-{number}"}) for number in range(12)]
    disks = {each.build_id: snapshot_disks(clients, plan, vm, each.build_id).resource_id for each in others}

    def made_of(_: Clients, other: BuildPlan, __: BuildVm) -> Waiting[Any]:
        """Of a disk of its own, as all builds: one may not go for another's."""
        yield "found"
        return {"osDiskImage": {"source": {"id": disks[other.build_id]}}}, ()

    monkeypatch.setattr("mintage.azure.capture._made_of", made_of)

    def capture_one(number: int, other: BuildPlan) -> str:
        state = tmp_path / str(number % machines)
        with connect(settings.model_copy(update={"state_folder": state})) as mine:
            return capture_as_next(mine, other, vm, source).version

    with ThreadPoolExecutor(len(others)) as pool:
        numbers = list(pool.map(capture_one, range(len(others)), others))
    assert len(set(numbers)) == len(others)
    for other, number in zip(others, numbers, strict=True):
        assert removed_by(clients, other, number)["tags"][BUILD_TAG] == other.build_id


def test_a_number_that_another_build_takes_at_the_last_moment_is_not_taken_over(
    clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource
) -> None:
    body = version_body(plan, vm.location, source, {"source": {"virtualMachineId": vm.resource_id}})
    other = plan.model_copy(update={"build_id": "another"})

    def lose_the_race() -> Document:
        made_by_build(version_at(clients, plan, "9.9.9"), plan, lambda: body, silent)
        return body

    with pytest.raises(NameLost, match="took its name meanwhile"):
        made_by_build(version_at(clients, other, "9.9.9"), other, lose_the_race, silent)
    assert removed_by(clients, plan, "9.9.9")["tags"][BUILD_TAG] == plan.build_id


def test_a_number_that_another_build_takes_between_the_last_look_and_the_request_is_not_taken_over(
    clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource
) -> None:
    body = version_body(plan, vm.location, source, {"source": {"virtualMachineId": vm.resource_id}})
    place = version_at(clients, plan, "9.9.8")
    real, other = place.operations, plan.model_copy(update={"build_id": "another"})

    def lose_the_race(*asked: Any) -> Any:
        made_by_build(place, plan, lambda: body, silent)
        return real.begin_create_or_update(*asked)

    late = SimpleNamespace(get=real.get, begin_create_or_update=lose_the_race, begin_delete=real.begin_delete)
    another = {"source": {"virtualMachineId": f"{vm.resource_id}-2"}}
    others = version_body(other, vm.location, source, another)
    with pytest.raises(NameLost, match="took its name meanwhile") as lost:
        made_by_build(replace(version_at(clients, other, "9.9.8"), operations=late), other, lambda: others, silent)
    assert "PropertyChangeNotAllowed" in str(lost.value.__cause__)
    assert removed_by(clients, plan, "9.9.8")["tags"][BUILD_TAG] == plan.build_id


def test_a_version_that_another_build_made_meanwhile_is_neither_published_nor_marked(
    clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource
) -> None:
    body = version_body(plan, vm.location, source, {"source": {"virtualMachineId": vm.resource_id}})
    ours = image_version(plan, made_by_build(version_at(clients, plan, "9.9.7"), plan, lambda: body, silent))
    removed_by(clients, plan, "9.9.7")
    other = plan.model_copy(update={"build_id": "another"})
    others = version_body(other, vm.location, source, {"source": {"virtualMachineId": vm.resource_id}})
    made_by_build(version_at(clients, other, "9.9.7"), other, lambda: others, silent)
    with pytest.raises(AzureRefused, match="cannot be published") as refused:
        publish(clients, plan, ours, lambda _: None)
    assert refused.value.seen == "it is another build's"
    mark_unfit(clients, plan, ours)
    left = removed_by(clients, other, "9.9.7")
    assert left["properties"]["publishingProfile"]["excludeFromLatest"] is True
    assert UNFIT_TAG not in left["tags"]


def test_what_was_included_and_said_to_have_failed_expires_no_more(
    clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource, faults: FaultClient
) -> None:
    body = version_body(plan, vm.location, source, {"source": {"virtualMachineId": vm.resource_id}})
    image = image_version(plan, made_by_build(version_at(clients, plan, "9.9.6"), plan, lambda: body, silent))
    publish(clients, plan, image, lambda _: None)
    place = version_at(clients, plan, "9.9.6")
    # As the next attempt's first write leaves it.
    tagged: Any = {"tags": dict(shown(clients, image)["tags"]) | {EXPIRES_TAG: plan.expires.isoformat()}}
    group, gallery, definition, name = place.path
    update = clients.compute.gallery_image_versions.begin_update(group, gallery, definition, name, tagged)
    finish(place.id, completed(update), seconds=60)
    publish(clients, plan, image, lambda _: None)
    assert EXPIRES_TAG not in removed_by(clients, plan, "9.9.6")["tags"]


def removed_by(clients: Clients, plan: BuildPlan, number: str) -> Document:
    """The version as it was; the other tests look at a definition without it."""
    place = version_at(clients, plan, number)
    found = place.find()
    assert found is not None
    finish(place.id, removed(place), seconds=60)
    return found


@pytest.mark.usefixtures("image")
def test_a_generalized_vm_is_not_started_again(clients: Clients, plan: BuildPlan, vm: BuildVm) -> None:
    with pytest.raises(AzureRefused, match="cannot start again"):
        start_if_stopped(clients, plan, vm)


@pytest.mark.usefixtures("image")
def test_a_definition_of_another_kind_is_refused_with_both_values_before_anything_is_made(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource
) -> None:
    other = with_publish(
        plan, definition={"name": "debian-12-web", "publisher": "Mintage", "offer": "debian", "sku": "changed"}
    )
    first_generation = source.model_copy(update={"generation": "V1"})
    with pytest.raises(AzureRefused) as raised:
        check_destination(clients, settings, other, first_generation)
    assert "hyperVGeneration is V2 there and V1 here" in raised.value.seen
    assert "sku is 12-web there and changed here" in raised.value.seen


@pytest.mark.usefixtures("image")
def test_two_definitions_of_one_gallery_cannot_share_publisher_offer_and_sku(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource
) -> None:
    other = with_publish(
        plan, definition={"name": "second", "publisher": "mintage", "offer": "Debian", "sku": "12-web"}
    )
    with pytest.raises(AzureRefused, match="debian-12-web has mintage:Debian:12-web"):
        check_destination(clients, settings, other, source)


@pytest.mark.usefixtures("image")
def test_a_gallery_of_that_name_in_another_group_is_found_before_anything_is_made(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource
) -> None:
    elsewhere = with_publish(plan, resource_group="elsewhere")
    with pytest.raises(AzureRefused) as raised:
        check_destination(clients, settings, elsewhere, source)
    assert raised.value.remedy.startswith(f"set publish.resource_group to {plan.recipe.publish.resource_group}")


def test_publishing_ends_with_the_version_everywhere_and_the_latest_and_does_so_once(
    clients: Clients, plan: BuildPlan, image: ImageVersion
) -> None:
    told: list[tuple[RegionState, ...]] = []
    published = publish(clients, plan, image, told.append)
    profile = shown(clients, image)["properties"]["publishingProfile"]
    assert profile["excludeFromLatest"] is False
    replicas = {region["name"]: region["regionalReplicaCount"] for region in profile["targetRegions"]}
    assert replicas == {"West Europe": 1, "North Europe": 2}
    assert profile["endOfLifeDate"][:10] == (plan.started + timedelta(days=90)).date().isoformat()
    assert published.regions == told[-1]
    assert {each.state for each in published.regions} == {"Completed"}
    writes = clients.calls["PUT Microsoft.Compute/galleries/images/versions"]
    assert publish(clients, plan, image, told.append) == published
    assert clients.calls["PUT Microsoft.Compute/galleries/images/versions"] == writes


def test_a_version_that_failed_verification_is_never_published(
    clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource
) -> None:
    failing = plan.model_copy(update={"build_id": "failing"})
    image = capture(clients, failing, vm, choose_version(clients, failing), source)
    mark_unfit(clients, failing, image)
    mark_unfit(clients, failing, image)
    with pytest.raises(AzureRefused, match="cannot be published"):
        publish(clients, failing, image, lambda states: None)
    version = shown(clients, image)
    assert version["properties"]["publishingProfile"]["excludeFromLatest"] is True
    assert {BUILD_TAG, UNFIT_TAG} <= version["tags"].keys()


def test_an_operation_that_failed_though_its_work_was_done_is_told_and_gone_on_from(
    clients: Clients, settings: Settings, make_plan: MakePlan, faults: FaultClient
) -> None:
    plan = make_plan()
    source, keys = resolve_source(clients, plan), keys_of(plan)
    vm, number = provision(clients, settings, plan, source, keys), choose_version(clients, plan)
    faults.add(_failing("POST Microsoft.Compute/virtualMachines/deallocate"))
    with pytest.raises(AzureRefused, match="BadRequest"):
        capture(clients, plan, vm, number, source)
    image = capture(clients, plan, vm, number, source)
    faults.add(_failing("PUT Microsoft.Compute/galleries/images/versions"))
    with pytest.raises(AzureRefused, match="BadRequest"):
        publish(clients, plan, image, lambda states: None)
    assert publish(clients, plan, image, lambda states: None).image_version == image.resource_id


def _failing(operation: str) -> FailedOperationFault:
    return FailedOperationFault(operation=operation, code="BadRequest", leaves="everything", count=1)
