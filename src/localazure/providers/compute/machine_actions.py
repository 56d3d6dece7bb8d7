"""What can be asked of a virtual machine beside reading and writing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError, not_supported
from localazure.arm.families import Style
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import Action, ResourceType
from localazure.providers.compute import power, spot
from localazure.providers.compute.run_command_action import ACTION, carry_out, check_run_command, refuse_second_script
from localazure.store import Resource

_ENDS_SCRIPTS = ("poweroff", "restart", "deallocate")


@dataclass(frozen=True)
class _Refusal:
    """Stands for an action that Azure has and localazure has not."""

    name: str

    def __call__(self, kind: Any, vm: Resource, arguments: Json) -> None:
        raise not_supported(f"the action '{self.name}' on VM '{vm.rid.name}'")


UNSUPPORTED = tuple(
    _Refusal(name)
    for name in (
        "redeploy", "reimage", "reapply", "capture", "assessPatches", "installPatches",
        "performMaintenance", "convertToManagedDisks", "attachDetachDataDisks",
        "migrateToVMScaleSet",
    )
)  # fmt: skip


class MachineActions(ResourceType):
    """The actions of a virtual machine."""

    def _refuse_start(self, vm: Resource, arguments: Json) -> None:
        power.refuse_generalized(vm, "Start VM")

    def _start(self, vm: Resource, arguments: Json) -> None:
        power.start(self.cloud, vm)

    def _refuse_power_off(self, vm: Resource, arguments: Json) -> None:
        power.refuse_deallocated(vm, "powerOff")

    def _power_off(self, vm: Resource, arguments: Json) -> None:
        at_once = str(arguments.get("skipshutdown", "")).lower() == "true"
        power.stop(self.cloud, vm, to="stopped", graceful=not at_once)

    def _refuse_restart(self, vm: Resource, arguments: Json) -> None:
        power.refuse_generalized(vm, "Restart VM")
        power.refuse_deallocated(vm, "restart")
        power.refuse_not_running(vm)

    def _restart(self, vm: Resource, arguments: Json) -> None:
        power.restart(self.cloud, vm)

    def _deallocate(self, vm: Resource, arguments: Json) -> None:
        power.stop(self.cloud, vm, to="deallocated", graceful=True)

    def _refuse_generalize(self, vm: Resource, arguments: Json) -> None:
        power.refuse_running(vm, "generalize")

    def _refuse_eviction(self, vm: Resource, arguments: Json) -> None:
        spot.refuse_regular(vm)

    def _evict(self, vm: Resource, arguments: Json) -> None:
        spot.evict(self.cloud, vm)

    def _generalize(self, vm: Resource, arguments: Json) -> None:
        vm.internal["generalized"] = True
        self.save(vm)

    def preempts(self, asked: str, under_way: str) -> bool:
        """Nobody can cancel a script; but the machine that it is for may be turned off."""
        return super().preempts(asked, under_way) or (under_way == ACTION and asked.lower() in _ENDS_SCRIPTS)

    def busy_refusal(self, rid: ResourceId, asked: str, under_way: str) -> CloudError:
        return power.busy_refusal(rid, asked, under_way)

    def act(self, call: Call, rid: ResourceId, name: str) -> Answer:
        if name.lower() == ACTION:
            refuse_second_script(self.cloud, self.existing(rid))
        return super().act(call, rid, name)

    def _check_run_command(self, vm: Resource, arguments: Json) -> None:
        check_run_command(self.cloud, vm, arguments)

    def _run_command(self, vm: Resource, arguments: Json) -> Json:
        return carry_out(self.cloud, vm, arguments)

    actions: ClassVar[dict[str, Action]] = {
        "start": Action(_start, _refuse_start, seconds=20, retry_after=10),
        "powerOff": Action(_power_off, _refuse_power_off, seconds=31),
        "restart": Action(_restart, _refuse_restart, seconds=42, retry_after=10),
        "deallocate": Action(_deallocate, seconds=31),
        "runCommand": Action(_run_command, _check_run_command, seconds=31, private=True),
        "simulateEviction": Action(_evict, _refuse_eviction, style=Style.UNSEEN, seconds=60),
        "generalize": Action(_generalize, _refuse_generalize, style=Style.SYNC),
    } | {refusal.name: Action(refusal, refusal) for refusal in UNSUPPORTED}
