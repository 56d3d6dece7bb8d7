"""Planning the disks of a virtual machine: which are made with it, which are attached to it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, invalid_parameter, not_supported
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.providers.compute.disk_records import Content, image_content, new_disk, size_in_gb
from localazure.providers.compute.image_source import ImageSource, OsType
from localazure.providers.compute.references import DISK, parse_id, require_finished, require_type
from localazure.providers.compute.sizes import Size
from localazure.providers.compute.vm_bodies import DataDisk, ManagedDisk, OsDisk
from localazure.store import Resource


@dataclass
class StoragePlan:
    """Plans the disks of one machine in one request, and gathers those that must be made."""

    cloud: Cloud
    machine: ResourceId
    location: str
    size: Size
    zones: tuple[str, ...] = ()
    """The machine's, which are its disks' too."""
    new_disks: list[Resource] = field(default_factory=list)

    def os_disk_from_image(self, asked: OsDisk, image: ImageSource) -> Json:
        """What ``osDisk`` shows when it is made from an image."""
        name = asked.name or f"{self.machine.name}_OsDisk_1_{uuid.uuid4().hex}"
        disk = self._make(asked, name, image_content(image), _from_image(image))
        return self._shown(asked, disk) | {"osType": image.os_type}

    def attached_os_disk(self, asked: OsDisk) -> tuple[Json, Resource]:
        """What ``osDisk`` shows when an existing disk becomes it, and that disk."""
        if asked.os_type is None:
            raise invalid_parameter("Required parameter 'osDisk.osType' is missing (null).", "osDisk.osType")
        disk = self._existing(asked.managed_disk, "osDisk")
        if disk.properties.get("osType", asked.os_type) != asked.os_type:
            message = f"The disk '{disk.rid.name}' holds {disk.properties['osType']}, not {asked.os_type}."
            raise invalid_parameter(message, "osDisk.osType")
        return self._shown(asked, disk) | {"osType": asked.os_type}, disk

    def existing_os_disk(self, asked: OsDisk) -> Resource:
        """The disk that is to take the place of the machine's own."""
        return self._existing(asked.managed_disk, "osDisk")

    def data_disks(self, asked: tuple[DataDisk, ...], image: ImageSource | None, before: list[Json]) -> list[Json]:
        """What ``dataDisks`` shows. ``before``: the disks that are attached already."""
        self._check_luns(asked)
        given = {disk.lun for disk in asked}
        implied = [lun for lun, _ in image.data_layers if lun not in given] if image else []
        every = [*asked, *(DataDisk(lun=lun, create_option="FromImage") for lun in implied)]
        return [self._data_disk(disk, image, before) for disk in sorted(every, key=lambda disk: disk.lun)]

    def _data_disk(self, asked: DataDisk, image: ImageSource | None, before: list[Json]) -> Json:
        kept = next((disk for disk in before if _is_same(asked, disk)), None)
        if kept:
            changed = asked.json_body()
            return kept | {key: changed[key] for key in ("caching", "deleteOption") if key in changed}
        if asked.create_option == "Attach":
            disk = self._existing(asked.managed_disk, "dataDisk")
        elif asked.create_option == "Empty":
            disk = self._make(asked, self._data_name(asked), Content(), {"createOption": "Empty"})
        elif image is None:
            message = "A data disk with createOption 'FromImage' needs an imageReference with a disk at its lun."
            raise invalid_parameter(message, "dataDisk.createOption")
        else:
            content = image_content(image, asked.lun)
            disk = self._make(asked, self._data_name(asked), content, _from_image(image, asked.lun))
        return {"lun": asked.lun} | self._shown(asked, disk) | {"toBeDetached": False}

    def _data_name(self, asked: DataDisk) -> str:
        return asked.name or f"{self.machine.name}_disk{asked.lun + 2}_{uuid.uuid4().hex}"

    def _make(self, asked: OsDisk | DataDisk, name: str, content: Content, creation: dict[str, Any]) -> Resource:
        rid = self.machine.sibling(DISK, name)
        if self.cloud.store.find(rid) or any(disk.rid.key == rid.key for disk in self.new_disks):
            message = (
                f"Disk {name} already exists in resource group {rid.group}. Only CreateOption.Attach is supported."
            )
            raise CloudError(409, "ConflictingUserInput", message, target=str(rid))
        sku = self._sku(asked.managed_disk, name)
        disk = new_disk(rid, self.location, sku, creation, content, size_in_gb(asked.disk_size_gb, content))
        if self.zones and not _is_in_all_zones(disk):
            disk.extra["zones"] = list(self.zones)
        self.new_disks.append(disk)
        return disk

    def _sku(self, asked: ManagedDisk | None, name: str) -> str:
        sku = asked.storage_account_type if asked else None
        if sku is None:
            return "Premium_LRS" if self.size.premium_storage else "Standard_LRS"
        if sku.startswith("Premium") and not self.size.premium_storage:
            message = (
                f"Requested operation cannot be performed because the VM size {self.size.name} does not support the "
                f"storage account type {sku} of disk '{name}'. Consider updating the VM to a size that supports "
                "Premium storage."
            )
            raise invalid_parameter(message, "managedDisk.storageAccountType")
        return sku

    def _existing(self, asked: ManagedDisk | None, target: str) -> Resource:
        if asked is None or asked.id is None:
            raise invalid_parameter(f"Required parameter '{target}.managedDisk.id' is missing (null).", target)
        rid = parse_id(asked.id, f"{target}.managedDisk.id")
        require_type(rid, f"{target}.managedDisk.id", DISK)
        disk = self.cloud.store.find(rid)
        if disk is None or disk.location != self.location:
            raise CloudError(404, "NotFound", f"Disk {rid.name} is not found in '{self.location}'.", target=target)
        require_finished(disk)
        self._require_same_zone(disk)
        owner = disk.extra.get("managedBy")
        if owner and owner.lower() != self.machine.key:
            message = f"Disk '{rid.name}' cannot be attached as the disk is already owned by VM '{owner}'."
            raise CloudError(409, "ConflictingUserInput", message, target=target)
        return disk

    def _require_same_zone(self, disk: Resource) -> None:
        """In the words that users of terraform-provider-azurerm and of Azure PowerShell were told."""
        here, there = ",".join(self.zones), ",".join(disk.extra.get("zones") or ())
        if here == there or _is_in_all_zones(disk):
            return
        why = f"it is not in the same zone as the VM. VM zone: '{here}'. Disk zone: '{there}'"
        if not there:
            why = f"it is not in zone '{here}'"
        raise CloudError(400, "BadRequest", f"Disk {disk.id} cannot be attached to the VM because {why}.")

    def _check_luns(self, asked: tuple[DataDisk, ...]) -> None:
        luns = [disk.lun for disk in asked]
        doubled = next((lun for lun in luns if luns.count(lun) > 1), None)
        if doubled is not None:
            message = f"The lun {doubled} is used by more than one data disk of VM '{self.machine.name}'."
            raise CloudError(409, "ConflictingUserInput", message, target="dataDisks.lun")
        if len(luns) > self.size.data_disks:
            message = (
                "The maximum number of data disks allowed to be attached to a VM of this size is "
                f"{self.size.data_disks}."
            )
            raise CloudError(409, "OperationNotAllowed", message, target="dataDisks")

    def _shown(self, asked: OsDisk | DataDisk, disk: Resource) -> Json:
        return {
            "name": disk.rid.name,
            "createOption": asked.create_option,
            "caching": asked.caching,
            "managedDisk": {"storageAccountType": disk.extra["sku"]["name"], "id": disk.id},
            "deleteOption": asked.delete_option or "Detach",
            "diskSizeGB": disk.properties["diskSizeGB"],
        }


