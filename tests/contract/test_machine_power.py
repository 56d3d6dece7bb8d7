"""Turning machines on and off, generalizing them, and what Azure refuses of it."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from localazure.arm.ids import ResourceId
from localazure.hypervisor.base import HypervisorError, MachineStatus, PowerState
from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def vm_id(compute: Compute, name: str = "vm") -> str:
    record = compute.azure.server.cloud.store.find(ResourceId.parse(compute.id_of("virtualMachines", name)))
    assert record is not None
    return str(record.internal["vm_id"])


def test_a_machine_stops_deallocates_and_starts_again(compute: Compute) -> None:
    compute.vm()
    compute.act("power_off")
    assert compute.codes()[-1] == "PowerState/stopped"
    compute.act("deallocate")
    assert compute.codes()[-1] == "PowerState/deallocated"
    compute.act("start")
    assert compute.codes()[-1] == "PowerState/running"
    compute.act("power_off", skip_shutdown=True)
    assert compute.codes()[-1] == "PowerState/stopped"


@pytest.mark.parametrize("action", ["start", "deallocate", "restart"])
def test_what_is_so_already_may_be_asked_for_again(compute: Compute, action: str) -> None:
    compute.vm()
    compute.act(action)
    if action != "restart":
        compute.act(action)
    assert compute.codes()[0] == "ProvisioningState/succeeded"


@pytest.mark.parametrize("action", ["restart", "power_off"])
def test_a_deallocated_machine_is_neither_restarted_nor_powered_off(compute: Compute, action: str) -> None:
    compute.vm()
    compute.act("deallocate")
    with pytest.raises(HttpResponseError, match="deallocated or marked to be deallocated") as caught:
        compute.act(action)
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_a_running_machine_cannot_be_generalized(compute: Compute) -> None:
    compute.vm()
    with pytest.raises(HttpResponseError, match="Please power off explicitly") as caught:
        compute.client.virtual_machines.generalize(compute.group, "vm")
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_a_guest_that_shut_itself_down_still_counts_as_running(compute: Compute) -> None:
    compute.vm()
    compute.azure.server.cloud.hypervisor.stop(vm_id(compute), graceful=True)
    assert compute.codes()[-1] == "PowerState/stopped"
    with pytest.raises(HttpResponseError, match="Please power off explicitly"):
        compute.client.virtual_machines.generalize(compute.group, "vm")
    compute.act("power_off")
    compute.client.virtual_machines.generalize(compute.group, "vm")


def test_generalizing_cannot_be_undone(compute: Compute) -> None:
    compute.generalized_vm()
    assert "OSState/generalized" in compute.codes()
    compute.client.virtual_machines.generalize(compute.group, "vm")
    with pytest.raises(HttpResponseError, match="Operation 'Start VM' is not allowed on VM 'vm'") as caught:
        compute.act("start")
    assert refusal(caught) == (409, "OperationNotAllowed")
    with pytest.raises(HttpResponseError, match="since the VM is generalized"):
        compute.patch("vm", {"tags": {"a": "b"}})


@pytest.mark.parametrize("action", ["redeploy", "reapply", "perform_maintenance"])
def test_what_localazure_lacks_is_refused_by_name(compute: Compute, action: str) -> None:
    compute.vm()
    with pytest.raises(HttpResponseError) as caught:
        compute.act(action)
    assert refusal(caught) == (501, "NotSupportedByLocalazure")


def test_a_crash_is_told_in_the_instance_view(compute: Compute, monkeypatch: pytest.MonkeyPatch) -> None:
    compute.vm()
    answer(compute, monkeypatch, MachineStatus(power=PowerState.STOPPED, crash="QEMU said: no space left"))
    status = compute.view().statuses[-1]
    assert (status.code, status.level) == ("PowerState/stopped", "Error")
    assert "QEMU said: no space left" in status.message


@pytest.mark.parametrize(
    ("seen", "code", "told"),
    [
        (MachineStatus(power=PowerState.RUNNING, provisioning_failure="no ovf-env.xml"), "OSProvisioningClientError",
         "no ovf-env.xml"),
        (MachineStatus(power=PowerState.STOPPED, crash="kernel panic"), "OSProvisioningInternalError", "kernel panic"),
        (MachineStatus(power=PowerState.RUNNING), "OSProvisioningTimedOut", "did not finish in the allotted time"),
    ],
)  # fmt: skip
def test_a_guest_that_does_not_come_up_fails_the_creation(
    compute: Compute, monkeypatch: pytest.MonkeyPatch, seen: MachineStatus, code: str, told: str
) -> None:
    cloud = compute.azure.server.cloud
    monkeypatch.setattr(cloud, "settings", cloud.settings.model_copy(update={"provisioning_timeout": 0.3}))
    monkeypatch.setattr(cloud.hypervisor, "status", lambda _: seen)
    with pytest.raises(HttpResponseError, match=told):
        compute.vm()
    assert compute.client.virtual_machines.get(compute.group, "vm").provisioning_state == "Failed"
    assert compute.codes()[0] == f"ProvisioningState/failed/{code}"


def test_a_guest_that_was_late_has_succeeded_after_all(compute: Compute, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = compute.azure.server.cloud
    with monkeypatch.context() as patch:
        patch.setattr(cloud, "settings", cloud.settings.model_copy(update={"provisioning_timeout": 0.1}))
        patch.setattr(cloud.hypervisor, "status", lambda _: MachineStatus(power=PowerState.RUNNING))
        with pytest.raises(HttpResponseError, match="did not finish in the allotted time"):
            compute.vm()
    answer(compute, monkeypatch, MachineStatus(power=PowerState.RUNNING, provisioned=True))
    assert compute.client.virtual_machines.get(compute.group, "vm").provisioning_state == "Succeeded"
    assert compute.codes()[0] == "ProvisioningState/succeeded"


def test_a_second_operation_waits_for_the_first_but_deleting_does_not(
    compute: Compute, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_ready = MachineStatus(power=PowerState.RUNNING)
    monkeypatch.setattr(compute.azure.server.cloud.hypervisor, "status", lambda _: never_ready)
    body: Any = compute.body()
    creating = compute.client.virtual_machines.begin_create_or_update(compute.group, "vm", body)
    with pytest.raises(HttpResponseError) as caught:
        compute.act("deallocate")
    assert refusal(caught) == (409, "OperationNotAllowed")
    compute.act("delete")
    with pytest.raises(HttpResponseError):
        creating.result()
    assert list(compute.client.virtual_machines.list(compute.group)) == []


def test_a_machine_that_cannot_be_started_says_why(compute: Compute, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        message = "qemu-system-x86_64 is not installed. Install it: apt-get install qemu-system-x86"
        raise HypervisorError(message)

    compute.vm()
    compute.act("deallocate")
    monkeypatch.setattr(compute.azure.server.cloud.hypervisor, "start", refuse)
    with pytest.raises(HttpResponseError, match="apt-get install qemu-system-x86"):
        compute.act("start")


def answer(compute: Compute, monkeypatch: pytest.MonkeyPatch, status: MachineStatus) -> None:
    monkeypatch.setattr(compute.azure.server.cloud.hypervisor, "status", lambda _: status)
