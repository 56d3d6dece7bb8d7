"""What a gallery image version is made from: found, and checked against its definition."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.providers.compute.gallery_version_bodies import StorageProfile
from localazure.providers.compute.image_references import VERSION
from localazure.providers.compute.references import DISK, IMAGE, SNAPSHOT, VIRTUAL_MACHINE, require_finished
from localazure.providers.compute.replication import is_available
from localazure.store import Resource

_WHOLE = (VIRTUAL_MACHINE, IMAGE, VERSION)


def check_sources(cloud: Cloud, storage: StorageProfile, definition: Resource, location: str) -> Json:
    """The ids a version will be made from: ``{"whole": id}``, or ``{"os": id, "data": {lun: id}}``.

    Raises CloudError when a source is absent, elsewhere, of the wrong kind, or unlike the definition.
    """
    whole = storage.source.virtual_machine_id or storage.source.id
    os_id = storage.os_disk_image.source.id if storage.os_disk_image else None
    data = {disk.lun: disk.source.id for disk in storage.data_disk_images if disk.source.id}
    both = storage.source.virtual_machine_id and storage.source.id
    if bool(whole) == bool(os_id or data) or both or (data and not os_id):
        message = (
            "The gallery artifact version source can only be specified either directly under storageProfile or within "
            "individual OS or data disks. One and only one source type (user image, snapshot, disk, virtual machine) "
            "can be provided."
        )
        raise invalid_parameter(message, "galleryImageVersion.properties.storageProfile")
    if whole:
        return {"whole": _whole(cloud, whole, definition, location).id}
    os_disk = _disk(cloud, str(os_id), "osDiskImage", location)
    check_likeness(os_disk, definition)
    data_disks = {str(lun): _disk(cloud, each, f"dataDiskImages[{lun}]", location).id for lun, each in data.items()}
    return {"os": os_disk.id, "data": data_disks}


def check_likeness(source: Resource, definition: Resource) -> None:
    """Refuse a source of another generation or operating system than the definition's."""
    generation, os_type = (
        source.internal.get("generation") or source.properties.get("hyperVGeneration"),
        _os_type(source),
    )
    wanted = definition.properties
    if generation and generation != wanted["hyperVGeneration"]:
        message = (
            f"The resource with id '{source.id}' has a different Hypervisor generation ['{generation}'] than the "
            f"parent gallery image Hypervisor generation ['{wanted['hyperVGeneration']}']"
        )
        raise CloudError(409, "Conflict", message)
    if os_type and os_type != wanted["osType"]:
        message = (
            f"The resource with id '{source.id}' has a different OS type ['{os_type}'] than the parent gallery image "
            f"OS type generation ['{wanted['osType']}']"
        )
        raise CloudError(409, "Conflict", message)


def _whole(cloud: Cloud, text: str, definition: Resource, location: str) -> Resource:
    rid = _parse(text, "source.id")
    if rid.type.lower() not in {kind.lower() for kind in _WHOLE}:
        message = (
            f"The source id: {text} must either be a managed image, virtual machine or another gallery image version"
        )
        raise invalid_parameter(message, "galleryImageVersion.properties.storageProfile.source.id")
    source = _found(cloud, rid)
    if rid.type.lower() == VERSION.lower():
        _check_version(cloud, source, definition, location)
        return source
    if source.location != location:
        raise _absent(rid)
    require_finished(source)
    check_likeness(source, definition)
    _check_state(source, definition, _os_state(source))
    if rid.type.lower() == VIRTUAL_MACHINE.lower():
        _check_machine(source)
    return source


def _check_machine(machine: Resource) -> None:
    if machine.internal["power"] != "deallocated":
        message = (
            f"Operation 'Create Gallery Image Version' is not allowed on VM '{machine.rid.name}' since the VM is not "
            "deallocated."
        )
        raise CloudError(409, "OperationNotAllowed", message)


def _check_version(cloud: Cloud, source: Resource, definition: Resource, location: str) -> None:
    if not is_available(source, location, cloud.pace):
        raise _absent(source.rid)
    parent = cloud.store.find(source.rid.parent or source.rid)
    if parent is None:
        raise _absent(source.rid)
    check_likeness(parent, definition)
    _check_state(source, definition, parent.properties["osState"])


def _check_state(source: Resource, definition: Resource, state: str) -> None:
    wanted = definition.properties["osState"]
    if state != wanted:
        message = (
            f"Cannot create Gallery Image Version from: {source.id} since the OS State in the parent gallery image "
            f"({wanted}) is not {state}."
        )
        raise CloudError(409, "Conflict", message)


def _os_state(source: Resource) -> str:
    if source.rid.type.lower() == IMAGE.lower():
        return str(source.properties["storageProfile"]["osDisk"]["osState"])
    return "Generalized" if source.internal["generalized"] else "Specialized"


def _os_type(source: Resource) -> str | None:
    os_disk = source.properties.get("storageProfile", {}).get("osDisk", {})
    found = source.properties.get("osType") or os_disk.get("osType")
    return str(found) if found else None


def _disk(cloud: Cloud, text: str, path: str, location: str) -> Resource:
    rid = _parse(text, f"{path}.source.id")
    if rid.type.lower() not in {DISK.lower(), SNAPSHOT.lower()}:
        target = f"galleryImageVersion.properties.storageProfile.{path}.source.id"
        raise invalid_parameter(f"The source id: {text} must be a managed disk or snapshot.", target)
    source = _found(cloud, rid)
    if source.location != location:
        raise _absent(rid)
    require_finished(source)
    return source


def _parse(text: str, path: str) -> ResourceId:
    try:
        return ResourceId.parse(text)
    except ValueError:
        target = f"properties.storageProfile.{path}"
        message = (
            f"Property id {text} at path '{target}' is invalid. Expect fully qualified resource Id that start with "
            "'/subscriptions/{subscriptionID}' or '/providers/{resourceProviderNamespace}/'."
        )
        raise invalid_parameter(message, target) from None


def _found(cloud: Cloud, rid: ResourceId) -> Resource:
    source = cloud.store.find(rid)
    if source is None or source.state == "Deleting":
        raise _absent(rid)
    return source


def _absent(rid: ResourceId) -> CloudError:
    message = (
        f"Source {rid} is not found. Please check source exists, and is in the same region as gallery image version "
        "being created."
    )
    return CloudError(404, "NotFound", message)
