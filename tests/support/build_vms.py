"""What a build knows of its VM, and what Azure has of it."""

from __future__ import annotations

from typing import Any

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys


def keys_of(plan: BuildPlan) -> BuildKeys:
    return BuildKeys(b"m" * 32, plan.build_id)


def seen(clients: Clients, vm: BuildVm) -> Any:
    return clients.compute.virtual_machines.get(vm.resource_group, vm.name, expand="instanceView")
