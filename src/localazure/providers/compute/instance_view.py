"""What a virtual machine is doing right now: its ``instanceView``."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.cloud import Cloud
from localazure.hypervisor.base import Agent, MachineStatus, PowerState
from localazure.providers.compute.disk_records import now
from localazure.providers.compute.power import find_status
from localazure.store import Resource

SILENT_AFTER = 300
"""Seconds without a report after which Azure calls an agent unresponsive; agents report every 15 s or so."""
_UNDER_WAY = {"start": "starting", "powerOff": "stopping", "deallocate": "deallocating", "restart": "running"} | {
    "simulateEviction": "deallocating"
}
_SHOWN = {
    "starting": "VM starting", "running": "VM running", "stopping": "VM stopping", "stopped": "VM stopped",
    "deallocating": "VM deallocating", "deallocated": "VM deallocated",
}  # fmt: skip


def instance_view(cloud: Cloud, vm: Resource) -> Json:
    """The instance view. Power comes from the hypervisor, agent and provisioning from what the guest reported."""
    status = find_status(cloud, vm)
    power = power_state(cloud, vm, status)
    view: Json = {"disks": _disks(vm), "hyperVGeneration": vm.internal["generation"]}
    if "osProfile" in vm.properties:
        view["computerName"] = vm.properties["osProfile"]["computerName"]
    if power == "running" and status is not None:
        view["vmAgent"] = _agent(status.agent)
    if vm.properties.get("diagnosticsProfile", {}).get("bootDiagnostics", {}).get("enabled"):
        view["bootDiagnostics"] = {}
    view["statuses"] = [_provisioning(vm, provisioning_state(cloud, vm)), *_os_state(vm), *_power(power, status)]
    return view


def power_state(cloud: Cloud, vm: Resource, status: MachineStatus | None) -> str | None:
    """``running``, ``stopped``, ``deallocated``, or on the way to one; None for what could not even be allocated."""
    busy = cloud.operations.busy(vm.rid)
    effect = busy.effect.partition("#")[2].lower() if busy else ""
    under_way = {name.lower(): state for name, state in _UNDER_WAY.items()}.get(effect)
    if under_way:
        return under_way
    wanted = str(vm.internal["power"])
    if wanted != "running":
        return wanted
    if status is None:
        return None if vm.state == "Failed" else "starting"
    return "running" if status.power is PowerState.RUNNING else "stopped"


def provisioning_state(cloud: Cloud, vm: Resource) -> str:
    """The recorded state, except that a guest which was late and is ready now has succeeded after all."""
    failure = vm.internal.get("failure")
    if vm.state == "Failed" and failure and failure["code"] == "OSProvisioningTimedOut":
        status = find_status(cloud, vm)
        if status is not None and status.provisioned:
            return "Succeeded"
    return vm.state


def _provisioning(vm: Resource, state: str) -> Json:
    failure = vm.internal.get("failure")
    if state == "Failed" and failure:
        return {
            "code": f"ProvisioningState/failed/{failure['code']}",
            "level": "Error",
            "displayStatus": "Provisioning failed",
            "message": failure["message"],
            "time": now(),
        }
    shown = {"Succeeded": "Provisioning succeeded", "Failed": "Provisioning failed"}.get(state, state)
    return {"code": f"ProvisioningState/{state.lower()}", "level": "Info", "displayStatus": shown, "time": now()}


def _os_state(vm: Resource) -> list[Json]:
    if not vm.internal["generalized"]:
        return []
    return [{"code": "OSState/generalized", "level": "Info", "displayStatus": "VM generalized"}]


def _power(power: str | None, status: MachineStatus | None) -> list[Json]:
    if power is None:
        return []
    shown: Json = {"code": f"PowerState/{power}", "level": "Info", "displayStatus": _SHOWN[power]}
    if power == "stopped" and status is not None and status.crash:
        shown |= {"level": "Error", "message": f"The virtual machine stopped by itself: {status.crash}"}
    return [shown]


def _agent(agent: Agent | None) -> Json:
    if agent is None:
        return _silent("Unknown", "VM status blob is found but not yet populated.")
    if agent.seconds_since_report > SILENT_AFTER:
        return _silent(agent.version, "VM Agent is unresponsive.")
    if agent.status != "Ready":
        return _silent(agent.version, agent.message)
    status = {
        "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Ready", "message": agent.message,
        "time": now(),
    }  # fmt: skip
    return {"vmAgentVersion": agent.version, "extensionHandlers": [], "statuses": [status]}


def _silent(version: str, message: str) -> Json:
    status = {
        "code": "ProvisioningState/Unavailable", "level": "Warning", "displayStatus": "Not Ready", "message": message,
        "time": now(),
    }  # fmt: skip
    return {"vmAgentVersion": version, "statuses": [status]}


def _disks(vm: Resource) -> list[Json]:
    storage = vm.properties["storageProfile"]
    status = {"code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded"}
    return [{"name": disk["name"], "statuses": [status]} for disk in (storage["osDisk"], *storage["dataDisks"])]
