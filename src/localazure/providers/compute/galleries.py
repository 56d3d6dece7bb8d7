"""Azure Compute Galleries."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from localazure.arm.bodies import Body, TrackedBody, parse_body
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError, not_supported
from localazure.arm.families import GALLERY, Family
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import ResourceType
from localazure.store import Resource


class _Identifier(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"uniqueName"})


class _SharingProfile(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"communityGalleryInfo"})
    read_only: ClassVar[frozenset[str]] = frozenset({"groups"})
    permissions: Literal["Private", "Groups", "Community"] = "Private"


class _SoftDeletePolicy(Body):
    is_soft_delete_enabled: bool = False


class _Properties(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState", "sharingStatus"})
    description: str | None = None
    identifier: _Identifier = _Identifier()
    sharing_profile: _SharingProfile | None = None
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
        if wanted.sharing_profile and wanted.sharing_profile.permissions != "Private":
            raise not_supported("galleries shared with others")
        if wanted.soft_delete_policy and wanted.soft_delete_policy.is_soft_delete_enabled:
            raise not_supported("galleries with soft delete")
        self._refuse_second(rid)
        shown = wanted.json_body() | {"identifier": {"uniqueName": f"{rid.subscription}-{rid.name.upper()}"}}
        return Resource(id=str(rid), location=body.location, tags=body.tags, properties=shown)

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
