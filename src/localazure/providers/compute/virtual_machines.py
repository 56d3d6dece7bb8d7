"""Virtual machines."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, ClassVar

from localazure.allocation import Allocation
from localazure.arm.bodies import Body, Json
from localazure.arm.calls import Call
from localazure.arm.endings import midway
from localazure.arm.ids import ResourceId
from localazure.arm.operations import Interrupted
from localazure.hypervisor.base import HypervisorError
from localazure.providers.compute import power
from localazure.providers.compute.allocations import allocation_for
from localazure.providers.compute.attached_disks import attach_disks, delete_with_machine, make_disks
from localazure.providers.compute.changed_machine import plan_change
from localazure.providers.compute.instance_view import instance_view, provisioning_state
from localazure.providers.compute.machine_actions import MachineActions
from localazure.providers.compute.machines import forwards_of
from localazure.providers.compute.new_machine import plan_machine
from localazure.providers.compute.provisioning import await_provisioned, refuse_preempted
from localazure.providers.compute.purchase_plans import check_plan
from localazure.providers.compute.references import VIRTUAL_MACHINE
from localazure.providers.compute.vm_bodies import VmBody
from localazure.store import Resource

_ENDS = ("#delete", "#simulateeviction")
"""The operations that may end with the machine."""
SECRETS = {"properties": {"os_profile": {"admin_password", "custom_data"}, "user_data": True}}


class VirtualMachine(MachineActions):
    full_type: ClassVar[str] = VIRTUAL_MACHINE
    body: ClassVar[type[Body]] = VmBody
    create_seconds: ClassVar[float] = 31
    delete_seconds: ClassVar[float] = 40
    name_pattern: ClassVar[str] = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?"
    preemptible: ClassVar[bool] = True
    halves: ClassVar[frozenset[str]] = frozenset({"put"})

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        return plan_machine(self.cloud, body, rid) if current is None else plan_change(self.cloud, body, current)

    def accept(self, resource: Resource) -> None:
        attach_disks(self.cloud, resource)

    def kept_request(self, body: Any) -> Json:
        kept: Json = body.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=SECRETS)
        return kept

    def build(self, resource: Resource) -> None:
        """Make the disks, and run the machine if it should run; a new generalized one until its guest is ready."""
        refuse_preempted(self.cloud, resource)
        check_plan(resource)
        make_disks(self.cloud, resource)
        midway()
        if resource.internal["power"] != "running":
            return
        self._run_as_planned(resource)
        if not resource.internal["provisioned"]:
            await_provisioned(self.cloud, resource)
            # What the guest was given once it does not need again.
            power.note(self.cloud, resource, provisioned=True, secrets={})

    def view(self, resource: Resource, call: Call) -> Json:
        shown = resource.properties | {"provisioningState": provisioning_state(self.cloud, resource)}
        expand = call.query.get("expand", "").lower()
        if "userdata" in expand and "user_data" in resource.internal:
            shown["userData"] = resource.internal["user_data"]
        if "instanceview" in expand:
            shown["instanceView"] = instance_view(self.cloud, resource)
        return self.document(resource, shown)

    def destroy(self, resource: Resource) -> None:
        self._await_others(resource)
        self.cloud.hypervisor.delete(resource.internal["vm_id"])
        delete_with_machine(self.cloud, resource)

    def allocation(self, call: Call, rid: ResourceId, action: str | None) -> Allocation | None:
        writes = call.method in {"PUT", "PATCH"} and action is None
        starts = call.method == "POST" and (action or "").lower() == "start"
        return allocation_for(self.cloud, rid, call.body) if writes or starts else None

    def dependency_changed(self, resource: Resource, dependency: Resource) -> None:
        """What may reach the machine has changed: its interface, an address or a security group."""
        # A machine that does not run is given its forwards when it starts.
        with contextlib.suppress(HypervisorError):
            self.cloud.hypervisor.set_forwards(resource.internal["vm_id"], forwards_of(self.cloud, resource))

    def _run_as_planned(self, vm: Resource) -> None:
        """Start the machine, with its new size if that has changed."""
        size = vm.properties["hardwareProfile"]["vmSize"]
        if vm.internal.get("running_size", size) != size:
            self.cloud.hypervisor.stop(vm.internal["vm_id"], graceful=True)
        power.start(self.cloud, vm)
        power.note(self.cloud, vm, running_size=size)

    def _await_others(self, vm: Resource) -> None:
        """Let what is still under way see that the machine goes, and give up."""
        self.save(vm, provisioningState="Deleting")
        while (busy := self.cloud.operations.busy(vm.rid)) and not busy.effect.endswith(_ENDS):
            if self.cloud.operations.closing.wait(0.05):
                raise Interrupted

    def _show_instance(self, vm: Resource, call: Call) -> Json:
        return instance_view(self.cloud, vm)

    views: ClassVar[dict[str, Callable[[Any, Resource, Call], Json]]] = {"instanceView": _show_instance}
