"""Planning the network interfaces of a virtual machine."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.providers.compute.references import NETWORK_INTERFACE, parse_id, require_type
from localazure.providers.compute.sizes import Size
from localazure.providers.compute.vm_bodies import NetworkInterfaceReference, NetworkProfile
from localazure.providers.network.attachments import machine_of
from localazure.store import Resource


def plan_network(cloud: Cloud, machine: ResourceId, location: str, profile: NetworkProfile | None, size: Size) -> Json:
    """What ``networkProfile`` shows. Raises CloudError as Azure refuses interfaces."""
    given = profile.network_interfaces if profile else ()
    if not given:
        message = "Required parameter 'networkProfile.networkInterfaces' is missing (null)."
        raise invalid_parameter(message, "networkProfile")
    _check_count(machine, given, size)
    shown = [_shown(_interface(cloud, machine, location, reference), reference) for reference in given]
    if len({nic["id"].lower() for nic in shown}) < len(shown):
        message = f"A network interface is given more than once for VM '{machine.name}'."
        raise invalid_parameter(message, "networkProfile.networkInterfaces")
    return {"networkInterfaces": shown}


def primary_interface(cloud: Cloud, machine: Resource) -> Resource:
    """The interface that a machine's address belongs to."""
    references = machine.properties["networkProfile"]["networkInterfaces"]
    primary = next((each for each in references if each["properties"].get("primary")), references[0])
    found = cloud.store.find(ResourceId.parse(primary["id"]))
    if found is None:
        raise CloudError(404, "NotFound", f"Resource {primary['id']} is not found.")
    return found


def _interface(cloud: Cloud, machine: ResourceId, location: str, reference: NetworkInterfaceReference) -> Resource:
    target = "networkProfile.networkInterfaces.id"
    rid = parse_id(reference.id, target)
    require_type(rid, target, NETWORK_INTERFACE)
    found = cloud.store.find(rid)
    if found is None or found.location != location:
        message = (
            f"Resource {rid} referenced by resource {machine} was not found. Please make sure that the referenced "
            "resource exists, and that both resources are in the same region."
        )
        raise CloudError(400, "InvalidResourceReference", message)
    user = machine_of(cloud.store, rid)
    if user is not None and user.rid.key != machine.key:
        message = f"Network Interface {found.id} is used by existing VM {user.id}."
        raise CloudError(400, "NicInUse", message)
    return found


def _check_count(machine: ResourceId, given: tuple[NetworkInterfaceReference, ...], size: Size) -> None:
    if len(given) > size.network_interfaces:
        message = (
            f"The number of network interfaces for virtual machine {machine.name} exceeds the maximum allowed for the "
            f"virtual machine size {size.name}. The number of network interfaces is {len(given)} and the maximum "
            f"allowed is {size.network_interfaces}."
        )
        raise CloudError(400, "NetworkInterfaceCountExceeded", message)
    if len(given) > 1 and sum(bool(nic.properties.primary) for nic in given) != 1:
        message = f"Virtual machine {machine} must have one network interface set as the primary."
        raise CloudError(400, "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary", message)


def _shown(nic: Resource, reference: NetworkInterfaceReference) -> Json:
    return {"id": nic.id, "properties": reference.properties.json_body()}
