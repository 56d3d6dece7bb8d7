"""The disks and interfaces of a virtual machine over its life: made with it, attached, let go, deleted with it."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.providers.compute.disk_records import make_disk
from localazure.providers.compute.references import DISK, require
from localazure.providers.network.public_ip_addresses import PUBLIC_IP
from localazure.store import Resource


def attach_disks(cloud: Cloud, vm: Resource) -> None:
    """In the transaction that accepts the machine: record its new disks, and whose each disk is."""
    for document in vm.internal.pop("new_disks", []):
        cloud.store.put(Resource.model_validate(document))
    cloud.store.put(vm)
    wanted = {disk["managedDisk"]["id"].lower() for disk in disks_of(vm)}
    for disk in cloud.store.mentioning(DISK, vm.rid):
        if disk.extra.get("managedBy", "").lower() == vm.rid.key and disk.rid.key not in wanted:
            _own(cloud, disk, None)
    for attached in disks_of(vm):
        _own(cloud, require(cloud, attached["managedDisk"]["id"]), vm.id)


def make_disks(cloud: Cloud, vm: Resource) -> None:
    """Bring every disk of the machine into being; may be repeated."""
    for attached in disks_of(vm):
        make_disk(cloud, require(cloud, attached["managedDisk"]["id"]))


def delete_with_machine(cloud: Cloud, vm: Resource) -> None:
    """Let go of all the machine uses, and delete what was to be deleted with it; may be repeated."""
    nics = vm.properties["networkProfile"]["networkInterfaces"]
    disks = disks_of(vm)
    with cloud.store.changing():
        for disk in found(cloud, [each["managedDisk"] for each in disks]):
            _own(cloud, disk, None)
        # The record lets go of the interfaces too, so that they count as unused from here on.
        fresh = cloud.store.find(vm.rid)
        if fresh is not None:
            fresh.properties["networkProfile"] = {"networkInterfaces": []}
            fresh.internal.setdefault("had_interfaces", nics)
            cloud.store.put(fresh)
    doomed = [nic for nic in vm.internal.get("had_interfaces", nics) if _goes(nic["properties"])]
    for disk in found(cloud, [each["managedDisk"] for each in disks if _goes(each)]):
        cloud.type_of(disk.rid.type).delete_now(disk)
    for nic in found(cloud, doomed):
        _delete_interface(cloud, nic)


def disks_of(vm: Resource) -> list[Json]:
    """The operating system's disk, then the data disks, as ``storageProfile`` shows them."""
    storage = vm.properties["storageProfile"]
    return [storage["osDisk"], *storage["dataDisks"]]


def _delete_interface(cloud: Cloud, nic: Resource) -> None:
    addresses = [each["properties"].get("publicIPAddress") for each in nic.properties["ipConfigurations"]]
    cloud.type_of(nic.rid.type).delete_now(nic)
    for address in found(cloud, [each for each in addresses if each]):
        if address.rid.type.lower() == PUBLIC_IP.lower() and _goes(address.properties):
            cloud.type_of(PUBLIC_IP).delete_now(address)


def _own(cloud: Cloud, disk: Resource, owner: str | None) -> None:
    disk.extra.pop("managedBy", None)
    if owner:
        disk.extra["managedBy"] = owner
    cloud.store.put(disk)


def found(cloud: Cloud, references: list[Json]) -> list[Resource]:
    """What is there of the resources referred to."""
    resources = (cloud.store.find(ResourceId.parse(reference["id"])) for reference in references)
    return [each for each in resources if each is not None]


def _goes(properties: Json) -> bool:
    return properties.get("deleteOption") == "Delete"
