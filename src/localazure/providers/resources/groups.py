"""Resource groups. Deleting one deletes all that is in it, whatever depends on what."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from localazure.arm.bodies import Body, Json, TrackedBody
from localazure.arm.calls import Answer, Call
from localazure.arm.endings import midway
from localazure.arm.errors import CloudError
from localazure.arm.families import GROUP, Family, Style
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import ResourceType
from localazure.locations import normalise
from localazure.providers.resources.tag_filter import tagged
from localazure.store import Resource

log = logging.getLogger("localazure.resources")


class _GroupBody(TrackedBody):
    read_only: ClassVar[frozenset[str]] = TrackedBody.read_only | {"properties"}
    managed_by: str | None = None


class ResourceGroup(ResourceType):
    full_type: ClassVar[str] = "Microsoft.Resources/resourceGroups"
    body: ClassVar[type[Body]] = _GroupBody
    family: ClassVar[Family] = GROUP
    creation: ClassVar[Style] = Style.SYNC
    deletion: ClassVar[Style] = Style.LOCATION
    delete_seconds: ClassVar[float] = 79
    halves: ClassVar[frozenset[str]] = frozenset({"delete"})
    name_pattern: ClassVar[str] = r"[-\w._()]{0,89}[-\w_()]"

    def existing(self, rid: ResourceId) -> Resource:
        return self.cloud.group(rid)

    def list(self, call: Call, scope: ResourceId) -> Answer:
        found = [group for group in self.cloud.store.of_type(self.full_type, under=scope) if tagged(group, call)]
        return Answer(200, {"value": [self.view(group, call) for group in found]})

    def locate(self, location: str, rid: ResourceId, current: Resource | None) -> str:
        short = normalise(location)
        if current is not None and current.location != short:
            message = (
                f"Invalid resource group location '{short}'. The Resource group already exists in location "
                f"'{current.location}'."
            )
            raise CloudError(409, "InvalidResourceGroupLocation", message)
        return short

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        return Resource(id=str(rid), location=body.location, tags=body.tags, properties={})

    def document(self, resource: Resource, properties: Json) -> Json:
        rid = resource.rid
        return {
            "id": str(rid),
            "name": rid.name,
            "type": self.full_type,
            "location": resource.location,
            "tags": resource.tags,
            "properties": properties,
        }

    def delete(self, call: Call, rid: ResourceId) -> Answer:
        self.cloud.group(rid)
        return super().delete(call, rid)

    def destroy(self, resource: Resource) -> None:
        """Round after round, innermost and unused resources first, until none is left or none can go."""
        while remaining := self.cloud.store.under(resource.rid):
            gone = [each for each in reversed(remaining) if self._destroyed(each)]
            if not gone:
                raise _stuck(resource, remaining)

    def _destroyed(self, resource: Resource) -> bool:
        kind = self.cloud.type_of(resource.rid.type)
        try:
            kind.refuse_delete(resource)
        except CloudError as error:
            log.debug("later: %s", error)
            return False
        kind.delete_now(resource)
        midway()
        return True

    def _check_place(self, rid: ResourceId) -> None:
        self._check_name(rid)


def _stuck(group: Resource, remaining: list[Resource]) -> CloudError:
    names = ", ".join(str(each.rid) for each in remaining)
    message = f"Deletion of resource group '{group.rid.name}' failed as resources are in use: {names}."
    return CloudError(409, "ResourceGroupDeletionBlocked", message)
