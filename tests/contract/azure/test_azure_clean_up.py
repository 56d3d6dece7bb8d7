"""What is left of builds: removed, or kept for a while; on localazure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from localazure.faults.client import FaultClient
from localazure.faults.kinds.operations import HangingOperationFault
from localazure.faults.kinds.status import StatusFault
from mintage.artifacts import BuildVm, ResolvedSource
from mintage.azure.clean_up import clean_up, defer_clean_up, extend
from mintage.azure.clients import Clients
from mintage.azure.comeback import start_if_stopped
from mintage.azure.power import power_state
from mintage.azure.provision import provision
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.settings import Settings


@pytest.fixture
def vm(clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys) -> BuildVm:
    return provision(clients, settings, plan, source, keys)


def test_clean_up_removes_the_build_and_says_what(clients: Clients, plan: BuildPlan, vm: BuildVm) -> None:
    cleaned = clean_up(clients, plan)
    assert vm.resource_id in cleaned.removed
    assert vm.os_disk_id in cleaned.removed
    assert cleaned.leftovers == ()
    assert not clients.resources.resource_groups.check_existence(plan.names.group)


@pytest.mark.usefixtures("vm")
def test_a_build_goes_on_whose_group_goes_while_its_time_is_extended(
    clients: Clients, plan: BuildPlan, faults: FaultClient
) -> None:
    """Its earlier process died while it cleaned up."""
    gone = StatusFault(operation="PATCH Microsoft.Resources/resourceGroups", status=404, code="ResourceGroupNotFound")
    struck = faults.add(gone)
    extend(clients, plan.build_id, plan.expires)
    assert faults.get(struck.id).struck == 1
    going = faults.add(HangingOperationFault(operation="DELETE Microsoft.Resources/resourceGroups", seconds=2))
    deletion = clients.resources.resource_groups.begin_delete(plan.names.group)
    extend(clients, plan.build_id, plan.expires)
    assert faults.get(going.id).struck == 1
    deletion.wait()


@pytest.mark.usefixtures("vm")
def test_cleaning_up_again_finds_nothing_to_do(clients: Clients, plan: BuildPlan) -> None:
    clean_up(clients, plan.build_id)
    cleaned = clean_up(clients, plan.build_id)
    assert (cleaned.removed, cleaned.leftovers) == ((), ())


def test_a_group_that_only_has_the_name_of_a_build_is_left(clients: Clients, plan: BuildPlan) -> None:
    body: Any = {"location": "westeurope"}
    clients.resources.resource_groups.create_or_update(plan.names.group, body)
    assert clean_up(clients, plan).removed == ()
    assert clients.resources.resource_groups.check_existence(plan.names.group)


@pytest.mark.usefixtures("vm")
@pytest.mark.parametrize("code", ["ScopeLocked", "RequestDisallowedByPolicy"])
def test_what_may_not_be_removed_is_named_with_the_reason_and_its_expiry_and_asked_for_once(
    clients: Clients, plan: BuildPlan, faults: FaultClient, code: str
) -> None:
    """The next sweep asks again: nobody but a person takes a lock or a policy away."""
    asked = clients.calls["DELETE Microsoft.Resources/subscriptions/resourceGroups"]
    faults.add(StatusFault(operation="DELETE Microsoft.Resources/resourceGroups", status=409, code=code, count=1))
    cleaned = clean_up(clients, plan)
    assert cleaned.removed == ()
    assert [left.expires for left in cleaned.leftovers] == [plan.expires]
    assert code in cleaned.leftovers[0].reason
    assert clients.calls["DELETE Microsoft.Resources/subscriptions/resourceGroups"] == asked + 1
    assert clean_up(clients, plan).leftovers == ()


def test_what_somebody_else_put_into_the_group_stays_and_the_rest_goes(
    clients: Clients, plan: BuildPlan, vm: BuildVm
) -> None:
    body: Any = {
        "location": "westeurope",
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4},
    }
    clients.compute.disks.begin_create_or_update(vm.resource_group, "precious", body).wait()
    cleaned = clean_up(clients, plan)
    assert cleaned.removed == ()
    assert "/disks/precious" in cleaned.leftovers[0].reason
    left = [str(each["name"]) for each in clients.resources.resources.list_by_resource_group(vm.resource_group)]
    assert left == ["precious"]


def test_a_build_kept_for_a_retry_costs_no_machine_and_lives_longer(
    clients: Clients, plan: BuildPlan, vm: BuildVm
) -> None:
    kept = defer_clean_up(clients, plan.build_id, timedelta(days=2))
    machine: Any = clients.compute.virtual_machines.get(vm.resource_group, vm.name, expand="instanceView")
    assert power_state(machine) == "deallocated"
    assert kept.leftovers[0].expires is not None
    assert kept.leftovers[0].expires > plan.expires + timedelta(days=1)
    start_if_stopped(clients, plan, vm)
    defer_clean_up(clients, plan.build_id, timedelta(days=2))


def test_keeping_what_is_gone_already_keeps_nothing(clients: Clients, plan: BuildPlan) -> None:
    assert defer_clean_up(clients, plan.build_id, timedelta(days=2)).leftovers == ()
