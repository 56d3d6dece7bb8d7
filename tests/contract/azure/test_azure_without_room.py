"""What becomes of a build VM that there is no room for: when it is made, and when it is to run again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localazure.faults.client import FaultClient
from localazure.faults.kinds.capacity import AllocationFault, SizeNotOfferedFault
from localazure.faults.kinds.governance import PolicyFault
from localazure.faults.kinds.quota import QuotaFault
from mintage.artifacts import BuildVm
from mintage.azure.back import put_back, remove_machine
from mintage.azure.clients import Clients, connect
from mintage.azure.comeback import start_if_stopped
from mintage.azure.power import power_state
from mintage.azure.snapshot import snapshot_disks
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, CapacityRefused, PlaceLost
from mintage.placement import PlacesInMemory
from mintage.settings import Settings
from tests.support.build_vms import seen
from tests.support.spot_builds import SIZES, build

MakePlan = Callable[..., BuildPlan]
TIGHT: Any = "OverconstrainedAllocationRequest"


@pytest.mark.parametrize(
    ("fault", "placement"),
    [
        (SizeNotOfferedFault(priority="Spot"), "Standard_D2s_v5 in westeurope, zone 1"),
        (SizeNotOfferedFault(size="Standard_D*"), "Standard_F2s_v2 (Spot) in westeurope, zone 1"),
        (AllocationFault(zone="1"), "Standard_D2s_v5 (Spot) in westeurope, zone 2"),
        (AllocationFault(location="westeurope"), "Standard_D2s_v5 (Spot) in uksouth"),
        (AllocationFault(code=TIGHT, zone="1"), "Standard_D2s_v5 (Spot) in westeurope, zone 2"),
        (QuotaFault(limit=0, quota="lowPriorityCores"), "Standard_D2s_v5 in westeurope, zone 1"),
    ],
)  # fmt: skip
def test_what_is_not_to_be_had_is_passed_over_with_azures_reason(
    make: Callable[[BuildPlan], BuildVm],
    make_plan: MakePlan,
    places: PlacesInMemory,
    faults: FaultClient,
    fault: Any,
    placement: str,
) -> None:
    plan = make_plan(build=build(zones=["1", "2"], fallback_regions=[{"name": "uksouth"}]))
    faults.add(fault)
    vm = make(plan)
    assert vm.placement == placement
    assert places.places.machine == placement
    assert places.places.passed_over
    reasons = {each.reason.partition(":")[0] for each in places.places.passed_over}
    codes = {"SkuNotAvailable", "ZonalAllocationFailed", "OverconstrainedZonalAllocationRequest", "OperationNotAllowed"}
    assert reasons <= codes


def test_a_policy_is_no_matter_of_size_and_ends_the_build_at_once(
    clients: Clients, make: Callable[[BuildPlan], BuildVm], plan: BuildPlan, faults: FaultClient
) -> None:
    asked = clients.calls["PUT Microsoft.Compute/virtualMachines"]
    faults.add(PolicyFault(operation="PUT Microsoft.Compute/virtualMachines", policy="no-vms"))
    with pytest.raises(AzureRefused, match="disallowed by policy") as raised:
        make(plan)
    assert not raised.value.transient
    assert "no-vms" in raised.value.seen
    assert clients.calls["PUT Microsoft.Compute/virtualMachines"] == asked + 1


def test_a_vm_that_was_put_away_may_find_its_place_taken_and_takes_another_size(
    clients: Clients,
    make: Callable[[BuildPlan], BuildVm],
    make_plan: MakePlan,
    faults: FaultClient,
    places: PlacesInMemory,
) -> None:
    plan = make_plan(build={"region": "westeurope", "sizes": SIZES})
    vm = make(plan)
    clients.compute.virtual_machines.begin_deallocate(vm.resource_group, vm.name).wait()
    faults.add(AllocationFault(size="Standard_D2s_v5"))
    start_if_stopped(clients, plan, vm)
    found = seen(clients, vm)
    assert (found["properties"]["hardwareProfile"]["vmSize"], power_state(found)) == (SIZES[1], "running")
    assert places.places.machine == "Standard_F2s_v2 in westeurope"
    faults.clear()
    faults.add(AllocationFault(size="Standard_F2s_v2"))
    clients.compute.virtual_machines.begin_deallocate(vm.resource_group, vm.name).wait()
    start_if_stopped(clients, plan, vm)
    assert places.places.machine == "Standard_D2s_v5 in westeurope"


def test_when_no_size_has_room_each_reason_is_told(
    clients: Clients, settings: Settings, make: Callable[[BuildPlan], BuildVm], make_plan: MakePlan, faults: FaultClient
) -> None:
    plan = make_plan(build={"region": "westeurope", "sizes": SIZES})
    vm = make(plan)
    clients.compute.virtual_machines.begin_deallocate(vm.resource_group, vm.name).wait()
    faults.add(AllocationFault())
    told: list[str] = []
    with connect(settings, tell=told.append) as mine, pytest.raises(CapacityRefused) as raised:
        start_if_stopped(mine, plan, vm)
    assert not isinstance(raised.value, PlaceLost)
    assert len(raised.value.seen.splitlines()) == len(SIZES)
    assert len(told) == len(SIZES)


ELSEWHERE = [{"zones": ["1", "2"]}, {"fallback_regions": [{"name": "uksouth"}]}]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("spot", [False, True], ids=["full price", "spot"])
def test_when_there_is_no_room_for_it_where_its_disk_is_the_build_may_begin_anew_elsewhere(
    clients: Clients,
    make: Callable[[BuildPlan], BuildVm],
    make_plan: MakePlan,
    evict: Callable[[BuildVm], None],
    faults: FaultClient,
    elsewhere: dict[str, Any],
    spot: bool,
) -> None:
    wanted = build(**elsewhere) if spot else {"region": "westeurope", "sizes": SIZES, **elsewhere}
    plan = make_plan(build=wanted)
    vm = make(plan)
    kept = snapshot_disks(clients, plan, vm, "before")
    if spot:
        evict(vm)
    else:
        clients.compute.virtual_machines.begin_deallocate(vm.resource_group, vm.name).wait()
    faults.add(AllocationFault(location="westeurope", zone=vm.zone or "*"))
    with pytest.raises(PlaceLost) as lost:
        start_if_stopped(clients, plan, vm)
    assert all(size in lost.value.seen for size in SIZES)
    # A copy of its disk would be in the same place.
    with pytest.raises(PlaceLost):
        put_back(clients, plan, vm, kept)
    remove_machine(clients, plan, vm)
    anew = make(plan)
    assert (anew.location, anew.zone) == (("westeurope", "2") if vm.zone else ("uksouth", None))
    assert power_state(seen(clients, anew)) == "running"


def test_another_zone_is_no_way_out_of_the_regions_quota(
    clients: Clients,
    make: Callable[[BuildPlan], BuildVm],
    make_plan: MakePlan,
    evict: Callable[[BuildVm], None],
    faults: FaultClient,
) -> None:
    plan = make_plan(build=build(zones=["1", "2"]))
    vm = make(plan)
    evict(vm)
    faults.add(AllocationFault(priority="Spot"))
    faults.add(QuotaFault(limit=0))
    with pytest.raises(CapacityRefused) as refused:
        start_if_stopped(clients, plan, vm)
    assert not isinstance(refused.value, PlaceLost)
    faults.clear()
    start_if_stopped(clients, plan, vm)
    assert power_state(seen(clients, vm)) == "running", "its disk was kept for a retry"
