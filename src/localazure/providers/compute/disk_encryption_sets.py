"""Disk encryption sets: whose key disks and replicas are encrypted with."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Literal

from localazure.arm.bodies import Body, Json, SubResource, TrackedBody
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.families import DISK, Family, Style
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import ResourceType
from localazure.cloud import Cloud
from localazure.providers.compute.references import parse_id, require_type
from localazure.store import Resource

DISK_ENCRYPTION_SET = "Microsoft.Compute/diskEncryptionSets"


class _Key(Body):
    source_vault: SubResource | None = None
    key_url: str


class _Properties(Body):
    read_only: ClassVar[frozenset[str]] = frozenset(
        {"provisioningState", "previousKeys", "lastKeyRotationTimestamp", "autoKeyRotationError"}
    )
    unsupported: ClassVar[frozenset[str]] = frozenset({"federatedClientId"})
    active_key: _Key
    encryption_type: Literal["EncryptionAtRestWithCustomerKey", "EncryptionAtRestWithPlatformAndCustomerKeys"] = (
        "EncryptionAtRestWithCustomerKey"
    )
    rotation_to_latest_key_version_enabled: bool = False


class _Identity(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"principalId", "tenantId"})
    unsupported: ClassVar[frozenset[str]] = frozenset({"userAssignedIdentities"})
    type: Literal["SystemAssigned", "None"] = "SystemAssigned"


class _SetBody(TrackedBody):
    identity: _Identity = _Identity()
    properties: _Properties


class DiskEncryptionSet(ResourceType):
    """There is no Key Vault here: which key it is, is kept and shown, and nobody asks for it."""

    full_type: ClassVar[str] = DISK_ENCRYPTION_SET
    body: ClassVar[type[Body]] = _SetBody
    family: ClassVar[Family] = DISK
    creation: ClassVar[Style] = Style.ACCEPTED_BODY
    create_seconds: ClassVar[float] = 1
    delete_seconds: ClassVar[float] = 1
    new_state: ClassVar[str] = "Updating"
    name_pattern: ClassVar[str] = r"[\w-]{1,80}"

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        asked = body.properties.json_body()
        if current is not None and asked["encryptionType"] != current.properties["encryptionType"]:
            message = "Changing property 'encryptionType' is not allowed."
            raise CloudError(409, "PropertyChangeNotAllowed", message, target="encryptionType")
        identity = {"type": body.identity.type}
        if body.identity.type == "SystemAssigned":
            principal = str(uuid.uuid5(uuid.NAMESPACE_OID, rid.key))
            identity |= {"principalId": principal, "tenantId": self.cloud.subscription.tenant}
        return Resource(
            id=str(rid), location=body.location, tags=body.tags, properties=asked, extra={"identity": identity}
        )


def require_encryption_set(cloud: Cloud, text: str, region: str, target: str) -> None:
    """Raises CloudError unless there is such a set in the region (short name)."""
    rid = parse_id(text, target)
    require_type(rid, target, DISK_ENCRYPTION_SET)
    found = cloud.store.find(rid)
    if found is None:
        raise CloudError(404, "NotFound", f"Disk encryption set {rid.name} is not found.", target=target)
    if found.location != region:
        message = (
            f"The disk encryption set '{text}' is in region '{found.location}', and must be in the target region "
            f"'{region}'."
        )
        raise invalid_parameter(message, target)


def encryption_of_region(encryption: Json, cloud: Cloud, region: str, target: str) -> None:
    """See that all the sets of a target region are there."""
    named = [encryption.get("osDiskImage"), *encryption.get("dataDiskImages", [])]
    for each in named:
        if each and each.get("diskEncryptionSetId"):
            require_encryption_set(cloud, each["diskEncryptionSetId"], region, f"{target}.encryption")
