"""Planning a virtual machine that is not there yet."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, invalid_parameter, not_supported
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.locations import check_zones
from localazure.providers.compute.disk_records import now
from localazure.providers.compute.found_images import image_by_reference
from localazure.providers.compute.image_source import ImageSource, OsType
from localazure.providers.compute.network_plan import plan_network
from localazure.providers.compute.os_profile import OsProfileBody, shown_os_profile
from localazure.providers.compute.os_profile_rules import check_base64, check_os_profile
from localazure.providers.compute.purchase_plans import check_terms
from localazure.providers.compute.secret_marks import mark_of
from localazure.providers.compute.sizes import SIZES, Architecture, Generation, Size, find_size
from localazure.providers.compute.spot import spot_properties
from localazure.providers.compute.storage_plan import StoragePlan, refuse_data_disks
from localazure.providers.compute.vm_bodies import OsDisk, StorageProfile, VmBody, VmProperties
from localazure.store import Resource


@dataclass(frozen=True)
class _System:
    """The operating system a machine will run, and what ``storageProfile`` shows of where it comes from."""

    shown: Json
    os_type: OsType
    generation: Generation
    architecture: Architecture
    generalized: bool
    image: ImageSource | None = None
    plan: Json | None = None


def plan_machine(cloud: Cloud, body: VmBody, rid: ResourceId) -> Resource:
    """The machine a body asks for, and in ``internal["new_disks"]`` the disks made with it. Raises as Azure does."""
    location, asked = str(body.location), body.properties
    check_zones(list(body.zones), rid, location)
    check_base64(asked.user_data, "userData", "User data")
    _refuse_unsupported(asked)
    if body.plan:
        check_terms(cloud, body.plan)
    size = require_size(asked.hardware_profile.vm_size if asked.hardware_profile else None)
    storage = StoragePlan(cloud, rid, location, size, tuple(body.zones))
    system = _plan_system(cloud, asked.storage_profile or StorageProfile(), storage)
    check_size_fits(size, system.generation, system.architecture)
    check_profile(asked.os_profile, system.os_type, generalized=system.generalized)
    check_license(asked.license_type, system.os_type)
    refuse_data_disks(system.shown, system.os_type)
    properties = {
        "hardwareProfile": {"vmSize": size.name},
        "provisioningState": "Creating",
        "vmId": str(uuid.uuid4()),
        "storageProfile": system.shown,
        "networkProfile": plan_network(cloud, rid, location, asked.network_profile, size),
        "timeCreated": now(),
    } | spot_properties(asked, size)
    if asked.os_profile:
        properties["osProfile"] = shown_os_profile(asked.os_profile, system.os_type)
    machine = Resource(id=str(rid), location=location, properties=properties)
    machine.internal = _inside(machine, system, body) | {"new_disks": [each.model_dump() for each in storage.new_disks]}
    if body.plan:
        machine.extra["plan"] = body.plan.json_body()
    set_changeable(machine, body)
    return machine


def set_changeable(machine: Resource, body: VmBody) -> None:
    """What a request sets on a new machine and an old one alike."""
    asked = body.properties
    machine.tags = body.tags
    machine.extra["etag"] = f'"{secrets.token_hex(4)}"'
    if body.zones:
        machine.extra["zones"] = list(body.zones)
    if asked.diagnostics_profile:
        machine.properties["diagnosticsProfile"] = asked.diagnostics_profile.json_body()
    if asked.security_profile and asked.security_profile.security_type:
        machine.properties["securityProfile"] = asked.security_profile.json_body()
    if asked.license_type:
        machine.properties["licenseType"] = asked.license_type
    if asked.user_data is not None:
        machine.internal["user_data"] = asked.user_data


def require_size(name: str | None) -> Size:
    """The size of that name. Raises CloudError 400 when there is none."""
    if not name:
        raise invalid_parameter("Required parameter 'hardwareProfile.vmSize' is missing (null).", "vmSize")
    size = find_size(name)
    if size is None:
        offered = ",".join(each.name for each in SIZES)
        message = (
            f"The requested VM size {name} is not available in the current region. The sizes available in the current "
            f"region are: {offered}. Find out more on the available VM sizes in each region at "
            "https://aka.ms/azure-regions."
        )
        raise invalid_parameter(message, "vmSize")
    return size


def check_size_fits(size: Size, generation: Generation, architecture: Architecture) -> None:
    """Refuse a size that cannot run the image."""
    if architecture != size.architecture:
        message = (
            f"Cannot create a VM of size '{size.name}' because this VM size only supports a CPU Architecture of "
            f"'{size.architecture}', but an image or disk with CPU Architecture '{architecture}' was given. Please "
            "check that the CPU Architecture of the image or disk is compatible with that of the VM size."
        )
        raise invalid_parameter(message, "vmSize")
    if generation not in size.generations:
        message = (
            f"The selected VM size '{size.name}' cannot boot Hypervisor Generation '{generation[1:]}'. If this was a "
            "Create operation please check that the Hypervisor Generation of the Image matches the Hypervisor "
            "Generation of the selected VM Size. If this was an Update operation please select a Hypervisor "
            f"Generation '{generation[1:]}' VM Size. For more information, see https://aka.ms/azuregen2vm"
        )
        raise CloudError(400, "BadRequest", message)


def check_profile(profile: OsProfileBody | None, os_type: OsType, *, generalized: bool) -> None:
    """A generalized image needs an operating system profile; what keeps its own users must not have one."""
    if profile is None and generalized:
        raise invalid_parameter("Required parameter 'osProfile' is missing (null).", "osProfile")
    if profile is not None and not generalized:
        raise invalid_parameter("Parameter 'osProfile' is not allowed.", "osProfile")
    if profile is not None:
        check_os_profile(profile, os_type)


def check_license(license_type: str | None, os_type: OsType) -> None:
    """Windows' licences are for Windows."""
    if license_type not in {None, "None"} and os_type != "Windows":
        message = f"The licenseType '{license_type}' is not allowed for a {os_type} virtual machine."
        raise invalid_parameter(message, "licenseType")


