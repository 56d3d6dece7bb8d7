"""What a VM that stands still means for what was begun on it."""

from __future__ import annotations

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.power import found_at_rest, power_state
from mintage.azure.together import finish
from mintage.begun import Record, spoil
from mintage.build_plan import BuildPlan
from mintage.recipe import in_seconds


def runs(clients: Clients, plan: BuildPlan, vm: BuildVm) -> bool:
    """One that is gone does not."""
    seconds = in_seconds(plan.recipe.timeouts.change)
    found = finish(vm.resource_id, found_at_rest(clients, vm.resource_group, vm.name), seconds=seconds)
    return found is not None and power_state(found) == "running"


def spoil_if_stopped(clients: Clients, plan: BuildPlan, vm: BuildVm, record: Record) -> None:
    """Write down, before the VM is started again, that what was begun on it ended with it."""
    if record.read() is not None and not runs(clients, plan, vm):
        spoil(record)
