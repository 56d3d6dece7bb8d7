"""What a VM that stands still means for what was begun on it."""

from __future__ import annotations

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.power import found_at_rest, power_state
from mintage.azure.together import finish
from mintage.begun import Record, spoil

_REST_SECONDS = 20 * 60


def runs(clients: Clients, vm: BuildVm) -> bool:
    """One that is gone does not."""
    found = finish(vm.resource_id, found_at_rest(clients, vm.resource_group, vm.name), seconds=_REST_SECONDS)
    return found is not None and power_state(found) == "running"


def spoil_if_stopped(clients: Clients, vm: BuildVm, record: Record) -> None:
    """Write down, before the VM is started again, that what was begun on it ended with it."""
    if record.read() is not None and not runs(clients, vm):
        spoil(record)
