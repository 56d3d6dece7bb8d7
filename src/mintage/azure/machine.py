"""A virtual machine of a build: what is asked for, and trying one place after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mintage.artifacts import PassedOver, Plan, ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.copied_disks import attached, copied_disks, disk_made
from mintage.azure.ensure import Document, Wanted, ensure
from mintage.azure.errors import translating
from mintage.azure.network import interface, public_address
from mintage.azure.power import found_at_rest, power_state
from mintage.azure.together import Waiting
from mintage.build_plan import BuildPlan
from mintage.errors import CapacityRefused, MintageError, QuotaRefused
from mintage.placement import Placement

VM = "Microsoft.Compute/virtualMachines"
Log = Callable[[str], None]


def no_log(line: str) -> None:
    """For those who do not care why a size was passed over."""


@dataclass(frozen=True)
class Machine:
    """What a VM of the build is: who logs in, made from what, at which places in this order."""

    name: str
    profile: Document | None = field(repr=False)
    """None for what has accounts already."""
    image: Document | None
    placements: tuple[Placement, ...]
    generation: str
    plan: Plan | None = None
    disk_gib: int | None = None
    copied: ResolvedSource | None = None
    """What its disks are copies of, where there is no image."""
    data_disks: tuple[Document, ...] = ()
    """Those that are made with it, as Azure writes them."""


@dataclass
class Refusals:
    """Where a VM could not be had, and why; each is told to ``log``, and recorded, when it happens."""

    log: Log = no_log
    record: Callable[[PassedOver], None] | None = None
    found: list[PassedOver] = field(default_factory=list)
    by_quota: bool = True
    """Whether it was the region's quota each time."""

    def add(self, placement: str, refused: MintageError) -> None:
        self.log(f"{placement} is not to be had: {refused.seen}")
        what = PassedOver(placement=placement, reason=refused.seen)
        self.found.append(what)
        self.by_quota = self.by_quota and isinstance(refused, QuotaRefused)
        if self.record:
            self.record(what)

    def error(self, where: str) -> CapacityRefused:
        """All of them as one error."""
        return CapacityRefused(
            "None of the places for the VM is to be had",
            where=where,
            seen="\n".join(f"{each.placement}: {each.reason}" for each in self.found),
            remedy="add a size of another family or a fallback region to the recipe, or ask for more quota",
        )


def refusals_told(clients: Clients) -> Refusals:
    """Of a build VM: told, and written down for the build's report."""
    return Refusals(clients.tell, clients.places.pass_over)


def machine_made(
    clients: Clients, plan: BuildPlan, machine: Machine, refusals: Refusals, adopted: Log = no_log
) -> Waiting[Document]:
    """Make the VM with its interface, at the first place that is to be had. Adopts one that is there, wherever it is.

    One that stands still was put away, or taken back, before it was of use. It is made anew: Azure calls it succeeded
    once it is deallocated, also when its creation failed, and what boots a second time is no proof of an image.

    ``adopted`` is told the name of one that was there. Raises CapacityRefused with what Azure said of each place when
    none was.
    """
    for placement in machine.placements:
        vm = virtual_machine(clients, plan, machine, placement)
        try:
            with translating(vm.id):
                needs = _needs(clients, plan, machine, placement)
                return (
                    yield from ensure(vm, needs=needs, spent=lambda: _is_spent(clients, plan, machine.name, adopted))
                )
        except CapacityRefused as refused:
            refusals.add(str(placement), refused)
    raise refusals.error(virtual_machine(clients, plan, machine, machine.placements[0]).id)


def _is_spent(clients: Clients, plan: BuildPlan, name: str, adopted: Log) -> Waiting[bool]:
    found = yield from found_at_rest(clients, plan.names.group, name)
    if found is None or power_state(found) != "running":
        return True
    adopted(name)
    return False


def virtual_machine(clients: Clients, plan: BuildPlan, machine: Machine, placement: Placement) -> Wanted:
    path = (plan.names.group, machine.name)
    body = _body(clients, plan, machine, placement)
    return Wanted(clients, VM, clients.compute.virtual_machines, path, body)


