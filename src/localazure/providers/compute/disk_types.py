"""What disks and snapshots have in common as resources."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

from localazure.arm.bodies import Json, parse_body
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.families import DISK, Family, Style
from localazure.arm.resource_type import Action, ResourceType
from localazure.providers.compute.disk_access import Access, access_of, close_access, new_access, open_access
from localazure.providers.compute.disk_bodies import AnyProperties, CreationData, GrantAccess
from localazure.providers.compute.purchase_plans import same_plan
from localazure.providers.compute.references import require_finished
from localazure.store import Resource


class DiskType(ResourceType):
    """Answers 202 with a body, as the disk provider does. Subclasses say what a grant gives access to."""

    family: ClassVar[Family] = DISK
    creation: ClassVar[Style] = Style.ACCEPTED_BODY
    create_seconds: ClassVar[float] = 1
    delete_seconds: ClassVar[float] = 1
    new_state: ClassVar[str] = "Updating"
    name_pattern: ClassVar[str] = r"[A-Za-z0-9]([\w.-]{0,78}\w)?"

    def check_access(self, resource: Resource, level: str) -> None:
        """Raise CloudError when the bytes may not be got at in this way now."""
        if level == "Write":
            message = f"Write access needs a disk with createOption 'Upload', and '{resource.rid.name}' is none."
            raise CloudError(409, "OperationNotAllowed", message)
        require_finished(resource)

    def fill_blob(self, resource: Resource, level: str) -> None:
        """Make the blob that the access leads to, if it is not there yet."""
        raise NotImplementedError

    def end_upload(self, resource: Resource) -> None:
        """Take what was uploaded. Raises CloudError when it is no disk."""

    def refuse_with_access(self, resource: Resource) -> None:
        """Raise CloudError while a signature is out."""
        if access_of(resource) is not None:
            kind, name = resource.rid.type.rpartition("/")[2].removesuffix("s"), resource.rid.name
            message = (
                f"There is an active shared access signature outstanding for {kind} {name}. Call EndGetAccess before "
                "attaching or deleting it."
            )
            raise CloudError(409, "OperationNotAllowed", message)

    def drop_access(self, resource: Resource) -> None:
        """What is being deleted may have been deleted with its machine or its group, whatever access there is."""
        access = access_of(resource)
        if access is not None:
            close_access(self.cloud, access)

    def _check_grant(self, resource: Resource, arguments: Json) -> None:
        asked = parse_body(GrantAccess, _body(arguments))
        if "DenyAll" in resource.properties.get("networkAccessPolicy", ""):
            message = f"Export of '{resource.rid.name}' is not allowed: its networkAccessPolicy is DenyAll."
            raise CloudError(409, "OperationNotAllowed", message)
        held = access_of(resource)
        if held is not None and held.level != asked.access:
            self.refuse_with_access(resource)
        self.check_access(resource, asked.access)

    def _grant(self, resource: Resource, arguments: Json) -> Json:
        asked = parse_body(GrantAccess, _body(arguments))
        access = access_of(resource) or new_access(resource, asked.access)
        resource.internal["access"] = asdict(access)
        self.save(resource)
        url = open_access(self.cloud, access, asked.duration_in_seconds)
        self.fill_blob(resource, asked.access)
        return {"accessSAS": url}

    def _revoke(self, resource: Resource, arguments: Json) -> None:
        access = access_of(resource)
        if access is None:
            return
        try:
            if access.level == "Write":
                self.end_upload(resource)
        except CloudError:
            # What is no disk is gone, and with it the access: the disk can be deleted, or uploaded to anew.
            self._end(resource, access)
            raise
        self._end(resource, access)

    def _end(self, resource: Resource, access: Access) -> None:
        close_access(self.cloud, access)
        resource.internal["access"] = None
        self.save(resource)

    actions: ClassVar[dict[str, Action]] = {
        "beginGetAccess": Action(_grant, _check_grant, seconds=2),
        "endGetAccess": Action(_revoke, seconds=2),
    }


def _body(arguments: Json) -> Json:
    """What the request's body said, without what its query did."""
    known = ("access", "durationInSeconds", "fileFormat", "getSecureVMGuestStateSAS")
    return {name: value for name, value in arguments.items() if name in known}


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


def refuse_other_plan(asked: AnyProperties, planned: Resource) -> None:
    """A plan may be given to what has none; one that came with the source, or was given before, does not change."""
    held = planned.properties.get("purchasePlan")
    if held and asked.purchase_plan and not same_plan(held, asked.purchase_plan.json_body()):
        message = "Changing property 'purchasePlan' is not allowed."
        raise CloudError(409, "PropertyChangeNotAllowed", message, target="purchasePlan")


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
