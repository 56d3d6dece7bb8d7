"""Whether a VM runs, is put away, or was generalized; and how it comes to be so."""

from __future__ import annotations

from azure.core.exceptions import ResourceNotFoundError

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.ensure import FAILED, Document, state_of
from mintage.azure.together import Waiting, completed, rest
from mintage.errors import AzureRefused, MachineLost

_ON_THE_WAY = frozenset({"starting", "stopping", "deallocating"})
_BUSY = frozenset({"Creating", "Updating", "Deleting"})


def started(clients: Clients, group: str, name: str) -> Waiting[None]:
    """Start the VM unless it runs. Raises AzureRefused when it was generalized."""
    vm = yield from at_rest(clients, group, name)
    if power_state(vm) == "running":
        return
    if is_generalized(vm):
        raise AzureRefused(
            "A generalized VM cannot start again",
            where=str(vm["id"]),
            seen="OSState/generalized",
            remedy="capture goes on from here; to customize again, start a new build",
        )
    yield from completed(clients.compute.virtual_machines.begin_start(group, name))


def deallocated(clients: Clients, group: str, name: str) -> Waiting[Document]:
    """Stop the VM and give back its hardware, unless that is done. Returns it as it was seen last.

    Also one that is put away and called failed: Azure makes no image of it before an operation on it has succeeded.
    """
    vm = yield from at_rest(clients, group, name)
    if power_state(vm) != "deallocated" or state_of(vm) in FAILED:
        yield from completed(clients.compute.virtual_machines.begin_deallocate(group, name))
    return vm


def powered_off(clients: Clients, group: str, name: str) -> Waiting[None]:
    """Stop the VM, and keep its hardware: one that is deallocated looks like a Spot VM that Azure took back.

    Also one that turned itself off: Azure means that one to run, and boots it when it moves or changes it.
    """
    vm = yield from at_rest(clients, group, name)
    if power_state(vm) != "deallocated":
        yield from completed(clients.compute.virtual_machines.begin_power_off(group, name, skip_shutdown=False))


def at_rest(clients: Clients, group: str, name: str) -> Waiting[Document]:
    """Wait until nothing goes on with the VM; the document has its instance view."""
    while True:
        vm: Document = clients.compute.virtual_machines.get(group, name, expand="instanceView")
        state, power = state_of(vm), power_state(vm)
        if state not in _BUSY and power not in _ON_THE_WAY:
            return vm
        yield from rest(clients.poll_seconds, f"{state}, {power}")


def found_at_rest(clients: Clients, group: str, name: str) -> Waiting[Document | None]:
    """As ``at_rest``; None if there is no such VM."""
    try:
        return (yield from at_rest(clients, group, name))
    except ResourceNotFoundError:
        return None


def there_at_rest(clients: Clients, vm: BuildVm) -> Waiting[Document]:
    """As ``at_rest``, of the build VM. Raises MachineLost if there is none."""
    found = yield from found_at_rest(clients, vm.resource_group, vm.name)
    if found is None:
        raise MachineLost(
            "The build VM is gone",
            where=vm.resource_id,
            seen="Azure deleted it when it took the Spot VM back" if vm.spot else "somebody removed it",
            remedy="go on from a checkpoint, or start a new build",
        )
    return found


def power_state(vm: Document) -> str:
    """``running``, ``stopped``, ``deallocated``, what leads there, or ``unknown``."""
    return next((code[1] for code in _codes(vm) if code[0] == "powerstate"), "unknown")


def is_spot(vm: Document) -> bool:
    """Whether Azure may take the VM back at any moment."""
    return str(vm["properties"].get("priority", "Regular")) == "Spot"


def is_generalized(vm: Document) -> bool:
    return ("osstate", "generalized") in _codes(vm)


def _codes(vm: Document) -> list[tuple[str, str]]:
    statuses = vm["properties"].get("instanceView", {}).get("statuses") or []
    parts = [str(status["code"]).lower().split("/") for status in statuses]
    return [(part[0], part[1]) for part in parts if len(part) > 1]
