"""Whether Azure took a Spot VM back: nothing tells but that it stands still, or is gone, and nobody put it away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.power import found_at_rest, is_spot, power_state
from mintage.azure.together import Waiting, completed, finish
from mintage.build_plan import BuildPlan
from mintage.errors import Evicted, MachineLost, MintageError
from mintage.names import EVICTED_TAG
from mintage.recipe import in_seconds


@contextmanager
def noticing_eviction(clients: Clients, plan: BuildPlan, vm: BuildVm) -> Iterator[None]:
    """Raise Evicted instead of whatever went wrong in the block, if it is that the VM was taken back.

    A connection that breaks, a command that is killed and a refusal of Azure's may all come of it. That its disk is
    gone too says more: another call of the step cannot help then.
    """
    try:
        yield
    except (Evicted, MachineLost):
        raise
    except MintageError as error:
        if finish(vm.resource_id, _counted_eviction(clients, vm), seconds=in_seconds(plan.recipe.timeouts.change)):
            raise Evicted(
                "Azure took the Spot VM back",
                where=vm.resource_id,
                seen=f"{error.what}: {error.seen}",
                remedy="run the step again: the VM comes back first, at the full price if need be",
            ) from error
        raise


def evictions(vm: Document) -> int:
    """How often the build's VM was taken back."""
    text = (vm.get("tags") or {}).get(EVICTED_TAG, "0")
    return int(text) if text.isdigit() else 0


def _counted_eviction(clients: Clients, vm: BuildVm) -> Waiting[bool]:
    """Whether it was; then that is written down on it, for who starts it again."""
    found = yield from found_at_rest(clients, vm.resource_group, vm.name)
    if found is None:
        return vm.spot
    if not is_spot(found) or power_state(found) != "deallocated":
        return False
    body: Any = {"tags": {**(found.get("tags") or {}), EVICTED_TAG: str(evictions(found) + 1)}}
    yield from completed(clients.compute.virtual_machines.begin_update(vm.resource_group, vm.name, body))
    return True
