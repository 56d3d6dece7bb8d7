"""Disks that are no image: snapshots, managed disks, and those of a virtual machine, as one exact source."""

from __future__ import annotations

from dataclasses import dataclass

from mintage.artifacts import Fact, ResolvedSource, SourceDataDisk
from mintage.azure.clients import Clients
from mintage.azure.disk_fitness import demand_fit, demand_fit_machine
from mintage.azure.ensure import Document
from mintage.azure.errors import translating
from mintage.azure.ids import names_in
from mintage.azure.kept_images import existing
from mintage.azure.power import is_generalized, power_state
from mintage.azure.source_facts import facts
from mintage.azure.terms import purchase_plan
from mintage.recipe import DiskSource, ManagedDiskSource, SnapshotSource, VirtualMachineSource


@dataclass(frozen=True)
class _Disks:
    """The ids of what is to be copied, and whether a machine lived on it."""

    system: str
    data: dict[int, str]
    specialized: bool
    machine: Document | None = None


def resolve_disks(clients: Clients, source: DiskSource, region: str) -> ResolvedSource:
    """Look at every disk of the source. Raises SourceError for what is not there, or is not fit for the region."""
    disks = _disks(clients, source, region)
    system = read_disk(clients, disks.system)
    demand_fit(system, region, system=True, generalized=not disks.specialized)
    data = {lun: read_disk(clients, identity) for lun, identity in disks.data.items()}
    for each in data.values():
        demand_fit(each, region, system=False, generalized=not disks.specialized)
    return _resolved(source, disks, system, data)


def read_disk(clients: Clients, identity: str) -> Document:
    """A disk or a snapshot, in whichever subscription it is."""
    subscription_id, group, (name,) = names_in(identity)
    compute = clients.in_subscription(subscription_id).compute
    operations = compute.snapshots if is_snapshot(identity) else compute.disks
    with translating(identity):
        return existing(identity, lambda: operations.get(group, name))


def is_snapshot(identity: str) -> bool:
    return "/snapshots/" in identity.lower()


def _disks(clients: Clients, source: DiskSource, region: str) -> _Disks:
    match source:
        case SnapshotSource():
            data = {each.lun: each.snapshot_id for each in source.data_disks}
            return _Disks(source.snapshot_id, data, source.state == "specialized")
        case ManagedDiskSource():
            data = {each.lun: each.disk_id for each in source.data_disks}
            return _Disks(source.disk_id, data, source.state == "specialized")
        case VirtualMachineSource():
            return _of_machine(clients, source, region)


def _of_machine(clients: Clients, source: VirtualMachineSource, region: str) -> _Disks:
    subscription_id, group, (name,) = names_in(source.vm_id)
    machines = clients.in_subscription(subscription_id).compute.virtual_machines
    with translating(source.vm_id):
        vm = existing(source.vm_id, lambda: machines.get(group, name, expand="instanceView"))
    demand_fit_machine(vm, region)
    storage = vm["properties"]["storageProfile"]
    data = {each["lun"]: str(each["managedDisk"]["id"]) for each in storage.get("dataDisks") or []}
    return _Disks(str(storage["osDisk"]["managedDisk"]["id"]), data, not is_generalized(vm), vm)


def _resolved(source: DiskSource, disks: _Disks, system: Document, data: dict[int, Document]) -> ResolvedSource:
    properties, vm = system["properties"], disks.machine
    named = vm or system
    unique = str(vm["properties"]["vmId"] if vm else properties["uniqueId"])
    capabilities = properties.get("supportedCapabilities") or {}
    return ResolvedSource(
        kind=source.kind,
        version=unique,
        identity=f"{named['id']} {unique}",
        content=str(properties["uniqueId"]),
        disk_id=disks.system,
        specialized=disks.specialized,
        original=disks.specialized and isinstance(source, VirtualMachineSource) and source.generalize_original,
        plan=purchase_plan((vm or {}).get("plan") or properties.get("purchasePlan")),
        generation=properties.get("hyperVGeneration", "V1"),
        architecture=capabilities.get("architecture", "x64"),
        os_disk_size_gib=properties["diskSizeGB"],
        os=str(properties["osType"]).lower(),
        data_disks=tuple(_data_disk(lun, disks.data[lun], each) for lun, each in sorted(data.items())),
        facts=(*_machine_facts(vm), *_disk_facts("", system), *_data_facts(data)),
    )


def _data_disk(lun: int, identity: str, disk: Document) -> SourceDataDisk:
    properties = disk["properties"]
    unique, size = str(properties["uniqueId"]), properties["diskSizeGB"]
    return SourceDataDisk(lun=lun, size_gib=size, resource_id=identity, unique_id=unique)


def _machine_facts(vm: Document | None) -> tuple[Fact, ...]:
    if vm is None:
        return ()
    created = vm["properties"].get("timeCreated")
    return facts(VM=vm["id"], VM_made=created, VM_etag=vm.get("etag"), VM_power=power_state(vm))


def _data_facts(data: dict[int, Document]) -> tuple[Fact, ...]:
    return tuple(fact for lun, disk in sorted(data.items()) for fact in _disk_facts(f"data disk {lun}: ", disk))


def _disk_facts(whose: str, disk: Document) -> tuple[Fact, ...]:
    properties = disk["properties"]
    known = facts(
        disk=disk["id"],
        unique_id=properties["uniqueId"],
        made=properties.get("timeCreated"),
        size=f"{properties['diskSizeGB']} GiB",
        bytes=properties.get("diskSizeBytes"),
        etag=disk.get("etag"),
    )
    return tuple(fact.model_copy(update={"name": f"{whose}{fact.name}"}) for fact in known)