def refuse_data_disks(shown: Json, os_type: OsType) -> None:
    """The model of Windows has one disk. ``shown``: a ``storageProfile``. Raises CloudError 501."""
    if os_type == "Windows" and shown["dataDisks"]:
        raise not_supported("data disks on Windows machines, which are models with one disk")


def _is_in_all_zones(disk: Resource) -> bool:
    return str(disk.extra["sku"]["name"]).endswith("_ZRS")


def _from_image(image: ImageSource, lun: int | None = None) -> Json:
    kind = "galleryImageReference" if "galleries/" in image.id.lower() else "imageReference"
    reference = {_name_of_id(image.id): image.id} | ({} if lun is None else {"lun": lun})
    return {"createOption": "FromImage", kind: reference}


def _name_of_id(image_id: str) -> str:
    names = {"/communitygalleries/": "communityGalleryImageId", "/sharedgalleries/": "sharedGalleryImageId"}
    return next((name for start, name in names.items() if image_id.lower().startswith(start)), "id")


def _is_same(asked: DataDisk, attached: Json) -> bool:
    if asked.lun != attached["lun"]:
        return False
    if asked.managed_disk and asked.managed_disk.id:
        return asked.managed_disk.id.lower() == str(attached["managedDisk"]["id"]).lower()
    return asked.name is None or asked.name.lower() == str(attached["name"]).lower()
