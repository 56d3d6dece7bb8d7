"""A build that one size, zone or region has no room for goes on in the next, and its image is complete all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localazure.arm.errors import CloudError
from mintage.artifacts import BuildVm, PassedOver, ResolvedSource
from mintage.azure.capture import capture
from mintage.azure.clients import Clients
from mintage.azure.preflight import check_destination
from mintage.azure.provision import provision
from mintage.azure.publish import publish
from mintage.azure.restore import restore
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.source import resolve_source
from mintage.azure.verification import delete_vms, start_verification_vms
from mintage.azure.version_number import choose_version
from mintage.build_plan import BuildPlan
from mintage.errors import CapacityRefused, RecipeError
from mintage.placement import PlacesInMemory
from mintage.settings import Settings
from tests.support.build_vms import keys_of

MakePlan = Callable[..., BuildPlan]
FULL = "AllocationFailed: There is no room."


def full() -> CloudError:
    return CloudError(409, "AllocationFailed", "There is no room.")


def build(**more: Any) -> dict[str, Any]:
    return {"region": "westeurope", "sizes": ["Standard_B2s"], **more}


def test_each_zone_is_tried_for_a_size_before_the_next_size(
    clients: Clients,
    settings: Settings,
    make_plan: MakePlan,
    places: PlacesInMemory,
    fail_once: Callable[..., None],
) -> None:
    plan = make_plan(build=build(sizes=["Standard_B2s", "Standard_D2s_v5"], zones=["2", "1"]))
    source = resolve_source(clients, plan)
    fail_once(full(), full())
    vm = provision(clients, settings, plan, source, keys_of(plan))
    assert (vm.placement, vm.zone) == ("Standard_D2s_v5 in westeurope, zone 2", "2")
    assert places.places.machine == vm.placement
    assert places.places.passed_over == (
        PassedOver(placement="Standard_B2s in westeurope, zone 2", reason=FULL),
        PassedOver(placement="Standard_B2s in westeurope, zone 1", reason=FULL),
    )
    made: Any = clients.compute.virtual_machines.get(vm.resource_group, vm.name)
    assert made["zones"] == ["2"]


def test_a_disk_that_is_put_back_is_in_the_zone_of_its_machine(
    clients: Clients, settings: Settings, make_plan: MakePlan
) -> None:
    plan = make_plan(build=build(zones=["3"]))
    vm = provision(clients, settings, plan, resolve_source(clients, plan), keys_of(plan))
    restore(clients, plan, vm, snapshot_disks(clients, plan, vm, "before"))
    disks: list[Any] = list(clients.compute.disks.list_by_resource_group(vm.resource_group))
    assert [(disk["name"], disk["zones"]) for disk in disks] == [(f"{vm.name}-os-2", ["3"])]


@pytest.fixture
def moved(
    clients: Clients,
    settings: Settings,
    make_plan: MakePlan,
    places: PlacesInMemory,
    fail_once: Callable[..., None],
) -> tuple[BuildPlan, ResolvedSource, BuildVm]:
    """A build whose own region was full."""
    plan = make_plan(build=build(fallback_regions=[{"name": "swedencentral"}, {"name": "uksouth"}]))
    source = resolve_source(clients, plan)
    fail_once(full())
    return plan, source, provision(clients, settings, plan, source, keys_of(plan))


def test_a_build_whose_region_is_full_moves_to_the_next_one_with_all_it_stands_on(
    clients: Clients, moved: tuple[BuildPlan, ResolvedSource, BuildVm], places: PlacesInMemory
) -> None:
    plan, _, vm = moved
    assert vm.location == "swedencentral"
    assert places.places.passed_over == (PassedOver(placement="Standard_B2s in westeurope", reason=FULL),)
    found = list(clients.resources.resources.list_by_resource_group(plan.names.group))
    moved_to = {each["type"].rpartition("/")[2]: each["name"] for each in found if each["location"] == vm.location}
    network = {"networkInterfaces", "networkSecurityGroups", "publicIPAddresses", "virtualNetworks"}
    assert set(moved_to) == network | {"virtualMachines", "disks"}
    assert vm.address.host == address(clients, moved_to["publicIPAddresses"], plan)


def test_the_image_of_a_build_that_moved_goes_where_it_was_made_and_where_the_recipe_says(
    clients: Clients, settings: Settings, moved: tuple[BuildPlan, ResolvedSource, BuildVm]
) -> None:
    plan, source, vm = moved
    image = capture(clients, plan, vm, choose_version(clients, plan), source)
    assert image.location == "swedencentral"
    proving = start_verification_vms(clients, settings, plan, image, keys_of(plan))
    assert {each.location for each in proving} == {"swedencentral"}
    delete_vms(clients, plan, proving)
    addresses: list[Any] = list(clients.network.public_ip_addresses.list(plan.names.group))
    assert not [each["name"] for each in addresses if each["name"].startswith("verify")]
    published = publish(clients, plan, image, lambda _: None)
    assert {each.region for each in published.regions} == {"Sweden Central", "West Europe", "North Europe"}


def test_a_build_that_moved_is_found_again_by_the_next_process(
    clients: Clients, settings: Settings, moved: tuple[BuildPlan, ResolvedSource, BuildVm]
) -> None:
    plan, source, vm = moved
    again = provision(clients, settings, plan, source, keys_of(plan))
    assert again == vm


def test_an_image_that_is_not_in_a_fallback_region_is_a_reason_to_pass_that_region_over(
    clients: Clients, settings: Settings, make_plan: MakePlan, captured: Any, fail_once: Callable[..., None]
) -> None:
    definition = captured.image.resource_id.rpartition("/versions/")[0]
    plan = make_plan(
        source={"kind": "gallery", "definition_id": definition, "version": captured.image.version},
        build=build(fallback_regions=[{"name": "uksouth"}]),
    )
    source = resolve_source(clients, plan)
    fail_once(full())
    with pytest.raises(CapacityRefused) as raised:
        provision(clients, settings, plan, source, keys_of(plan))
    first, second = raised.value.seen.splitlines()
    assert first == f"Standard_B2s in westeurope: {FULL}"
    assert second.startswith(f"{source.exact} in uksouth: ")


def test_a_size_that_only_a_fallback_region_has_may_be_asked_for_but_its_regions_must_exist(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource
) -> None:
    with pytest.raises(RecipeError, match=r"build\.fallback_regions\[0\]\.name: atlantis"):
        check_destination(clients, settings, make_plan(build=build(fallback_regions=[{"name": "atlantis"}])), source)
    nowhere = build(sizes=["Standard_Nowhere_v9"], fallback_regions=[{"name": "uksouth"}])
    with pytest.raises(CapacityRefused) as raised:
        check_destination(clients, settings, make_plan(build=nowhere), source)
    assert raised.value.seen == (
        "Standard_Nowhere_v9: not offered in the region; Standard_Nowhere_v9 in uksouth: not offered in the region"
    )


def test_a_zone_that_no_size_is_offered_in_is_told_before_anything_is_made(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource
) -> None:
    with pytest.raises(CapacityRefused) as raised:
        check_destination(clients, settings, make_plan(build=build(zones=["9"])), source)
    assert raised.value.seen == "Standard_B2s: not in zone 9; offered in 1, 2, 3"


def address(clients: Clients, name: str, plan: BuildPlan) -> str:
    found: Any = clients.network.public_ip_addresses.get(plan.names.group, name)
    return str(found["properties"]["ipAddress"])
