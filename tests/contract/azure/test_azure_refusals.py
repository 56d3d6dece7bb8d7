"""What goes wrong while Azure makes a VM, and how the build gets over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localazure.arm.errors import CloudError
from localazure.hypervisor.base import HypervisorError
from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.provision import provision
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import MintageError
from mintage.settings import Settings

FailOnce = Callable[[Exception], None]


@pytest.mark.parametrize("code", ["AllocationFailed", "ZonalAllocationFailed", "OverconstrainedAllocationRequest"])
def test_a_size_without_capacity_is_given_up_for_the_next_one(
    clients: Clients,
    settings: Settings,
    plan: BuildPlan,
    source: ResolvedSource,
    keys: BuildKeys,
    fail_once: FailOnce,
    code: str,
) -> None:
    fail_once(CloudError(409, code, "There is no room."))
    told: list[str] = []
    vm = provision(clients, settings, plan, source, keys, told.append)
    assert vm.size == "Standard_B2s"
    assert told == [f"Standard_D2s_v5 in westeurope is not to be had: {code}: There is no room."]
    assert names(clients.compute.virtual_machines.list(plan.names.group)) == [plan.names.vm]
    assert names(clients.compute.disks.list_by_resource_group(plan.names.group)) == [plan.names.os_disk(vm.name)]


def test_what_failed_is_removed_and_made_again_by_the_next_attempt(
    clients: Clients,
    settings: Settings,
    plan: BuildPlan,
    source: ResolvedSource,
    keys: BuildKeys,
    fail_once: FailOnce,
) -> None:
    fail_once(HypervisorError("the host burns"))
    with pytest.raises(MintageError, match="the host burns") as raised:
        provision(clients, settings, plan, source, keys)
    assert plan.names.vm in raised.value.where
    failed: Any = clients.compute.virtual_machines.get(plan.names.group, plan.names.vm)
    assert failed["properties"]["provisioningState"] == "Failed"
    vm = provision(clients, settings, plan, source, keys)
    made: Any = clients.compute.virtual_machines.get(plan.names.group, vm.name)
    assert made["properties"]["provisioningState"] == "Succeeded"
    assert made["properties"]["vmId"] != failed["properties"]["vmId"]


def test_a_refusal_names_the_resource_and_not_the_group(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys
) -> None:
    nowhere = source.model_copy(update={"version": "99.0.0"})
    with pytest.raises(MintageError) as raised:
        provision(clients, settings, plan, nowhere, keys)
    assert raised.value.where.endswith(f"/virtualMachines/{plan.names.vm}")


def names(found: Any) -> list[str]:
    return [str(each["name"]) for each in found]
