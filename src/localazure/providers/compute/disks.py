"""Managed disks."""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.arm.bodies import Body, Json
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError, invalid_parameter, not_supported
from localazure.arm.ids import ResourceId
from localazure.blobs.records import Place
from localazure.locations import check_zones
from localazure.providers.compute.disk_access import access_of, blob_file, make_export_blob, make_upload_blob
from localazure.providers.compute.disk_bodies import CreationData, DiskBody
from localazure.providers.compute.disk_records import (
    Content,
    content_of,
    image_content,
    make_disk,
    new_disk,
    size_in_gb,
)
from localazure.providers.compute.disk_types import (
    DiskType,
    as_asked,
    refuse_other_plan,
    refuse_other_source,
    refuse_shrinking,
    required_source,
)
from localazure.providers.compute.disk_uploads import (
    awaits_upload,
    check_upload_access,
    make_from_vhd,
    new_import,
    new_upload,
)
from localazure.providers.compute.found_images import image_by_id
from localazure.providers.compute.image_source import GIB
from localazure.providers.compute.references import DISK, SNAPSHOT, find_source
from localazure.store import Resource


class Disk(DiskType):
    full_type: ClassVar[str] = DISK
    body: ClassVar[type[Body]] = DiskBody

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        check_zones(list(body.zones), rid, body.location)
        planned = self._new(body, rid) if current is None else self._changed(body, current)
        refuse_other_plan(body.properties, planned)
        planned.properties |= as_asked(body.properties)
        planned.tags = body.tags
        planned.extra |= {"sku": {"name": body.sku.name, "tier": body.sku.name.partition("_")[0]}}
        if body.zones:
            planned.extra["zones"] = list(body.zones)
        return planned

    def build(self, resource: Resource) -> None:
        if "import" in resource.internal and not resource.internal["made_bytes"]:
            make_from_vhd(self.cloud, resource, blob_file(self.cloud, Place(*resource.internal["import"])))
        elif not awaits_upload(resource):
            make_disk(self.cloud, resource)

    def view(self, resource: Resource, call: Call) -> Json:
        return self.document(resource, resource.properties | {"diskState": self._state(resource)})

    def refuse_delete(self, resource: Resource) -> None:
        owner = resource.extra.get("managedBy")
        if owner:
            raise CloudError(409, "OperationNotAllowed", f"Disk {resource.rid.name} is attached to VM {owner}.")
        self.refuse_with_access(resource)

    def destroy(self, resource: Resource) -> None:
        self.drop_access(resource)
        self.cloud.hypervisor.delete_disk(resource.internal["disk_id"])

    def check_access(self, resource: Resource, level: str) -> None:
        if awaits_upload(resource):
            check_upload_access(resource, level)
            return
        super().check_access(resource, level)
        if self._state(resource) == "Attached":
            message = (
                f"Disk {resource.rid.name} is attached to running VM {resource.extra['managedBy']}: detach it, or "
                "deallocate the VM, to export the disk."
            )
            raise CloudError(409, "OperationNotAllowed", message)

    def fill_blob(self, resource: Resource, level: str) -> None:
        access = access_of(resource)
        if access is None:
            return
        if level == "Write":
            make_upload_blob(self.cloud, access, resource.properties["creationData"]["uploadSizeBytes"])
            return
        passing = self.cloud.hypervisor.freeze_disk(resource.internal["disk_id"], f"export-{access.policy}")
        make_export_blob(self.cloud, access, passing)
        self.cloud.hypervisor.delete_layer(passing)

    def end_upload(self, resource: Resource) -> None:
        access = access_of(resource)
        if access and awaits_upload(resource):
            make_from_vhd(self.cloud, resource, blob_file(self.cloud, access.place))

    def _new(self, body: DiskBody, rid: ResourceId) -> Resource:
        creation = body.properties.creation_data
        if creation.create_option == "Upload":
            return new_upload(body, rid)
        if creation.create_option == "Import":
            return new_import(self.cloud, body, rid)
        content = self._content(creation, str(body.location))
        size = size_in_gb(body.properties.disk_size_gb, content)
        return new_disk(rid, str(body.location), body.sku.name, creation.json_body(), content, size)

    def _content(self, creation: CreationData, location: str) -> Content:
        if creation.create_option == "Empty":
            return Content()
        if creation.create_option == "Copy":
            source = required_source(creation)
            target = "creationData.sourceResourceId"
            return content_of(find_source(self.cloud, source, target, location, DISK, SNAPSHOT))
        if creation.create_option == "FromImage":
            return self._image_content(creation, location)
        raise not_supported(f"disks with createOption '{creation.create_option}'")

    def _image_content(self, creation: CreationData, location: str) -> Content:
        reference = creation.gallery_image_reference or creation.image_reference
        if reference is None:
            message = "Required parameter 'creationData.imageReference' is missing (null)."
            raise invalid_parameter(message, "creationData.imageReference")
        return image_content(image_by_id(self.cloud, reference.id, location), reference.lun)

    def _changed(self, body: DiskBody, current: Resource) -> Resource:
        refuse_other_source(body.properties.creation_data, current)
        size = refuse_shrinking(body.properties.disk_size_gb, current)
        if size != current.properties["diskSizeGB"]:
            self._refuse_resize_in_use(current)
        changed = current.model_copy(deep=True)
        changed.properties |= {"diskSizeGB": size, "diskSizeBytes": size * GIB}
        return changed

    def _refuse_resize_in_use(self, disk: Resource) -> None:
        if self._state(disk) == "Attached":
            message = (
                f"Cannot resize disk {disk.rid.name} while it is attached to running VM {disk.extra['managedBy']}. "
                "Resizing a disk of an Azure Virtual Machine requires the virtual machine to be deallocated. "
                "Please stop your VM and retry the operation."
            )
            raise CloudError(409, "OperationNotAllowed", message)

    def _state(self, disk: Resource) -> str:
        access = access_of(disk)
        if awaits_upload(disk):
            return "ActiveUpload" if access else "ReadyToUpload"
        owner = disk.extra.get("managedBy")
        if access:
            return "ActiveSAS" if owner is None else "Reserved"
        machine = self.cloud.store.find(ResourceId.parse(owner)) if owner else None
        if machine is None:
            return "Unattached"
        return "Reserved" if machine.internal["power"] == "deallocated" else "Attached"
