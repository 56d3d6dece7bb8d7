"""Azure Compute Galleries."""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.arm.bodies import Body, Json, TrackedBody, parse_body
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError, not_supported
from localazure.arm.families import GALLERY, Family
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import Action, ResourceType
from localazure.providers.compute.gallery_sharing import (
    SharingProfile,
    SharingUpdate,
    checked_update,
    planned_sharing,
    shown_sharing,
)
from localazure.store import Resource


class _Identifier(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"uniqueName"})


class _SoftDeletePolicy(Body):
    is_soft_delete_enabled: bool = False


class _Properties(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState", "sharingStatus"})
    description: str | None = None
    identifier: _Identifier = _Identifier()
    sharing_profile: SharingProfile | None = None
    soft_delete_policy: _SoftDeletePolicy | None = None


class GalleryBody(TrackedBody):
    unsupported: ClassVar[frozenset[str]] = frozenset({"identity"})
    properties: _Properties = _Properties()


class Gallery(ResourceType):
    full_type: ClassVar[str] = "Microsoft.Compute/galleries"
    body: ClassVar[type[Body]] = GalleryBody
    family: ClassVar[Family] = GALLERY
    create_seconds: ClassVar[float] = 1
    delete_seconds: ClassVar[float] = 1
    poll_seconds: ClassVar[float | None] = 1
    name_pattern: ClassVar[str] = r"[A-Za-z0-9]([\w.]{0,78}[A-Za-z0-9])?"

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        wanted = body.properties
        if wanted.soft_delete_policy and wanted.soft_delete_policy.is_soft_delete_enabled:
            raise not_supported("galleries with soft delete")
        self._refuse_second(rid)
        shown = wanted.json_body() | {"identifier": {"uniqueName": f"{rid.subscription}-{rid.name.upper()}"}}
        shown.pop("sharingProfile", None)
        sharing = planned_sharing(wanted.sharing_profile, current)
        return Resource(
            id=str(rid), location=body.location, tags=body.tags, properties=shown, internal={"sharing": sharing}
        )

    def view(self, resource: Resource, call: Call) -> Json:
        """Whom it is shared with only who asks for that sees."""
        groups = call.query.get("expand", "").lower() == "sharingprofile/groups"
        sharing = shown_sharing(resource.internal.get("sharing", {}), groups=groups)
        return self.document(resource, resource.properties | sharing)

    def _check_share(self, resource: Resource, arguments: Json) -> None:
        checked_update(resource.internal.get("sharing", {}), parse_body(SharingUpdate, arguments))

    def _share(self, resource: Resource, arguments: Json) -> Json:
        asked = parse_body(SharingUpdate, arguments)
        resource.internal["sharing"] = checked_update(resource.internal.get("sharing", {}), asked)
        self.save(resource)
        return asked.json_body()

    actions: ClassVar[dict[str, Action]] = {"share": Action(_share, _check_share, seconds=10)}

    def refuse_delete(self, resource: Resource) -> None:
        refuse_with_children(self, resource)

    def _refuse_second(self, rid: ResourceId) -> None:
        """A gallery's name is its own in the whole subscription (documentation: "Create an Azure Compute Gallery")."""
        for other in self.cloud.store.of_type(self.full_type):
            if other.rid.name.lower() == rid.name.lower() and other.rid.key != rid.key:
                message = f"A gallery named '{rid.name}' already exists in this subscription: {other.id}."
                raise CloudError(409, "Conflict", message)


def refuse_with_children(kind: ResourceType, resource: Resource) -> None:
    """A gallery with definitions, or a definition with versions, stays."""
    if kind.cloud.store.under(resource.rid):
        message = "Can not delete resource before nested resources are deleted."
        raise CloudError(409, "CannotDeleteResource", message)


def check_update(body: type[Body], content: Any) -> None:
    """A gallery update's ``properties`` are documented as the whole ones (OpenAPI 2024-03-03, ``…Update``).

    Raises CloudError for a PATCH that leaves out what a PUT must say.
    """
    if isinstance(content, dict) and content.get("properties"):
        parse_body(body, content)
