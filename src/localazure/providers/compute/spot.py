"""Spot virtual machines: what may be asked of them, and how Azure takes them back.

Codes and messages: Microsoft's page "Error messages for Azure Spot Virtual Machines and scale sets", which names no
statuses; 409 is what Compute uses for its own codes elsewhere, 400 for a bad value.
"""

from __future__ import annotations

from contextlib import suppress

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError
from localazure.arm.operations import Interrupted
from localazure.cloud import Cloud
from localazure.guest.scheduled_events import PREEMPT_SECONDS
from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.mishaps import Preemption
from localazure.providers.compute import power
from localazure.providers.compute.attached_disks import disks_of, found
from localazure.providers.compute.sizes import Size
from localazure.providers.compute.vm_bodies import VmProperties
from localazure.store import Resource

_UNBOUND = -1
"""The price of who pays up to the full price, and is never evicted for it."""


def spot_properties(asked: VmProperties, size: Size) -> Json:
    """What a new machine shows of its priority. Raises CloudError for what goes with no Spot machine, or with none."""
    if asked.priority in {None, "Regular"}:
        _refuse_spot_settings(asked)
        return {"priority": asked.priority} if asked.priority else {}
    if size.burstable:
        # The list of SKUs calls these sizes LowPriorityCapable all the same, on Azure too.
        message = f"Azure Spot is not supported for this VM size {size.name}."
        raise CloudError(409, "AzureSpotIsNotSupportedForThisVMSize", message, target="vmSize")
    return {
        "priority": asked.priority,
        "evictionPolicy": asked.eviction_policy or "Deallocate",
        "billingProfile": {"maxPrice": _max_price(asked) or _UNBOUND},
    }


def change_max_price(machine: Resource, asked: VmProperties) -> None:
    """Take the new highest price of a machine that is deallocated. Raises CloudError for any other."""
    price, shown = _max_price(asked), machine.properties.get("billingProfile")
    if price is None or (shown and shown["maxPrice"] == price):
        return
    if shown is None:
        _refuse_spot_settings(asked)
    if machine.internal["power"] != "deallocated":
        message = (
            f"Max price change is not allowed when the VM '{machine.rid.name}' is currently allocated. Please "
            "deallocate and try again."
        )
        raise CloudError(409, "MaxPriceChangeNotAllowedForAllocatedVMs", message, target="billingProfile.maxPrice")
    machine.properties["billingProfile"] = {"maxPrice": price}


def is_spot(machine: Resource) -> bool:
    return str(machine.properties.get("priority", "Regular")) != "Regular"


def refuse_regular(machine: Resource) -> None:
    """Only a Spot machine can be evicted (wire recording: azure-cli's simulateEviction)."""
    if not is_spot(machine):
        message = "Operation 'simulateEviction' is allowed only for Spot Virtual Machines"
        raise CloudError(409, "OperationNotAllowed", message)


def evict(cloud: Cloud, machine: Resource) -> None:
    """Tell the guest, and take the machine back as its eviction policy says; may be repeated."""
    if not _announced(cloud, machine):
        return
    if machine.properties["evictionPolicy"] == "Delete":
        _delete_with_disks(cloud, machine)
        return
    # First, so that whatever waits for the guest sees why it is gone.
    power.note(cloud, machine, power="deallocated", evictions=machine.internal.get("evictions", 0) + 1)
    cloud.hypervisor.stop(machine.internal["vm_id"], graceful=False)


def _announced(cloud: Cloud, machine: Resource) -> bool:
    """Whether the machine is still there when its guest has had the time that Azure gives it, where it can be told."""
    if Preemption not in cloud.hypervisor.mishaps(machine.internal["os_type"]):
        return True
    seconds = cloud.pace.seconds(PREEMPT_SECONDS)
    with suppress(HypervisorError):
        # One that does not run hears nothing.
        cloud.hypervisor.befall(machine.internal["vm_id"], Preemption(seconds=seconds))
        if cloud.operations.closing.wait(seconds):
            raise Interrupted
    return cloud.store.find(machine.rid) is not None


def _delete_with_disks(cloud: Cloud, machine: Resource) -> None:
    """Evicted machines are deleted together with the disks that were made for them."""
    disks = [disk["managedDisk"] for disk in disks_of(machine) if disk["createOption"] != "Attach"]
    cloud.type_of(machine.rid.type).delete_now(machine)
    for disk in found(cloud, disks):
        cloud.type_of(disk.rid.type).delete_now(disk)


def _max_price(asked: VmProperties) -> float | None:
    price = asked.billing_profile.max_price if asked.billing_profile else None
    if price is not None and price != _UNBOUND and price <= 0:
        message = (
            "The max price value is invalid. The only supported values for max price are -1 or a decimal greater than "
            "zero. Max price value of -1 indicates the Azure Spot virtual machine will not be evicted for price "
            "reasons."
        )
        raise CloudError(400, "MaxPriceValueInvalid", message, target="billingProfile.maxPrice")
    return price


def _refuse_spot_settings(asked: VmProperties) -> None:
    if asked.eviction_policy:
        message = "Eviction policy can be set only on Azure Spot Virtual Machines."
        raise CloudError(409, "EvictionPolicyCanBeSetOnlyOnAzureSpotVirtualMachines", message, target="evictionPolicy")
    if _max_price(asked) is not None:
        message = "Max price is supported only for Azure Spot Virtual Machines."
        code = "MaxPriceIsSupportedOnlyForAzureSpotVirtualMachines"
        raise CloudError(409, code, message, target="billingProfile.maxPrice")
