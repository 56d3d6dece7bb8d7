"""No room, no quota, no permission: what a subscription runs into, as the real SDK meets it."""

from __future__ import annotations

import json
from typing import Any, cast
from urllib.parse import unquote

import pytest
from azure.core.exceptions import HttpResponseError

from localazure.faults.client import FaultClient, FaultRefused
from localazure.faults.kinds.capacity import AllocationFault, SizeNotOfferedFault
from localazure.faults.kinds.governance import LockFault, PolicyFault
from localazure.faults.kinds.quota import QuotaFault
from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal

SIZE = "Standard_D2s_v5"


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def make(compute: Compute, name: str = "vm", *, size: str = SIZE, zone: str | None = None, **properties: Any) -> Any:
    body = compute.body(name)
    body["properties"] |= {"hardwareProfile": {"vmSize": size}} | properties
    return compute.put(name, body | ({"zones": [zone]} if zone else {}))


def refused(call: Any, *arguments: Any, **options: Any) -> pytest.ExceptionInfo[HttpResponseError]:
    with pytest.raises(HttpResponseError) as caught:
        call(*arguments, **options)
    return caught


def code(caught: pytest.ExceptionInfo[HttpResponseError]) -> str:
    return refusal(caught)[1]


def test_a_size_that_is_not_offered_is_refused_at_once_and_others_are_not(
    compute: Compute, faults: FaultClient
) -> None:
    faults.add(SizeNotOfferedFault(size="Standard_D*s_v5", location="westeurope"))
    caught = refused(make, compute)
    assert refusal(caught) == (409, "SkuNotAvailable")
    assert f"Capacity Restrictions: {SIZE}' is currently not available in location 'westeurope'" in str(caught.value)
    assert list(compute.client.virtual_machines.list(compute.group)) == []
    assert make(compute, size="Standard_F2s_v2").provisioning_state == "Succeeded"


def test_the_list_of_skus_shows_what_is_restricted_where(compute: Compute, faults: FaultClient) -> None:
    def restrictions(size: str) -> list[tuple[str, Any]]:
        skus = compute.client.resource_skus.list(filter="location eq 'westeurope'")
        sku: Any = next(each for each in skus if each.name == size)
        return [
            (each.type, each.restriction_info.zones or each.restriction_info.locations) for each in sku.restrictions
        ]

    faults.add(SizeNotOfferedFault(size="Standard_F2s_v2"))
    faults.add(SizeNotOfferedFault(size=SIZE, location="westeurope", listed=True))
    faults.add(SizeNotOfferedFault(size="Standard_D4s_v5", zone=("1", "3"), listed=True))
    faults.add(SizeNotOfferedFault(size="Standard_B2s", location="eastus", listed=True))
    assert restrictions(SIZE) == [("Location", ["westeurope"]), ("Zone", ["1", "2", "3"])]
    assert restrictions("Standard_D4s_v5") == [("Zone", ["1", "3"])]
    assert restrictions("Standard_F2s_v2") == restrictions("Standard_B2s") == []


@pytest.mark.parametrize(
    ("kind", "zone", "said"),
    [
        ("AllocationFailed", None, "AllocationFailed"),
        ("AllocationFailed", "2", "ZonalAllocationFailed"),
        ("OverconstrainedAllocationRequest", None, "OverconstrainedAllocationRequest"),
        ("OverconstrainedAllocationRequest", "2", "OverconstrainedZonalAllocationRequest"),
    ],
)
def test_no_room_is_told_when_the_operation_ends(
    compute: Compute, faults: FaultClient, kind: Any, zone: str | None, said: str
) -> None:
    faults.add(AllocationFault(code=kind, count=1))
    assert code(refused(make, compute, zone=zone)) == said
    left = compute.client.virtual_machines.get(compute.group, "vm")
    assert left.provisioning_state == "Failed"
    assert compute.codes() == [f"ProvisioningState/failed/{said}"]
    compute.client.virtual_machines.begin_delete(compute.group, "vm").result()
    assert make(compute, "other", zone=zone).provisioning_state == "Succeeded"


def test_one_zone_is_full_and_the_others_and_the_region_are_not(compute: Compute, faults: FaultClient) -> None:
    full = faults.add(AllocationFault(zone=("1", "2")))
    assert code(refused(make, compute, "one", zone="1")) == "ZonalAllocationFailed"
    assert code(refused(make, compute, "two", zone="2")) == "ZonalAllocationFailed"
    assert make(compute, "three", zone="3").zones == ["3"]
    assert make(compute, "anywhere").zones is None
    assert faults.get(full.id).struck == 2


def test_spot_machines_run_out_before_regular_ones(compute: Compute, faults: FaultClient) -> None:
    faults.add(SizeNotOfferedFault(priority="Spot"))
    assert code(refused(make, compute, priority="Spot")) == "SkuNotAvailable"
    assert make(compute).provisioning_state == "Succeeded"


def test_a_deallocated_machine_may_find_its_place_taken(compute: Compute, faults: FaultClient) -> None:
    make(compute)
    faults.add(AllocationFault())
    compute.patch("vm", {"tags": {"a": "b"}})
    compute.act("restart")
    compute.act("deallocate")
    compute.patch("vm", {"tags": {"c": "d"}})
    assert code(refused(compute.act, "start")) == "AllocationFailed"
    assert compute.codes() == ["ProvisioningState/failed/AllocationFailed", "PowerState/deallocated"]
    faults.clear()
    compute.act("start")
    assert compute.codes() == ["ProvisioningState/succeeded", "PowerState/running"]


