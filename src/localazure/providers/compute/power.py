"""What turns virtual machines on and off, and what refuses to."""

from __future__ import annotations

from typing import Any

from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.arm.operations import preempted
from localazure.cloud import Cloud
from localazure.hypervisor.base import HypervisorError, MachineStatus, PowerState
from localazure.providers.compute.machines import hypervisor_machine
from localazure.store import Resource


def set_power(cloud: Cloud, vm: Resource, power: str) -> None:
    """Record what the machine should be: ``running``, ``stopped`` or ``deallocated``."""
    status = find_status(cloud, vm)
    # A guest that was late has by now what it was given, so that is not kept any longer.
    late = {"provisioned": True, "secrets": {}} if status is not None and status.provisioned else {}
    note(cloud, vm, power=power, **late)


def note(cloud: Cloud, vm: Resource, **internal: Any) -> None:
    """Remember something about the machine, and leave the rest as others may have changed it meanwhile."""
    with cloud.store.changing():
        fresh = cloud.store.find(vm.rid)
        if fresh is not None:
            fresh.internal |= internal
            cloud.store.put(fresh)


def find_status(cloud: Cloud, vm: Resource) -> MachineStatus | None:
    """How the machine is; None when the hypervisor does not know it (yet)."""
    try:
        return cloud.hypervisor.status(vm.internal["vm_id"])
    except HypervisorError:
        return None


def start(cloud: Cloud, vm: Resource) -> None:
    """Raises CloudError when the machine was evicted meanwhile."""
    cloud.hypervisor.start(hypervisor_machine(cloud, vm))
    with cloud.store.changing():
        fresh = cloud.store.find(vm.rid)
        if fresh is not None and fresh.internal.get("evictions") != vm.internal.get("evictions"):
            raise preempted()
        set_power(cloud, vm, "running")


def stop(cloud: Cloud, vm: Resource, *, to: str, graceful: bool) -> None:
    """Power off, to ``stopped`` or ``deallocated``."""
    cloud.hypervisor.stop(vm.internal["vm_id"], graceful=graceful)
    set_power(cloud, vm, to)


def restart(cloud: Cloud, vm: Resource) -> None:
    """Reset a machine that runs; boot one whose guest has shut itself down."""
    status = find_status(cloud, vm)
    if status is not None and status.power is PowerState.RUNNING:
        cloud.hypervisor.restart(vm.internal["vm_id"])
    else:
        start(cloud, vm)


_ASKED = {"put": "Create or update VM", "delete": "Delete VM", "start": "Start VM", "restart": "Restart VM"}


def busy_refusal(vm: ResourceId, asked: str, under_way: str) -> CloudError:
    """What is answered to a second operation on a machine: the words differ when the first removes it."""
    message = f"Operation '{_ASKED.get(asked.lower(), asked)}' is not allowed on VM '{vm.name}' since "
    if under_way == "delete":
        message += (
            "the VM is marked for deletion. You can only retry the Delete operation (or wait for an ongoing one to "
            "complete)."
        )
    else:
        message += "another operation is in progress."
    return CloudError(409, "OperationNotAllowed", message)


def refuse_generalized(vm: Resource, operation: str) -> None:
    if vm.internal["generalized"]:
        message = f"Operation '{operation}' is not allowed on VM '{vm.rid.name}' since the VM is generalized."
        raise CloudError(409, "OperationNotAllowed", message)


def refuse_deallocated(vm: Resource, operation: str) -> None:
    if vm.internal["power"] == "deallocated":
        message = (
            f"Operation '{operation}' is not allowed on VM '{vm.rid.name}' since the VM is either deallocated or "
            "marked to be deallocated."
        )
        raise CloudError(409, "OperationNotAllowed", message)


def refuse_not_running(vm: Resource) -> None:
    if vm.internal["power"] != "running":
        message = "The operation requires the VM to be running (or set to run)."
        raise CloudError(409, "OperationNotAllowed", message)


def refuse_running(vm: Resource, operation: str) -> None:
    """A guest that has shut itself down still counts as running, as on Azure: its machine stays allocated."""
    if vm.internal["power"] == "running":
        message = (
            f"Operation '{operation}' is not allowed on VM '{vm.rid.name}' since the VM is running. Please power off "
            "explicitly in case you shut down the VM from inside the guest operating system."
        )
        raise CloudError(409, "OperationNotAllowed", message)