def _refuse_unsupported(asked: VmProperties) -> None:
    security = asked.security_profile.security_type if asked.security_profile else None
    if security not in {None, "Standard"}:
        raise not_supported(f"virtual machines of security type '{security}'")


def _plan_system(cloud: Cloud, asked: StorageProfile, storage: StoragePlan) -> _System:
    os_disk = asked.os_disk or OsDisk(create_option="FromImage")
    if os_disk.create_option == "Attach":
        return _attached_system(asked, os_disk, storage)
    if os_disk.create_option != "FromImage":
        message = f"The createOption '{os_disk.create_option}' is not allowed for an operating system disk."
        raise invalid_parameter(message, "osDisk.createOption")
    if asked.image_reference is None:
        raise invalid_parameter("Required parameter 'imageReference' is missing (null).", "imageReference")
    image = image_by_reference(cloud, asked.image_reference, storage.location, storage.machine.subscription)
    reference = asked.image_reference.json_body() | (
        {"exactVersion": image.exact_version} if image.exact_version else {}
    )
    shown = {
        "imageReference": reference,
        "osDisk": storage.os_disk_from_image(os_disk, image),
        "dataDisks": storage.data_disks(asked.data_disks, image, []),
        "diskControllerType": "SCSI",
    }
    return _System(shown, image.os_type, image.generation, image.architecture, image.generalized, image, image.plan)


def _attached_system(asked: StorageProfile, os_disk: OsDisk, storage: StoragePlan) -> _System:
    if asked.image_reference is not None:
        message = "Parameter 'imageReference' is not allowed when the operating system disk is attached."
        raise invalid_parameter(message, "imageReference")
    shown, disk = storage.attached_os_disk(os_disk)
    data = storage.data_disks(asked.data_disks, None, [])
    profile = {"osDisk": shown, "dataDisks": data, "diskControllerType": "SCSI"}
    generation, plan = disk.properties.get("hyperVGeneration", "V1"), disk.properties.get("purchasePlan")
    return _System(profile, shown["osType"], generation, "x64", generalized=False, plan=plan)


def _inside(machine: Resource, system: _System, body: VmBody) -> Json:
    profile = body.properties.os_profile
    kept = {"adminPassword": profile.admin_password, "customData": profile.custom_data} if profile else {}
    given = {key: value for key, value in kept.items() if value is not None}
    return {
        "vm_id": machine.properties["vmId"],
        "power": "running",
        "generalized": False,
        "generation": system.generation,
        "os_type": system.os_type,
        "plan": system.plan,
        "provisioned": not system.generalized,
        "secrets": given,
        "secret_marks": {key: mark_of(value) for key, value in given.items()},
        "blob_key": secrets.token_hex(32),
    }
