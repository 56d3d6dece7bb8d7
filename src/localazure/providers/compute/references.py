"""Following the ids that a request names."""

from __future__ import annotations

from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.store import Resource

DISK = "Microsoft.Compute/disks"
SNAPSHOT = "Microsoft.Compute/snapshots"
IMAGE = "Microsoft.Compute/images"
VIRTUAL_MACHINE = "Microsoft.Compute/virtualMachines"
STORAGE_ACCOUNT = "Microsoft.Storage/storageAccounts"
NETWORK_INTERFACE = "Microsoft.Network/networkInterfaces"


def parse_id(text: str, target: str) -> ResourceId:
    """Raises CloudError 400 for what is no resource id. ``target``: the property it stands in."""
    try:
        return ResourceId.parse(text)
    except ValueError:
        message = (
            f"Property id '{text}' at path '{target}' is invalid. Expect fully qualified resource Id that start with "
            "'/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'."
        )
        raise CloudError(400, "LinkedInvalidPropertyId", message) from None


def require_type(rid: ResourceId, target: str, *full_types: str) -> None:
    """Refuse an id of another type than these."""
    if rid.type.lower() not in {kind.lower() for kind in full_types}:
        expected = " or ".join(full_types)
        raise invalid_parameter(f"The id '{rid}' of '{target}' must be of type {expected}, not {rid.type}.", target)


def find_source(cloud: Cloud, text: str, target: str, location: str | None, *full_types: str) -> Resource:
    """A disk, snapshot, image or machine to make something from: there, finished, and in the same region."""
    rid = parse_id(text, target)
    require_type(rid, target, *full_types)
    found = cloud.store.find(rid)
    if found is None:
        raise CloudError(404, "NotFound", f"Resource {rid.name} is not found.", target=target)
    if found.location != location:
        message = (
            f"Source resource '{rid}' is in region '{found.location}', but '{target}' needs one in region '{location}'."
        )
        raise CloudError(400, "InvalidParameter", message, target=target)
    require_finished(found)
    return found


def require(cloud: Cloud, text: str) -> Resource:
    """A resource that was there when an operation began. Raises CloudError 404 when it is gone since."""
    rid = ResourceId.parse(text)
    found = cloud.store.find(rid)
    if found is None:
        raise CloudError(404, "NotFound", f"Resource {rid.name} is not found: it was deleted meanwhile.")
    return found


def require_finished(source: Resource) -> None:
    """Refuse to make something from what was not made itself."""
    if source.state in {"Creating", "Failed"} or source.internal.get("made_bytes") == 0:
        kind, name = source.rid.type.rpartition("/")[2], source.rid.name
        message = (
            f"The resource cannot be created from {kind} '{name}' until it has been successfully created "
            f"(its provisioningState is {source.state})."
        )
        raise CloudError(409, "OperationNotAllowed", message)
