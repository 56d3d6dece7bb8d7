"""What disks and snapshots have in common as resources."""

from __future__ import annotations

from typing import ClassVar

from localazure.arm.bodies import Json
from localazure.arm.errors import CloudError, invalid_parameter, not_supported
from localazure.arm.families import DISK, Family, Style
from localazure.arm.resource_type import Action, ResourceType
from localazure.providers.compute.disk_bodies import AnyProperties, CreationData
from localazure.store import Resource


class DiskType(ResourceType):
    """Answers 202 with a body, as the disk provider does, and grants no access to the bytes yet."""

    family: ClassVar[Family] = DISK
    creation: ClassVar[Style] = Style.ACCEPTED_BODY
    create_seconds: ClassVar[float] = 1
    delete_seconds: ClassVar[float] = 1
    new_state: ClassVar[str] = "Updating"
    name_pattern: ClassVar[str] = r"[A-Za-z0-9]([\w.-]{0,78}\w)?"

    def _no_access(self, resource: Resource, arguments: Json) -> None:
        raise not_supported(f"access to the bytes of '{resource.rid}' by shared access signature")

    actions: ClassVar[dict[str, Action]] = {
        "beginGetAccess": Action(_no_access, _no_access),
        "endGetAccess": Action(_no_access, _no_access),
    }


def required_source(creation: CreationData) -> str:
    """The source of a copy. Raises CloudError 400 when it is not given."""
    if creation.source_resource_id is None:
        message = "Required parameter 'creationData.sourceResourceId' is missing (null)."
        raise invalid_parameter(message, "creationData.sourceResourceId")
    return creation.source_resource_id


def refuse_other_source(given: CreationData, current: Resource) -> None:
    """What a disk was made from does not change."""
    before = current.properties["creationData"]
    asked = given.json_body()
    changed = next((key for key in asked if _differs(asked[key], before.get(key))), None)
    if changed is not None:
        message = f"Changing property 'creationData.{changed}' is not allowed."
        raise CloudError(409, "PropertyChangeNotAllowed", message, target=f"creationData.{changed}")


def refuse_shrinking(asked_gb: int | None, current: Resource) -> int:
    """The new size in GiB, which is never less than the old one."""
    before: int = current.properties["diskSizeGB"]
    asked = before if asked_gb is None else asked_gb
    if asked < before:
        name, kind = current.rid.name, current.rid.type.rpartition("/")[2].removesuffix("s")
        message = f"The size of {kind} '{name}' cannot be reduced from {before} to {asked} GB."
        raise CloudError(409, "OperationNotAllowed", message, target="diskSizeGB")
    return asked


def as_asked(properties: AnyProperties) -> Json:
    """The properties that are shown just as they were given."""
    return {key: value for key, value in properties.json_body().items() if key not in {"creationData", "diskSizeGB"}}


def _differs(one: object, other: object) -> bool:
    return str(one).lower() != str(other).lower()
