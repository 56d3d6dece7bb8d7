"""Spot builds on localazure: tried first, taken back in the middle of a step, and brought to run again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from localazure.faults.client import FaultClient
from localazure.faults.kinds.capacity import AllocationFault, SizeNotOfferedFault
from mintage.artifacts import BuildVm, ResolvedSource
from mintage.azure.capture import capture
from mintage.azure.clients import Clients
from mintage.azure.comeback import start_if_stopped
from mintage.azure.power import power_state
from mintage.azure.restore import restore
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.source import resolve_source
from mintage.azure.version_number import choose_version
from mintage.begun import InMemory
from mintage.build_plan import BuildPlan
from mintage.errors import Evicted, MachineLost
from mintage.guests import guest_of
from mintage.placement import PlacesInMemory
from mintage.recipe import ShellStep
from tests.support.build_vms import keys_of, seen
from tests.support.spot_builds import SIZES, build

MakePlan = Callable[..., BuildPlan]


@pytest.fixture
def plan(make_plan: MakePlan) -> BuildPlan:
    return make_plan(build=build())


@pytest.fixture
def vm(make: Callable[[BuildPlan], BuildVm], plan: BuildPlan) -> BuildVm:
    return make(plan)


def shell(clients: Clients, plan: BuildPlan, vm: BuildVm, *lines: str) -> list[str]:
    """What a step's script says."""
    step = ShellStep(kind="shell", name="a step", inline=lines)
    said: list[str] = []
    guest_of(clients, plan, keys_of(plan)).run_step(vm, step, said.append, InMemory())
    return said


def test_a_build_is_a_spot_vm_at_its_price_and_says_so(clients: Clients, vm: BuildVm) -> None:
    assert vm.placement == "Standard_D2s_v5 (Spot) in westeurope"
    properties = seen(clients, vm)["properties"]
    assert (properties["priority"], properties["evictionPolicy"]) == ("Spot", "Deallocate")
    assert properties["billingProfile"]["maxPrice"] == 0.04


def test_an_evicted_vm_starts_again_as_the_spot_vm_it_was(
    clients: Clients, plan: BuildPlan, vm: BuildVm, evict: Callable[[BuildVm], None]
) -> None:
    before = seen(clients, vm)["properties"]["vmId"]
    evict(vm)
    start_if_stopped(clients, plan, vm)
    after = seen(clients, vm)
    assert (after["properties"]["vmId"], power_state(after)) == (before, "running")


def test_a_step_whose_vm_is_taken_back_says_so_and_goes_on_when_it_is_run_again(
    clients: Clients, plan: BuildPlan, vm: BuildVm, evict: Callable[[BuildVm], None]
) -> None:
    shell(clients, plan, vm, "echo kept >/opt/kept")
    with pytest.raises(Evicted) as raised:
        cut_short(clients, plan, vm, evict)
    assert raised.value.transient
    assert "kept" in shell(clients, plan, vm, "cat /opt/kept")


def test_without_room_for_a_spot_vm_it_comes_back_at_the_full_price_with_disk_address_and_host_key(
    clients: Clients,
    plan: BuildPlan,
    vm: BuildVm,
    evict: Callable[[BuildVm], None],
    faults: FaultClient,
    places: PlacesInMemory,
) -> None:
    shell(clients, plan, vm, "echo kept >/opt/kept")
    evict(vm)
    faults.add(SizeNotOfferedFault(priority="Spot"))
    faults.add(AllocationFault(size="Standard_D2s_v5", priority="Regular"))
    # Over SSH to the address and the host key that the build has known from the beginning.
    assert "kept" in shell(clients, plan, vm, "cat /opt/kept")
    properties = seen(clients, vm)["properties"]
    assert (properties.get("priority", "Regular"), properties["hardwareProfile"]["vmSize"]) == ("Regular", SIZES[1])
    assert properties["storageProfile"]["osDisk"]["managedDisk"]["id"].lower() == vm.os_disk_id.lower()
    assert seen(clients, vm)["tags"]["mintage-build"] == plan.build_id
    assert places.places.machine == "Standard_F2s_v2 in westeurope"
    assert [each.placement for each in places.places.passed_over] == [
        "Standard_D2s_v5 (Spot) in westeurope",
        "Standard_D2s_v5 in westeurope",
    ]


