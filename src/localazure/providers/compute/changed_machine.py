"""Planning a change to a virtual machine that is there."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, not_supported
from localazure.cloud import Cloud
from localazure.providers.compute.network_plan import plan_network
from localazure.providers.compute.new_machine import check_license, check_size_fits, require_size, set_changeable
from localazure.providers.compute.os_profile_rules import check_base64
from localazure.providers.compute.secret_marks import is_marked
from localazure.providers.compute.sizes import Size
from localazure.providers.compute.spot import change_max_price
from localazure.providers.compute.storage_plan import StoragePlan, refuse_data_disks
from localazure.providers.compute.swapped_os_disk import is_swap, swap_os_disk
from localazure.providers.compute.vm_bodies import OsDisk, StorageProfile, VmBody
from localazure.store import Resource


def plan_change(cloud: Cloud, body: VmBody, current: Resource) -> Resource:
    """The machine as a body wants it. What is absent stays. Raises CloudError for what cannot change."""
    if current.internal["generalized"]:
        message = f"Operation 'Update VM' is not allowed on VM '{current.rid.name}' since the VM is generalized."
        raise CloudError(409, "OperationNotAllowed", message)
    asked = body.properties
    check_base64(asked.user_data, "userData", "User data")
    _refuse_fixed(body, current)
    check_license(asked.license_type, current.internal["os_type"])
    changed = current.model_copy(deep=True)
    size = require_size(asked.hardware_profile.vm_size if asked.hardware_profile else _size_name(current))
    check_size_fits(size, current.internal["generation"], "x64")
    changed.properties["hardwareProfile"] = {"vmSize": size.name}
    _change_storage(cloud, changed, asked.storage_profile, size)
    if asked.network_profile:
        wanted = plan_network(cloud, current.rid, str(current.location), asked.network_profile, size)
        _refuse_network_change(wanted, current)
        changed.properties["networkProfile"] = wanted
    change_max_price(changed, asked)
    set_changeable(changed, body)
    return changed


_SECRET = {"adminPassword", "customData"}


def _size_name(machine: Resource) -> str:
    return str(machine.properties["hardwareProfile"]["vmSize"])


def _refuse_fixed(body: VmBody, current: Resource) -> None:
    """Refuse another image, another profile, other zones, and other properties of the operating system disk."""
    asked = body.json_body().get("properties", {})
    storage, shown = asked.get("storageProfile", {}), current.properties
    image = shown["storageProfile"].get("imageReference", {})
    asked_image = {key: value for key, value in image.items() if key != "exactVersion"}
    _refuse_difference("imageReference", storage.get("imageReference"), asked_image)
    disk = storage.get("osDisk", {}) | (storage.get("osDisk", {}).get("managedDisk") or {})
    disk_had = shown["storageProfile"]["osDisk"] | shown["storageProfile"]["osDisk"]["managedDisk"]
    swapped = is_swap(body.properties.storage_profile.os_disk if body.properties.storage_profile else None, disk_had)
    for key in ("osType",) if swapped else ("createOption", "name", "osType", "id", "storageAccountType"):
        _refuse_difference(f"osDisk.{key}", disk.get(key), disk_had.get(key))
    marks = current.internal.get("secret_marks", {})
    for key, value in asked.get("osProfile", {}).items():
        if key in _SECRET and is_marked(value, marks.get(key)):
            continue
        _refuse_difference(f"osProfile.{key}", _plain(value), _plain(shown.get("osProfile", {}).get(key)))
    _refuse_difference("priority", asked.get("priority"), shown.get("priority", "Regular"))
    _refuse_difference("evictionPolicy", asked.get("evictionPolicy"), shown.get("evictionPolicy"))
    if body.plan:
        _refuse_difference("plan", body.plan.json_body(), current.extra.get("plan"))
    if body.zones:
        _refuse_difference("zones", list(body.zones), current.extra.get("zones"))


def _refuse_difference(name: str, asked: object, before: object) -> None:
    if asked is not None and str(asked).lower() != str(before).lower():
        raise CloudError(409, "PropertyChangeNotAllowed", f"Changing property '{name}' is not allowed.", target=name)


def _plain(value: object) -> object:
    """Without what Azure adds to a profile by itself."""
    if isinstance(value, dict):
        added = {"patchSettings", "enableVMAgentPlatformUpdates"}
        return {key: value[key] for key in sorted(value) if key not in added}
    return value


def _change_storage(cloud: Cloud, changed: Resource, asked: StorageProfile | None, size: Size) -> None:
    storage = changed.properties["storageProfile"]
    plan = StoragePlan(cloud, changed.rid, str(changed.location), size, tuple(changed.extra.get("zones", ())))
    if asked and asked.os_disk and is_swap(asked.os_disk, storage["osDisk"]):
        swap_os_disk(changed, asked.os_disk, plan)
    if asked and asked.os_disk:
        _refuse_os_disk_resize(asked.os_disk, storage["osDisk"])
        given = asked.os_disk.json_body()
        storage["osDisk"] |= {key: given[key] for key in ("caching", "deleteOption") if key in given}
    if asked and "data_disks" in asked.model_fields_set:
        before = {disk["managedDisk"]["id"] for disk in storage["dataDisks"]}
        storage["dataDisks"] = plan.data_disks(asked.data_disks, None, storage["dataDisks"])
        _refuse_hot_plug(before ^ {disk["managedDisk"]["id"] for disk in storage["dataDisks"]}, changed)
    refuse_data_disks(storage, changed.internal["os_type"])
    changed.internal["new_disks"] = [each.model_dump() for each in plan.new_disks]


def _refuse_os_disk_resize(asked: OsDisk, shown: Json) -> None:
    if asked.disk_size_gb not in {None, shown["diskSizeGB"]}:
        raise not_supported("resizing the operating system disk through its machine (resize the disk resource instead)")


def _refuse_hot_plug(moved: set[str], machine: Resource) -> None:
    if moved and machine.internal["power"] == "running":
        raise not_supported(
            f"attaching or detaching data disks while VM '{machine.rid.name}' runs (stop or deallocate it first)"
        )


def _refuse_network_change(wanted: Json, current: Resource) -> None:
    before = {nic["id"].lower() for nic in current.properties["networkProfile"]["networkInterfaces"]}
    if {nic["id"].lower() for nic in wanted["networkInterfaces"]} == before:
        return
    if current.internal["power"] != "deallocated":
        message = (
            f"Secondary network interfaces cannot be added to or removed from the running virtual machine "
            f"{current.rid}. Deallocate it first."
        )
        raise CloudError(409, "AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported", message)
