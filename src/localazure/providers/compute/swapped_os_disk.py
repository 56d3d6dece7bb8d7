"""Another disk in the place of a machine's operating system disk (Microsoft Learn: "Change the OS disk used by …")."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.providers.compute.storage_plan import StoragePlan
from localazure.providers.compute.vm_bodies import OsDisk
from localazure.store import Resource


def is_swap(asked: OsDisk | None, shown: Json) -> bool:
    """Whether the body names another disk than the one the machine has."""
    wanted = asked.managed_disk.id if asked and asked.managed_disk else None
    return wanted is not None and wanted.lower() != str(shown["managedDisk"]["id"]).lower()


def swap_os_disk(machine: Resource, asked: OsDisk, plan: StoragePlan) -> None:
    """Let the machine start from the other disk from now on; its own is let go. Raises CloudError."""
    if machine.internal["power"] == "running":
        message = f"The OS disk of VM '{machine.rid.name}' cannot be exchanged while it runs. Deallocate it first."
        raise CloudError(409, "OperationNotAllowed", message, target="osDisk")
    shown = machine.properties["storageProfile"]["osDisk"]
    disk = plan.existing_os_disk(asked)
    for field, wanted in (("osType", shown["osType"]), ("hyperVGeneration", machine.internal["generation"])):
        if disk.properties.get(field, wanted) != wanted:
            message = f"The disk '{disk.rid.name}' has {field} {disk.properties[field]}, and the VM {wanted}."
            raise invalid_parameter(message, "osDisk.managedDisk.id")
    shown |= {
        "name": disk.rid.name,
        "managedDisk": {"storageAccountType": disk.extra["sku"]["name"], "id": disk.id},
        "diskSizeGB": disk.properties["diskSizeGB"],
    }
