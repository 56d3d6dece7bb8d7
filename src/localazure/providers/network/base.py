"""What all network resources share: Azure's spelling of IP, etags, references, tags as the only PATCH."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import ClassVar

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from localazure.arm.bodies import Body, Json, TrackedBody, parse_body
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.arm.families import NETWORK, Family
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import ResourceType
from localazure.store import Resource


def network_name(field: str) -> str:
    """``public_ip_address`` → ``publicIPAddress``: the network provider writes IP in capitals, compute does not."""
    return re.sub(r"Ip(?=[A-Z]|$)", "IP", to_camel(field))


class NetworkBody(Body):
    model_config = ConfigDict(alias_generator=network_name, populate_by_name=True)


class Reference(NetworkBody):
    """Another resource by its id. Clients often send the whole resource they read; only the id counts."""

    read_only: ClassVar[frozenset[str]] = frozenset(
        {"name", "type", "kind", "location", "tags", "etag", "sku", "zones", "properties"}
    )
    id: str


class ChildBody(NetworkBody):
    """A resource inside another, inline or by its own URL; inline it must be named."""

    read_only: ClassVar[frozenset[str]] = frozenset({"id", "etag", "type"})
    name: str | None = None


class TagsBody(Body):
    tags: dict[str, str] = Field(default_factory=dict)


class NetworkType(ResourceType):
    """A resource of Microsoft.Network."""

    family: ClassVar[Family] = NETWORK
    delete_seconds: ClassVar[float] = 10
    # Microsoft.Network knows no "Creating" (OpenAPI 2024-05-01, ProvisioningState).
    new_state: ClassVar[str] = "Updating"

    def patch(self, call: Call, rid: ResourceId) -> Answer:
        """``UpdateTags``: replaces the tags, at once; nothing else can be patched."""
        resource = self.existing(rid)
        tags = parse_body(TagsBody, call.body or {}).tags
        resource.tags, resource.request = tags, resource.request | {"tags": tags}
        self.cloud.store.put(stamped(resource))
        return Answer(200, self.view(resource, call))

    def refer(self, reference: str, kind: str, by: ResourceId, location: str | None) -> Resource:
        """The resource another one refers to. Raises CloudError as Azure does when it is absent or unfinished."""
        found = self._find_reference(reference, kind, by)
        home = self.cloud.store.find(found.rid.parent) if found.rid.parent else found
        if home is None or home.location != location:
            raise _unknown_reference(reference, by)
        for each in (found, home):
            if each.state in {"Updating", "Deleting"}:
                raise _unfinished(each, by)
        return found

    def _refuse_when_busy(self, rid: ResourceId, asked: str) -> None:
        """A network or security group is changed by one operation at a time, its children included."""
        busy = self.cloud.operations.busy(replace(rid, path=rid.path[:1]), within=True)
        if busy is not None:
            message = f"Another operation on this or dependent resource is in progress: {busy.id}, on {busy.target}."
            raise CloudError(429, "AnotherOperationInProgress", message)

    def _find_reference(self, reference: str, kind: str, by: ResourceId) -> Resource:
        try:
            rid = ResourceId.parse(reference)
        except ValueError:
            message = f"Value '{reference}' supplied for a reference of {by} is not a resource id."
            raise CloudError(400, "LinkedInvalidPropertyId", message) from None
        found = self.cloud.store.find(rid)
        if found is None or rid.type.lower() != kind.lower() or rid.subscription.lower() != by.subscription.lower():
            raise _unknown_reference(reference, by)
        return found


def stamped(resource: Resource) -> Resource:
    """The resource with a new etag."""
    resource.extra["etag"] = f'W/"{uuid.uuid4()}"'
    return resource


def resource_guid(current: Resource | None) -> str:
    """Stays the same over updates."""
    return str(current.properties["resourceGuid"]) if current else str(uuid.uuid4())


def ids(resources: list[Resource]) -> list[Json]:
    """As back references are shown: ``[{"id": …}]``."""
    return [{"id": str(resource.rid)} for resource in resources]


def tracked(*more: str) -> frozenset[str]:
    """What a top-level network resource's body may carry to no effect."""
    return TrackedBody.read_only | frozenset(more)


def _unknown_reference(reference: str, by: ResourceId) -> CloudError:
    message = (
        f"Resource {reference} referenced by resource {by} was not found. Please make sure that the referenced "
        "resource exists, and that both resources are in the same region."
    )
    return CloudError(400, "InvalidResourceReference", message)


def _unfinished(found: Resource, by: ResourceId) -> CloudError:
    message = (
        f"Cannot proceed with operation because resource {found.id} used by resource {by} is not in Succeeded state. "
        f"Resource is in {found.state} state."
    )
    detail = CloudError(429, "ReferencedResourceNotProvisioned", message)
    return CloudError(429, "RetryableError", "A retryable error occurred.", details=(detail,))
