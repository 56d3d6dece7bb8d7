"""Long-running operations that fail or hang on demand: what they leave, and what goes on when they are let go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from localazure.faults.client import FaultClient
from localazure.faults.kinds.operations import FailedOperationFault, HangingOperationFault
from localazure.faults.kinds.recording import RecordFault
from localazure.hypervisor.base import HypervisorError
from localazure.store import Resource
from tests.contract.conftest import Azure, instant_settings
from tests.contract.test_compute_restart import GROUP, prepared, same_port, serving
from tests.support.compute import Compute
from tests.support.shelf import Shelf

PUT_VM = "PUT Microsoft.Compute/virtualMachines"


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def begin_vm(compute: Compute, name: str = "vm") -> Any:
    body: Any = compute.body(name)
    return compute.client.virtual_machines.begin_create_or_update(compute.group, name, body)


def failure(poller: Any) -> str:
    """The code that an operation ended with."""
    with pytest.raises(HttpResponseError) as caught:
        poller.result()
    assert caught.value.error is not None
    return str(caught.value.error.code)


def records(compute: Compute, full_type: str) -> list[Resource]:
    """What is in the group, behind what the API shows."""
    store = compute.azure.server.cloud.store
    return [each for each in store.of_type(full_type) if each.rid.group == compute.group]


def disk_is_made(compute: Compute) -> bool:
    (disk,) = records(compute, "Microsoft.Compute/disks")
    return bool(disk.internal["made_bytes"])


@pytest.mark.parametrize(
    ("leaves", "made", "codes"),
    [
        ("nothing", False, ["ProvisioningState/failed/VMStartTimedOut"]),
        ("half", True, ["ProvisioningState/failed/VMStartTimedOut"]),
        ("everything", True, ["ProvisioningState/failed/VMStartTimedOut", "PowerState/running"]),
    ],
)
def test_a_creation_fails_and_leaves_what_it_was_told_to(
    compute: Compute, faults: FaultClient, leaves: Any, codes: list[str], *, made: bool
) -> None:
    faults.add(FailedOperationFault(code="VMStartTimedOut", leaves=leaves, operation=PUT_VM, resource="vm"))
    assert failure(begin_vm(compute)) == "VMStartTimedOut"
    assert compute.client.virtual_machines.get(compute.group, "vm").provisioning_state == "Failed"
    assert disk_is_made(compute) is made
    assert compute.codes() == codes
    assert begin_vm(compute).result().provisioning_state == "Succeeded"
    assert compute.codes()[-1] == "PowerState/running"


@pytest.mark.parametrize(("leaves", "left"), [("nothing", ["disk"]), ("everything", [])])
def test_a_deletion_fails_with_or_without_its_effect(
    compute: Compute, faults: FaultClient, leaves: Any, left: list[str]
) -> None:
    compute.disk(gb=1)
    faults.add(FailedOperationFault(code="Busy", leaves=leaves, operation="DELETE */disks", resource="disk"))
    assert failure(compute.client.disks.begin_delete(compute.group, "disk")) == "Busy"
    found = list(compute.client.disks.list_by_resource_group(compute.group))
    assert [(each.name, each.provisioning_state) for each in found] == [(name, "Failed") for name in left]


def test_a_groups_deletion_stops_half_way(compute: Compute, faults: FaultClient) -> None:
    for name in ("a", "b", "c"):
        compute.disk(name, gb=1)
    failing = FailedOperationFault(code="ResourceGroupDeletionTimeout", leaves="half", resource=compute.group)
    faults.add(failing)
    groups = compute.azure.resources.resource_groups
    assert failure(groups.begin_delete(compute.group)) == "ResourceGroupDeletionTimeout"
    assert [disk.rid.name for disk in records(compute, "Microsoft.Compute/disks")] == ["a", "b"]
    assert groups.check_existence(compute.group)


def test_an_action_fails_before_it_did_anything(compute: Compute, faults: FaultClient) -> None:
    compute.vm()
    faults.add(FailedOperationFault(operation="POST */virtualMachines/deallocate", resource="*/virtualMachines/vm/*"))
    poller = compute.client.virtual_machines.begin_deallocate(compute.group, "vm")
    assert failure(poller) == "InternalExecutionError"
    assert compute.codes()[-1] == "PowerState/running"


def test_an_image_version_fails_with_its_content_captured(compute: Compute, faults: FaultClient) -> None:
    shelf = Shelf(compute.azure, compute.group)
    source = shelf.disk()
    faults.add(FailedOperationFault(code="ReplicationFailed", leaves="half", operation="PUT */images/versions"))
    with pytest.raises(HttpResponseError, match="ReplicationFailed"):
        shelf.version(source=source)
    left = shelf.shown()
    assert (left.provisioning_state, left.replication_status.aggregated_state) == ("Failed", "Failed")
    assert shelf.version(source=source).provisioning_state == "Succeeded"
    assert shelf.latest() == "1.0.0"


def test_an_image_version_that_failed_leaves_nothing_once_it_is_deleted(compute: Compute, faults: FaultClient) -> None:
    shelf = Shelf(compute.azure, compute.group)
    faults.add(FailedOperationFault(leaves="half", operation="PUT */images/versions"))
    with pytest.raises(HttpResponseError):
        shelf.version()
    cloud = compute.azure.server.cloud
    (left,) = records(compute, "Microsoft.Compute/galleries/images/versions")
    layer = left.internal["captured"]["os"]["name"]
    assert cloud.hypervisor.layer_size(layer)
    shelf.client.gallery_image_versions.begin_delete(shelf.group, shelf.gallery, "web", "1.0.0").result()
    with pytest.raises(HypervisorError):
        cloud.hypervisor.layer_size(layer)


def test_a_recording_names_the_fault_that_let_an_operation_fail(compute: Compute, faults: FaultClient) -> None:
    recorded = faults.add(RecordFault(operation=("PUT */disks", "DELETE */disks")))
    failing = faults.add(FailedOperationFault(operation="DELETE */disks"))
    compute.disk(gb=1)
    assert failure(compute.client.disks.begin_delete(compute.group, "disk")) == "InternalExecutionError"
    assert [each.faults for each in faults.calls(recorded.id)] == [(), (failing.id,)]


def test_an_operation_hangs_until_its_fault_is_removed(compute: Compute, faults: FaultClient) -> None:
    hanging = faults.add(HangingOperationFault(operation=PUT_VM, resource="vm"))
    poller = begin_vm(compute)
    faults.await_strike(hanging.id)
    poller.wait(0.5)
    assert poller.status() == "InProgress"
    assert not disk_is_made(compute)
    faults.remove(hanging.id)
    assert poller.result().provisioning_state == "Succeeded"


def test_an_operation_hangs_after_its_effect_and_only_so_long(compute: Compute, faults: FaultClient) -> None:
    faults.add(HangingOperationFault(leaves="everything", seconds=1, operation=PUT_VM, resource="vm"))
    poller = begin_vm(compute)
    assert poller.result().provisioning_state == "Succeeded"
    assert compute.codes()[-1] == "PowerState/running"


def test_a_machine_whose_creation_hangs_can_be_deleted(compute: Compute, faults: FaultClient) -> None:
    hanging = faults.add(HangingOperationFault(operation=PUT_VM, resource="vm"))
    poller = begin_vm(compute)
    faults.await_strike(hanging.id)
    compute.client.virtual_machines.begin_delete(compute.group, "vm").result()
    assert failure(poller) == "OperationPreempted"
    assert records(compute, "Microsoft.Compute/virtualMachines") == []


def test_what_hangs_and_what_was_counted_outlive_the_server(tmp_path: Path) -> None:
    settings = instant_settings(tmp_path)
    failing = FailedOperationFault(operation=PUT_VM, after=1)
    with serving(settings) as azure, FaultClient(tmp_path) as faults:
        compute = prepared(azure)
        hanging = faults.add(HangingOperationFault(leaves="half", operation=PUT_VM))
        counting = faults.add(failing)
        token = begin_vm(compute, "first").continuation_token()
        faults.await_strike(hanging.id)
        second: Any = compute.body("second")
        azure.compute.virtual_machines.begin_create_or_update(GROUP, "second", second).result()
        successor = same_port(settings, azure)
    with serving(successor) as azure, FaultClient(tmp_path) as faults:
        compute = Compute(azure, GROUP)
        assert [(each.matched, each.struck) for each in faults.listed()] == [(1, 1), (1, 0)]
        first: Any = compute.body("first", nic="-")
        poller: Any = azure.compute.virtual_machines.begin_create_or_update(
            GROUP, "first", first, continuation_token=token
        )
        poller.wait(0.3)
        assert poller.status() == "InProgress"
        assert failure(begin_vm(compute, "third")) == "InternalExecutionError"
        assert faults.get(counting.id).struck == 1
        faults.remove(hanging.id)
        assert poller.result().provisioning_state == "Succeeded"
