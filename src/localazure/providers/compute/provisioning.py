"""Waiting for a new guest to say that it is ready, as Azure does before a creation succeeds."""

from __future__ import annotations

import time

from localazure.arm.errors import CloudError
from localazure.arm.operations import Interrupted, preempted
from localazure.cloud import Cloud
from localazure.hypervisor.base import MachineStatus, PowerState
from localazure.providers.compute.instance_view import SILENT_AFTER
from localazure.store import Resource

INTERVAL = 0.1
"""Seconds between two looks at the guest: reading its last report costs next to nothing."""


def await_provisioned(cloud: Cloud, vm: Resource) -> None:
    """Return when the guest has reported Ready to its wire server.

    Raises CloudError with Azure's code when the guest reports a failure, stops, or is not ready in time; the deadline
    is ``settings.provisioning_timeout`` seconds from now, whatever the pace. Raises Interrupted when the server stops.
    """
    deadline = time.monotonic() + cloud.settings.provisioning_timeout
    while True:
        refuse_preempted(cloud, vm)
        _refuse_evicted(cloud, vm)
        status = cloud.hypervisor.status(vm.internal["vm_id"])
        if status.provisioned:
            return
        _refuse_failure(vm, status)
        if time.monotonic() > deadline:
            raise _timed_out(vm, status)
        if cloud.operations.closing.wait(INTERVAL):
            raise Interrupted


def refuse_preempted(cloud: Cloud, vm: Resource) -> None:
    """Raises CloudError 409 when the machine is to be deleted meanwhile."""
    fresh = cloud.store.find(vm.rid)
    if fresh is None or fresh.state == "Deleting":
        raise preempted()


def _refuse_evicted(cloud: Cloud, vm: Resource) -> None:
    fresh = cloud.store.find(vm.rid)
    if fresh is not None and fresh.internal["power"] == "deallocated":
        raise preempted()


def _refuse_failure(vm: Resource, status: MachineStatus) -> None:
    if status.provisioning_failure:
        message = (
            f"OS provisioning for VM '{vm.rid.name}' failed. Error details: {status.provisioning_failure} Make sure "
            "the image has been properly prepared (generalized)."
        )
        raise CloudError(409, "OSProvisioningClientError", message)
    if status.power is PowerState.STOPPED:
        reason = status.crash or "the guest shut itself down before it reported that it was ready."
        message = f"OS Provisioning failed for VM '{vm.rid.name}' due to an internal error: {reason}"
        raise CloudError(409, "OSProvisioningInternalError", message)


def _timed_out(vm: Resource, status: MachineStatus) -> CloudError:
    message = f"OS Provisioning for VM '{vm.rid.name}' did not finish in the allotted time. "
    if status.agent and status.agent.seconds_since_report <= SILENT_AFTER:
        message += (
            "However, the VM guest agent was detected running. This suggests the guest OS has not been properly "
            "prepared to be used as a VM image (with CreateOption=FromImage). To resolve this issue, either use the "
            "VHD as is with CreateOption=Attach or prepare it properly for use as an image."
        )
    else:
        message += (
            "The VM may still finish provisioning successfully. Please check provisioning state later. Also, make "
            "sure the image has been properly prepared (generalized)."
        )
    return CloudError(409, "OSProvisioningTimedOut", message)
