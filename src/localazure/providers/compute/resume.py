"""Machines over the life of servers: what ran when one ended runs again under the next."""

from __future__ import annotations

import logging

from localazure.arm.errors import CloudError
from localazure.cloud import Cloud
from localazure.hypervisor.base import HypervisorError, MachineStatus, PowerState
from localazure.providers.compute import power
from localazure.providers.compute.references import VIRTUAL_MACHINE
from localazure.providers.compute.run_command_action import runs_script
from localazure.store import Resource

log = logging.getLogger("localazure.compute")


def park_machines(cloud: Cloud) -> None:
    """Before the hypervisor is closed: note which machines run, so that those are started again and no others.

    A guest that shut itself down must stay down. Booting a deprovisioned one would undo its generalization.
    """
    for vm in _meant_to_run(cloud):
        status = power.find_status(cloud, vm)
        if _shut_itself_down(status):
            power.set_power(cloud, vm, "stopped")
        else:
            _set_parked(cloud, vm, parked=True)


def resume_machines(cloud: Cloud) -> None:
    """When a server starts: adopt the machines that still run, and start those that ran when the last server ended."""
    for vm in _meant_to_run(cloud):
        busy = cloud.operations.busy(vm.rid)
        # What else is under way sees to the machine itself.
        if busy is not None and not runs_script(busy):
            continue
        if not vm.internal.get("parked") and _shut_itself_down(power.find_status(cloud, vm)):
            power.set_power(cloud, vm, "stopped")
            continue
        _start_again(cloud, vm)


def _start_again(cloud: Cloud, vm: Resource) -> None:
    try:
        power.start(cloud, vm)
    except (CloudError, HypervisorError) as error:
        log.error("%s ran when the last server ended, and cannot be started again: %s", vm.id, error)  # noqa: TRY400
        return
    _set_parked(cloud, vm, parked=False)


def _meant_to_run(cloud: Cloud) -> list[Resource]:
    return [vm for vm in cloud.store.of_type(VIRTUAL_MACHINE) if vm.internal["power"] == "running"]


def _shut_itself_down(status: MachineStatus | None) -> bool:
    return status is not None and status.power is PowerState.STOPPED and status.crash is None


def _set_parked(cloud: Cloud, vm: Resource, *, parked: bool) -> None:
    with cloud.store.changing():
        fresh = cloud.store.find(vm.rid)
        if fresh is not None:
            fresh.internal["parked"] = parked
            cloud.store.put(fresh)