def test_another_size_needs_another_place(compute: Compute, faults: FaultClient) -> None:
    make(compute)
    faults.add(SizeNotOfferedFault(size="Standard_D4s_v5"))
    bigger = {"properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}}
    assert code(refused(compute.patch, "vm", bigger)) == "SkuNotAvailable"


def used(compute: Compute, quota: str) -> tuple[int, int]:
    """How many cores of a quota are in use, and how many may be."""
    usage: Any = next(each for each in compute.client.usage.list("westeurope") if each.name.value == quota)
    return usage.current_value, usage.limit


@pytest.mark.parametrize(
    ("quota", "name", "properties"),
    [
        ("cores", "Total Regional Cores", {}),
        ("standardDSv5Family", "standardDSv5Family Cores", {}),
        ("lowPriorityCores", "LowPriorityCores", {"priority": "Spot"}),
    ],
)
def test_a_quota_is_refused_with_its_numbers_and_listed(
    compute: Compute, faults: FaultClient, quota: str, name: str, properties: dict[str, Any]
) -> None:
    before = used(compute, quota)[0]
    limit = before + 3
    faults.add(QuotaFault(limit=limit, quota=quota, location="westeurope"))
    make(compute, "first", **properties)
    assert used(compute, quota) == (before + 2, limit)
    caught = refused(make, compute, "second", **properties)
    assert refusal(caught) == (409, "OperationNotAllowed")
    words = str(caught.value)
    assert (
        f"exceeding approved {name} quota. Additional details - Deployment Model: Resource Manager, Location: "
        f"westeurope, Current Limit: {limit}, Current Usage: {before + 2}, Additional Required: 2, (Minimum) New Limit "
        f"Required: {before + 4}."
    ) in words
    asked = json.loads(unquote(words.partition("/Parameters/")[2].partition(" ")[0]))
    assert asked["quotas"][0]["quotaRequest"]["properties"]["limit"] == before + 4


def test_what_is_deallocated_counts_and_starts_again(compute: Compute, faults: FaultClient) -> None:
    make(compute)
    faults.add(QuotaFault(limit=used(compute, "cores")[0]))
    compute.act("deallocate")
    compute.act("start")
    assert code(refused(make, compute, "second")) == "OperationNotAllowed"


def test_a_policy_denies_with_its_name_and_its_reason(azure: Azure, compute: Compute, faults: FaultClient) -> None:
    faults.add(PolicyFault(policy="no-public-addresses", operation="PUT */publicIPAddresses"))
    caught = refused(compute.net.public_ip, "ip")
    assert refusal(caught) == (403, "RequestDisallowedByPolicy")
    assignment = "/providers/Microsoft.Authorization/policyAssignments/no-public-addresses"
    words, error = str(caught.value), cast("Any", caught.value.error)
    assert "Resource 'ip' was disallowed by policy. Policy identifiers: '[{\"policyAssignment\"" in words
    assert error.target == "ip"
    (violation,) = error.additional_info
    assert violation.type == "PolicyViolation"
    assert violation.info["policyAssignmentId"] == f"/subscriptions/{azure.endpoints.subscription}{assignment}"


@pytest.mark.parametrize("scope", ["group", "disk"])
def test_a_lock_keeps_what_it_is_on_all_in_it_and_what_it_is_in(
    azure: Azure, compute: Compute, faults: FaultClient, scope: str
) -> None:
    disk, other = compute.disk("locked", gb=1), compute.disk("other", gb=1)
    group = disk.id.partition("/providers/")[0]
    locked = group if scope == "group" else disk.id
    faults.add(LockFault(scope=locked))
    caught = refused(compute.client.disks.begin_delete, compute.group, "locked")
    assert refusal(caught) == (409, "ScopeLocked")
    assert f"cannot perform delete operation because following scope(s) are locked: '{locked}'" in str(caught.value)
    assert code(refused(azure.resources.resource_groups.begin_delete, compute.group)) == "ScopeLocked"
    compute.disk("locked", gb=2)
    if scope == "disk":
        compute.client.disks.begin_delete(compute.group, other.name).result()
    else:
        assert code(refused(compute.client.disks.begin_delete, compute.group, other.name)) == "ScopeLocked"


def test_a_read_only_lock_forbids_changes_and_actions_too(compute: Compute, faults: FaultClient) -> None:
    machine = make(compute)
    faults.add(LockFault(scope=machine.id, level="ReadOnly"))
    caught = refused(compute.act, "power_off")
    assert refusal(caught) == (409, "ScopeLocked")
    assert "cannot perform write operation" in str(caught.value)
    assert code(refused(compute.patch, "vm", {"tags": {}})) == "ScopeLocked"
    assert compute.codes()[-1] == "PowerState/running"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (AllocationFault(size="Standard_Z9"), "size: 'Standard_Z9' fits none there is. Possible: Standard_B1s,"),
        (AllocationFault(zone="4"), "zone: '4' fits none there is. Possible: 1, 2, 3"),
        (QuotaFault(limit=1, location="atlantis"), "location: 'atlantis' fits none there is. Possible: eastus,"),
        (QuotaFault(limit=1, quota="disks"), "quota: 'disks' fits none there is. Possible: cores, lowPriorityCores,"),
    ],
)
def test_places_and_sizes_that_are_not_there_are_refused(faults: FaultClient, fault: Any, said: str) -> None:
    with pytest.raises(FaultRefused) as caught:
        faults.add(fault)
    assert str(caught.value).startswith(said)
