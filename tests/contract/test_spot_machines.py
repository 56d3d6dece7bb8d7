"""Spot virtual machines: what Azure takes and refuses, and how it takes them back."""

from __future__ import annotations

import time
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from localazure.arm.ids import ResourceId
from localazure.guest.imds_documents import instance_document
from localazure.hypervisor.base import PowerState
from localazure.hypervisor.mishaps import Mishap, Preemption
from localazure.providers.compute.machines import hypervisor_machine
from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal

VERSION = {"api-version": "2024-07-01"}


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def spot(compute: Compute, **properties: Any) -> dict[str, Any]:
    body = compute.body()
    body["properties"] |= {"priority": "Spot"} | properties
    return body


def evict(compute: Compute) -> None:
    """Return when it is done: nothing on Azure tells."""
    compute.client.virtual_machines.simulate_eviction(compute.group, "vm")
    operations, rid = compute.azure.server.cloud.operations, ResourceId.parse(compute.id_of("virtualMachines", "vm"))
    deadline = time.monotonic() + 20
    while operations.busy(rid):
        assert time.monotonic() < deadline, "the eviction did not end within 20 s"
        time.sleep(0.02)


def test_a_spot_machine_shows_its_terms_also_to_its_guest(compute: Compute) -> None:
    machine = compute.put("vm", spot(compute) | {"zones": ["2"]})
    assert (machine.priority, machine.eviction_policy, machine.billing_profile.max_price) == ("Spot", "Deallocate", -1)
    cloud = compute.azure.server.cloud
    record = cloud.store.find(ResourceId.parse(machine.id))
    assert record is not None
    seen = instance_document(hypervisor_machine(cloud, record).identity)["compute"]
    assert (seen["priority"], seen["evictionPolicy"], seen["zone"]) == ("Spot", "Deallocate", "2")


@pytest.mark.parametrize(
    ("properties", "status", "code"),
    [
        (
            {"priority": "Regular", "evictionPolicy": "Delete"},
            409,
            "EvictionPolicyCanBeSetOnlyOnAzureSpotVirtualMachines",
        ),
        (
            {"priority": "Regular", "billingProfile": {"maxPrice": -1}},
            409,
            "MaxPriceIsSupportedOnlyForAzureSpotVirtualMachines",
        ),
        ({"billingProfile": {"maxPrice": 0}}, 400, "MaxPriceValueInvalid"),
        ({"hardwareProfile": {"vmSize": "Standard_B2s"}}, 409, "AzureSpotIsNotSupportedForThisVMSize"),
    ],
)
def test_what_goes_with_no_spot_machine_is_refused(
    compute: Compute, properties: dict[str, Any], status: int, code: str
) -> None:
    with pytest.raises(HttpResponseError) as caught:
        compute.put("vm", spot(compute, **properties))
    assert refusal(caught) == (status, code)


def test_a_machine_stays_what_it_is_and_changes_its_price_at_rest(compute: Compute) -> None:
    compute.put("vm", spot(compute))
    for change in ({"priority": "Regular"}, {"evictionPolicy": "Delete"}):
        with pytest.raises(HttpResponseError) as caught:
            compute.patch("vm", {"properties": change})
        assert refusal(caught) == (409, "PropertyChangeNotAllowed")
    with pytest.raises(HttpResponseError) as caught:
        compute.patch("vm", {"properties": {"billingProfile": {"maxPrice": 0.5}}})
    assert refusal(caught) == (409, "MaxPriceChangeNotAllowedForAllocatedVMs")
    compute.act("deallocate")
    assert compute.patch("vm", {"properties": {"billingProfile": {"maxPrice": 0.5}}}).billing_profile.max_price == 0.5


def test_an_evicted_machine_is_deallocated_and_can_be_started_again(compute: Compute) -> None:
    compute.put("vm", spot(compute))
    evict(compute)
    machine = compute.client.virtual_machines.get(compute.group, "vm")
    assert (machine.provisioning_state, compute.codes()[-1]) == ("Succeeded", "PowerState/deallocated")
    compute.act("start")
    assert compute.codes()[-1] == "PowerState/running"


def test_a_guest_that_can_hear_of_it_is_told_before_its_machine_is_taken_back(
    compute: Compute, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one of QEMU's: a model machine has no metadata service."""
    told: list[tuple[Mishap, PowerState]] = []
    hypervisor = compute.azure.server.cloud.hypervisor

    def befall(vm_id: str, mishap: Mishap) -> None:
        told.append((mishap, hypervisor.status(vm_id).power))

    monkeypatch.setattr(hypervisor, "mishaps", lambda _: frozenset({Preemption}))
    monkeypatch.setattr(hypervisor, "befall", befall)
    compute.put("vm", spot(compute))
    evict(compute)
    assert told == [(Preemption(seconds=0), PowerState.RUNNING)]
    assert compute.codes()[-1] == "PowerState/deallocated"


def test_an_evicted_machine_goes_with_its_disks_if_it_was_to_be_deleted(compute: Compute) -> None:
    own = compute.disk("own", gb=1)
    body = spot(compute, evictionPolicy="Delete")
    body["properties"]["storageProfile"]["dataDisks"] = [
        {"lun": 0, "createOption": "Attach", "managedDisk": {"id": own.id}},
        {"lun": 1, "createOption": "Empty", "diskSizeGB": 1, "name": "made"},
    ]
    compute.put("vm", body)
    evict(compute)
    assert list(compute.client.virtual_machines.list(compute.group)) == []
    assert [disk.name for disk in compute.client.disks.list_by_resource_group(compute.group)] == ["own"]
    compute.net.client.network_interfaces.begin_delete(compute.group, "vm-nic").result()


def test_a_regular_machine_is_not_evicted(compute: Compute) -> None:
    compute.vm()
    with pytest.raises(HttpResponseError, match="allowed only for Spot Virtual Machines") as caught:
        compute.client.virtual_machines.simulate_eviction(compute.group, "vm")
    assert refusal(caught) == (409, "OperationNotAllowed")
