"""Marks on a build VM, for processes that go on with it."""

from __future__ import annotations

from typing import Any

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.power import at_rest
from mintage.azure.together import Waiting, completed, finish
from mintage.build_plan import BuildPlan
from mintage.names import SYSPREP_TAG
from mintage.recipe import in_seconds


def sysprep_mark(vm: Document) -> str:
    """``begun``, ``proved``, or nothing when Sysprep has not touched the VM's disk."""
    return str((vm.get("tags") or {}).get(SYSPREP_TAG, ""))


def set_sysprep_mark(clients: Clients, plan: BuildPlan, vm: BuildVm, mark: str) -> None:
    finish(vm.resource_id, _marked(clients, vm, mark), seconds=in_seconds(plan.recipe.timeouts.change))


def _marked(clients: Clients, vm: BuildVm, mark: str) -> Waiting[None]:
    found = yield from at_rest(clients, vm.resource_group, vm.name)
    if sysprep_mark(found) != mark:
        body: Any = {"tags": {**(found.get("tags") or {}), SYSPREP_TAG: mark}}
        yield from completed(clients.compute.virtual_machines.begin_update(vm.resource_group, vm.name, body))
