"""What goes wrong while Azure makes a VM, and how the build gets over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from localazure.arm.errors import CloudError
from localazure.faults.client import FaultClient
from localazure.faults.kinds.connections import ResetFault
from localazure.faults.kinds.every import AnyFault
from localazure.faults.kinds.governance import PolicyFault
from localazure.faults.kinds.operations import FailedOperationFault
from localazure.faults.kinds.status import StatusFault
from localazure.hypervisor.base import HypervisorError
from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients, connect
from mintage.azure.provision import provision
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import AzureRefused, ImageUnfit, MintageError, SourceError
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
    with connect(settings, tell=told.append) as mine:
        vm = provision(mine, settings, plan, source, keys)
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


VM = "Microsoft.Compute/virtualMachines"


@dataclass(frozen=True)
class Fatal:
    """What Azure will refuse again, and what is told of it."""

    fault: AnyFault
    kind: type[MintageError]
    seen: str
    remedy: str


FATAL = {
    "policy": Fatal(
        PolicyFault(operation=f"PUT {VM}", policy="no-vms"), AzureRefused, "disallowed by policy", "policy named above"
    ),
    "permission": Fatal(
        StatusFault(status=403, operation=f"PUT {VM}"), AzureRefused, f"perform action '{VM}/write'", "give it a role"
    ),
    "terms": Fatal(
        StatusFault(status=400, code="ResourcePurchaseValidationFailed", message="Unsigned.", operation=f"PUT {VM}"),
        SourceError,
        "ResourcePurchaseValidationFailed: Unsigned.",
        "az vm image terms accept",
    ),
    "image": Fatal(
        FailedOperationFault(operation=f"PUT {VM}", code="OSProvisioningClientError", message="No ovf-env.xml."),
        ImageUnfit,
        "OSProvisioningClientError: No ovf-env.xml.",
        "must have been generalized",
    ),
}


@pytest.mark.parametrize("fatal", FATAL.values(), ids=FATAL)
def test_what_azure_will_refuse_again_is_asked_for_once_and_told_with_a_remedy(
    settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys, faults: FaultClient, fatal: Fatal
) -> None:
    faults.add(fatal.fault)
    with connect(settings) as mine, pytest.raises(fatal.kind) as raised:
        provision(mine, settings, plan, source, keys)
    assert mine.calls[f"PUT {VM}"] == 1
    assert not raised.value.transient
    assert fatal.seen in raised.value.seen
    assert fatal.remedy in raised.value.remedy
    assert raised.value.where.endswith(f"/{plan.names.vm}")


def test_what_passes_is_tried_again_and_each_time_told_with_its_reason(
    settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys, faults: FaultClient
) -> None:
    told: list[str] = []
    faults.add(StatusFault(status=503, operation=f"PUT {VM}", count=1))
    faults.add(ResetFault(operation="PUT Microsoft.Network/virtualNetworks", count=1))
    with connect(settings, tell=told.append) as mine:
        provision(mine, settings, plan, source, keys)
        assert mine.calls[f"PUT {VM}"] == 2
    network, machine = told
    assert network.startswith("PUT Microsoft.Network/virtualNetworks, attempt 1: ")
    assert "onnection" in network
    assert machine.startswith(f"PUT {VM}, attempt 1: Azure answered 503: ServerTimeout: The request timed out.")


def names(found: Any) -> list[str]:
    return [str(each["name"]) for each in found]
