"""Going back with a build VM: to a copy of its disk, or to before there was one."""

from __future__ import annotations

from mintage.artifacts import BuildVm, DiskSnapshot
from mintage.azure.clients import Clients
from mintage.azure.disk_copies import DISK
from mintage.azure.ensure import Wanted, removed
from mintage.azure.machine import VM
from mintage.azure.originals import demand_copy
from mintage.azure.own_disks import own_disks
from mintage.azure.power import found_at_rest, is_generalized
from mintage.azure.restore import restore
from mintage.azure.together import Waiting, finish
from mintage.build_plan import BuildPlan
from mintage.recipe import in_seconds


def put_back(clients: Clients, plan: BuildPlan, vm: BuildVm, snapshot: DiskSnapshot) -> None:
    """Give the VM a disk made from the snapshot, and start it. Called again by another process, it does so once more.

    One that Azure was told is generalized cannot start again: it is made anew around the disk.
    """
    demand_copy(vm)
    finish(vm.resource_id, _without_generalized(clients, vm), seconds=in_seconds(plan.recipe.timeouts.start))
    restore(clients, plan, vm, snapshot)


def remove_machine(clients: Clients, plan: BuildPlan, vm: BuildVm) -> None:
    """Remove the VM and its disks, if they are there, so that it can be made from its source again."""
    demand_copy(vm)
    finish(vm.resource_id, _removed(clients, vm), seconds=in_seconds(plan.recipe.timeouts.clean_up))


def _without_generalized(clients: Clients, vm: BuildVm) -> Waiting[None]:
    found = yield from found_at_rest(clients, vm.resource_group, vm.name)
    if found is not None and is_generalized(found):
        yield from _removed_vm(clients, vm)


def _removed(clients: Clients, vm: BuildVm) -> Waiting[None]:
    yield from _removed_vm(clients, vm)
    for disk in own_disks(clients, vm):
        path = (vm.resource_group, str(disk["name"]))
        yield from removed(Wanted(clients, DISK, clients.compute.disks, path, {}))


def _removed_vm(clients: Clients, vm: BuildVm) -> Waiting[None]:
    path = (vm.resource_group, vm.name)
    yield from removed(Wanted(clients, VM, clients.compute.virtual_machines, path, {}))