def test_after_the_second_eviction_a_build_has_had_enough_of_spot(
    clients: Clients, plan: BuildPlan, vm: BuildVm, evict: Callable[[BuildVm], None]
) -> None:
    for _ in range(2):
        shell(clients, plan, vm, "true")
        with pytest.raises(Evicted):
            cut_short(clients, plan, vm, evict)
    shell(clients, plan, vm, "true")
    assert seen(clients, vm)["properties"].get("priority", "Regular") == "Regular"


def cut_short(clients: Clients, plan: BuildPlan, vm: BuildVm, evict: Callable[[BuildVm], None]) -> None:
    def hear(line: str) -> None:
        if "ready" in line:
            threading.Thread(target=evict, args=[vm]).start()

    step = ShellStep(kind="shell", name="cut short", inline=("echo ready", "sleep 60"))
    guest_of(clients, plan, keys_of(plan)).run_step(vm, step, hear, InMemory())


def test_a_step_that_fails_of_itself_was_not_evicted(clients: Clients, plan: BuildPlan, vm: BuildVm) -> None:
    with pytest.raises(Exception, match="exit code 3") as raised:
        shell(clients, plan, vm, "exit 3")
    assert not isinstance(raised.value, Evicted)


def test_an_image_can_be_made_of_a_vm_that_came_back(
    clients: Clients,
    plan: BuildPlan,
    vm: BuildVm,
    source: ResolvedSource,
    evict: Callable[[BuildVm], None],
    faults: FaultClient,
) -> None:
    evict(vm)
    faults.add(SizeNotOfferedFault(priority="Spot"))
    start_if_stopped(clients, plan, vm)
    image = capture(clients, plan, vm, choose_version(clients, plan), source)
    version: Any = clients.compute.gallery_image_versions.get(
        plan.recipe.publish.resource_group, image.gallery, image.definition, image.version
    )
    assert version["properties"]["provisioningState"] == "Succeeded"


def test_a_vm_deleted_with_its_disk_is_lost_but_for_its_snapshot(
    clients: Clients,
    make: Callable[[BuildPlan], BuildVm],
    make_plan: MakePlan,
    source: ResolvedSource,
    evict: Callable[[BuildVm], None],
) -> None:
    plan = make_plan(build=build(spot={"eviction": "delete"}))
    vm = make(plan)
    shell(clients, plan, vm, "echo kept >/opt/kept")
    kept = snapshot_disks(clients, plan, vm, "before")
    with pytest.raises(Evicted):
        cut_short(clients, plan, vm, evict)
    with pytest.raises(MachineLost, match="took the Spot VM back"):
        start_if_stopped(clients, plan, vm)
    # And not that it was evicted, which would have the step run again in vain.
    with pytest.raises(MachineLost):
        shell(clients, plan, vm, "true")
    guest_of(clients, plan, keys_of(plan)).write_out(vm)
    with pytest.raises(MachineLost):
        snapshot_disks(clients, plan, vm, "after")
    with pytest.raises(MachineLost):
        capture(clients, plan, vm, "1.0.0", source)
    restore(clients, plan, vm, kept)
    assert "kept" in shell(clients, plan, vm, "cat /opt/kept")
    restore(clients, plan, vm, kept)
    assert power_state(seen(clients, vm)) == "running"


def test_a_process_may_die_at_any_call_while_the_vm_comes_back(
    clients: Clients,
    plan: BuildPlan,
    vm: BuildVm,
    evict: Callable[[BuildVm], None],
    faults: FaultClient,
    mortal: Any,
    places: PlacesInMemory,
) -> None:
    shell(clients, plan, vm, "echo kept >/opt/kept")
    evict(vm)
    faults.add(AllocationFault(priority="Spot"))
    _, deaths = mortal.dies_again_and_again(lambda mine, _: start_if_stopped(mine, plan, vm), plan)
    assert deaths > 8
    start_if_stopped(clients, plan, vm)
    assert places.places.machine == "Standard_D2s_v5 in westeurope", "whoever made it there did not live to say so"
    assert "kept" in shell(clients, plan, vm, "cat /opt/kept")
    disks = [str(each["name"]) for each in clients.compute.disks.list_by_resource_group(vm.resource_group)]
    assert disks == [plan.names.os_disk(vm.name)]


@pytest.fixture
def source(clients: Clients, plan: BuildPlan) -> ResolvedSource:
    return resolve_source(clients, plan)
