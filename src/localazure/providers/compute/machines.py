"""From a virtual machine's record to what the hypervisor runs."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.hypervisor.base import Disk, Forward, GuestIdentity, Machine
from localazure.providers.compute.network_plan import primary_interface
from localazure.providers.compute.os_profile import guest_os_profile
from localazure.providers.compute.references import require
from localazure.providers.compute.sizes import find_size
from localazure.providers.network.forwards import effective_forwards
from localazure.providers.network.network_interfaces import mac_address, private_address
from localazure.providers.network.subnets import prefix_of
from localazure.store import Resource


def hypervisor_machine(cloud: Cloud, vm: Resource) -> Machine:
    """The machine as it should run now. Raises CloudError 404 when a disk or an interface is gone."""
    size = find_size(vm.properties["hardwareProfile"]["vmSize"])
    if size is None:
        message = f"size of {vm.rid} is not in the catalogue of this version of localazure"
        raise LookupError(message)
    nic = primary_interface(cloud, vm)
    return Machine(
        vm_id=vm.internal["vm_id"],
        generation=vm.internal["generation"],
        # More virtual processors than cores only make an emulated guest slower.
        vcpus=min(size.vcpus, cloud.settings.guest_vcpus),
        memory_mib=min(size.memory_mib, cloud.settings.guest_memory_mib),
        disks=_disks(cloud, vm.properties["storageProfile"]),
        forwards=forwards_of(cloud, vm),
        identity=_identity(cloud, vm, nic),
    )


def forwards_of(cloud: Cloud, vm: Resource) -> tuple[Forward, ...]:
    """Which ports of the guest answer on the host now."""
    return effective_forwards(cloud, primary_interface(cloud, vm))


def _disks(cloud: Cloud, storage: Json) -> tuple[Disk, ...]:
    def disk_id(attached: Json) -> str:
        return str(require(cloud, attached["managedDisk"]["id"]).internal["disk_id"])

    data = (Disk(disk_id=disk_id(each), lun=each["lun"]) for each in storage["dataDisks"])
    return (Disk(disk_id=disk_id(storage["osDisk"])), *data)


def _identity(cloud: Cloud, vm: Resource, nic: Resource) -> GuestIdentity:
    rid, configuration = vm.rid, _primary_configuration(nic)
    profile = vm.properties.get("osProfile")
    return GuestIdentity(
        vm_id=vm.internal["vm_id"],
        name=rid.name,
        resource_id=vm.id,
        resource_group=rid.group or "",
        subscription_id=rid.subscription,
        location=vm.location or "",
        size=vm.properties["hardwareProfile"]["vmSize"],
        zone=next(iter(vm.extra.get("zones", [])), ""),
        priority=vm.properties.get("priority", ""),
        eviction_policy=vm.properties.get("evictionPolicy", ""),
        os_type=vm.internal["os_type"],
        mac_address=mac_address(nic),
        private_ip=private_address(nic),
        subnet_prefix=str(prefix_of(require(cloud, configuration["subnet"]["id"]))),
        public_ip=_public_ip(cloud, configuration),
        os_profile=guest_os_profile(profile, vm.internal["secrets"]) if profile else None,
        user_data=vm.internal.get("user_data"),
        tags=vm.tags,
    )


def _primary_configuration(nic: Resource) -> Json:
    configurations: list[Json] = [each["properties"] for each in nic.properties["ipConfigurations"]]
    return next(each for each in configurations if each["primary"])


def _public_ip(cloud: Cloud, configuration: Json) -> str | None:
    reference = configuration.get("publicIPAddress")
    found = cloud.store.find(ResourceId.parse(reference["id"])) if reference else None
    return str(found.properties["ipAddress"]) if found else None
