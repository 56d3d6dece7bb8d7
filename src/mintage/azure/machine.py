"""A virtual machine of a build: what is asked for, and trying one size after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mintage.artifacts import Plan
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted, ensure
from mintage.azure.errors import translating
from mintage.azure.network import interface, public_address
from mintage.azure.together import Waiting
from mintage.build_plan import BuildPlan
from mintage.errors import CapacityRefused

VM = "Microsoft.Compute/virtualMachines"
Log = Callable[[str], None]


def no_log(line: str) -> None:
    """For those who do not care why a size was passed over."""


@dataclass(frozen=True)
class Machine:
    """What a VM of the build is: who logs in (``profile``), from which image, on which sizes in this order."""

    name: str
    profile: Document = field(repr=False)
    image: Document
    sizes: tuple[str, ...]
    generation: str
    plan: Plan | None = None
    disk_gib: int | None = None


def machine_made(clients: Clients, plan: BuildPlan, machine: Machine, log: Log) -> Waiting[Document]:
    """Make the VM with its interface, on the first size that is to be had. Adopts one that is there on any size.

    Raises CapacityRefused with what Azure said of each size when none was.
    """
    refusals: list[str] = []
    for size in machine.sizes:
        vm = virtual_machine(clients, plan, machine, size)
        try:
            with translating(vm.id):
                return (yield from ensure(vm, needs=lambda: _interface(clients, plan, machine.name)))
        except CapacityRefused as refused:
            log(f"{size} is not to be had in {plan.recipe.build.region}: {refused.seen}")
            refusals.append(f"{size}: {refused.seen}")
    raise CapacityRefused(
        f"None of the sizes is to be had in {plan.recipe.build.region}",
        where=virtual_machine(clients, plan, machine, machine.sizes[0]).id,
        seen="\n".join(refusals),
        remedy="add a size of another family to the recipe, build in another region, or ask for more quota",
    )


def virtual_machine(clients: Clients, plan: BuildPlan, machine: Machine, size: str) -> Wanted:
    path = (plan.names.group, machine.name)
    body = _body(clients, plan, machine, size)
    return Wanted(clients, VM, clients.compute.virtual_machines, path, body)


def _interface(clients: Clients, plan: BuildPlan, vm: str) -> Waiting[object]:
    if plan.recipe.build.network.address == "public":
        yield from ensure(public_address(clients, plan, vm))
    return (yield from ensure(interface(clients, plan, vm)))


def _body(clients: Clients, plan: BuildPlan, machine: Machine, size: str) -> Document:
    nic = interface(clients, plan, machine.name).id
    body: dict[str, Any] = {
        "location": plan.recipe.build.region,
        "tags": plan.tags,
        "properties": {
            "hardwareProfile": {"vmSize": size},
            "storageProfile": {"imageReference": machine.image, "osDisk": _os_disk(plan, machine)},
            "osProfile": dict(machine.profile),
            "networkProfile": {
                "networkInterfaces": [{"id": nic, "properties": {"primary": True, "deleteOption": "Delete"}}]
            },
            "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        },
    }
    if machine.generation == "V2":
        # A Trusted Launch VM could not be captured for every kind of VM (facts: Compute Gallery).
        body["properties"]["securityProfile"] = {"securityType": "Standard"}
    if machine.plan:
        body["plan"] = machine.plan.model_dump()
    return body


def _os_disk(plan: BuildPlan, machine: Machine) -> Document:
    disk: dict[str, Any] = {
        "name": plan.names.os_disk(machine.name),
        "createOption": "FromImage",
        "deleteOption": "Delete",
        "caching": "ReadWrite",
    }
    return disk | ({"diskSizeGB": machine.disk_gib} if machine.disk_gib else {})