def interface_made(clients: Clients, plan: BuildPlan, region: str, vm: str) -> Callable[[], Waiting[object]]:
    """What makes the VM's interface and address, for ``ensure``."""

    def made() -> Waiting[object]:
        if plan.recipe.build.network.address == "public":
            yield from ensure(public_address(clients, plan, region, vm))
        return (yield from ensure(interface(clients, plan, region, vm)))

    return made


def _needs(clients: Clients, plan: BuildPlan, machine: Machine, placement: Placement) -> Callable[[], Waiting[object]]:
    interface_of_it = interface_made(clients, plan, placement.region, machine.name)

    def made() -> Waiting[object]:
        if machine.copied:
            for disk in copied_disks(clients, plan, machine.copied, placement).values():
                yield from disk_made(disk)
        return (yield from interface_of_it())

    return made


def _body(clients: Clients, plan: BuildPlan, machine: Machine, placement: Placement) -> Document:
    properties: dict[str, Any] = {"storageProfile": _storage(clients, plan, machine, placement)}
    if machine.profile:
        properties["osProfile"] = dict(machine.profile)
    body = placed_body(clients, plan, machine.name, placement, machine.generation)
    body["properties"] |= properties
    if machine.plan:
        body["plan"] = machine.plan.model_dump()
    return body


def placed_body(clients: Clients, plan: BuildPlan, name: str, placement: Placement, generation: str) -> dict[str, Any]:
    """What a VM of the build is asked for with, but for its disk and who logs in."""
    nic = interface(clients, plan, placement.region, name).id
    # A VM that may be made anew around its disk keeps its addresses, private ones too.
    goes = "Detach" if plan.recipe.build.spot and name == plan.names.vm else "Delete"
    properties: dict[str, Any] = {
        "hardwareProfile": {"vmSize": placement.size},
        "networkProfile": {"networkInterfaces": [{"id": nic, "properties": {"primary": True, "deleteOption": goes}}]},
        "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
    }
    if generation == "V2":
        # A Trusted Launch VM could not be captured for every kind of VM (facts: Compute Gallery).
        properties["securityProfile"] = {"securityType": "Standard"}
    if placement.spot:
        properties |= {
            "priority": "Spot",
            "evictionPolicy": placement.spot.eviction.capitalize(),
            # -1 is Azure's word for: never taken back for its price.
            "billingProfile": {"maxPrice": placement.spot.max_price or -1},
        }
    body: dict[str, Any] = {"location": placement.region, "tags": plan.tags, "properties": properties}
    return body | ({"zones": [placement.zone]} if placement.zone else {})


def _storage(clients: Clients, plan: BuildPlan, machine: Machine, placement: Placement) -> Document:
    if machine.copied:
        storage = attached(copied_disks(clients, plan, machine.copied, placement), plan.recipe.os.capitalize())
        return {**storage, "dataDisks": [*storage["dataDisks"], *machine.data_disks]}
    data = {"dataDisks": list(machine.data_disks)} if machine.data_disks else {}
    return {"imageReference": machine.image, "osDisk": _os_disk(plan, machine), **data}


def data_disk(plan: BuildPlan, vm: str, lun: int, create_option: str) -> dict[str, Any]:
    """A data disk that is made with a VM of the build, and goes with it: ``FromImage``, or ``Empty``."""
    name = plan.names.data_disk(vm, lun)
    return {"lun": lun, "name": name, "createOption": create_option, "deleteOption": "Delete"}


def _os_disk(plan: BuildPlan, machine: Machine) -> Document:
    disk: dict[str, Any] = {
        "name": plan.names.os_disk(machine.name),
        "createOption": "FromImage",
        "deleteOption": "Delete",
        "caching": "ReadWrite",
    }
    return disk | ({"diskSizeGB": machine.disk_gib} if machine.disk_gib else {})
