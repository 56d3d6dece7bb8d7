"""Resource groups: the build's own, and the one that holds the gallery."""

from __future__ import annotations

from typing import Any

from azure.core.exceptions import ResourceNotFoundError

from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.ids import group_id
from mintage.azure.together import Waiting, rest
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused
from mintage.names import BUILD_TAG


def find_group(clients: Clients, name: str) -> Document | None:
    """The group as it is, if it is."""
    try:
        found: Document = clients.resources.resource_groups.get(name)
    except ResourceNotFoundError:
        return None
    return found


def ensure_group(clients: Clients, name: str, location: str, tags: dict[str, str]) -> Waiting[Document]:
    """Make the group unless it is there; a group that is being deleted is waited for."""
    while (found := find_group(clients, name)) is not None:
        if found["properties"]["provisioningState"] != "Deleting":
            return found
        yield from rest(clients.poll_seconds, "Deleting")
    body: Any = {"location": location, "tags": tags}
    made: Document = clients.resources.resource_groups.create_or_update(name, body)
    return made


def ensure_build_group(clients: Clients, plan: BuildPlan) -> Waiting[Document]:
    """The build's own group. Raises AzureRefused when one of that name is somebody else's."""
    name = plan.names.group
    found = yield from ensure_group(clients, name, plan.recipe.build.region, plan.tags)
    if belongs(found, plan.build_id):
        return found
    raise AzureRefused(
        "The build's resource group is taken",
        where=group_id(clients.subscription_id, name),
        seen=f"it exists without the tag {BUILD_TAG}={plan.build_id}",
        remedy="start a new build, or remove that group if nobody needs it",
    )


def belongs(resource: Document, build_id: str) -> bool:
    """Whether a resource was made by this build."""
    return (resource.get("tags") or {}).get(BUILD_TAG) == build_id
