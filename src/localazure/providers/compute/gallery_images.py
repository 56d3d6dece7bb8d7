"""Image definitions: what all versions of one image have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from localazure.arm.bodies import Body, TrackedBody
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.families import GALLERY, Family
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import ResourceType
from localazure.providers.compute.galleries import check_update, refuse_with_children
from localazure.providers.compute.image_references import DEFINITION
from localazure.providers.compute.image_source import OsType
from localazure.providers.compute.sizes import Architecture, Generation
from localazure.store import Resource

# From this api-version on a definition is Gen2 with TrustedLaunchSupported unless it says otherwise.
TRUSTED_LAUNCH_DEFAULT = "2025-03-03"
_IMMUTABLE = ("identifier", "osType", "osState", "hyperVGeneration", "architecture", "purchasePlan")
_FEATURES = {
    "SecurityType": (
        "None", "Standard", "TrustedLaunch", "TrustedLaunchSupported", "ConfidentialVM", "ConfidentialVMSupported",
        "TrustedLaunchAndConfidentialVmSupported",
    ),
    "IsAcceleratedNetworkSupported": ("True", "False"),
    "IsHibernateSupported": ("True", "False"),
    "DiskControllerTypes": ("SCSI", "SCSI, NVMe", "SCSI,NVMe", "NVMe, SCSI", "NVMe"),
}  # fmt: skip


class _Identifier(Body):
    publisher: str = Field(min_length=1, max_length=128)
    offer: str = Field(min_length=1, max_length=64)
    sku: str = Field(min_length=1, max_length=64)


class _Range(Body):
    min: int | None = Field(None, ge=0)
    max: int | None = Field(None, ge=0)


class _Recommended(Body):
    v_cpus: _Range | None = Field(None, alias="vCPUs")
    memory: _Range | None = None


class _Disallowed(Body):
    disk_types: tuple[str, ...] = ()


class _PurchasePlan(Body):
    name: str
    publisher: str
    product: str


class _Feature(Body):
    name: str
    value: str


class _Properties(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState"})
    description: str | None = None
    eula: str | None = None
    privacy_statement_uri: str | None = None
    release_note_uri: str | None = None
    os_type: OsType
    os_state: str
    hyper_v_generation: Generation | None = None
    end_of_life_date: datetime | None = None
    identifier: _Identifier
    recommended: _Recommended | None = None
    disallowed: _Disallowed | None = None
    purchase_plan: _PurchasePlan | None = None
    features: tuple[_Feature, ...] | None = None
    architecture: Architecture = "x64"
    allow_update_image: bool | None = None


class GalleryImageBody(TrackedBody):
    properties: _Properties


class GalleryImage(ResourceType):
    full_type: ClassVar[str] = DEFINITION
    body: ClassVar[type[Body]] = GalleryImageBody
    family: ClassVar[Family] = GALLERY
    create_seconds: ClassVar[float] = 1
    delete_seconds: ClassVar[float] = 1
    poll_seconds: ClassVar[float | None] = 1
    name_pattern: ClassVar[str] = r"[A-Za-z0-9]([\w.-]{0,78}[A-Za-z0-9])?"

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        if body.properties.os_state not in {"Generalized", "Specialized"}:
            raise invalid_parameter("osState must be Generalized or Specialized.", "galleryImage.properties.osState")
        modern = call.api_version >= TRUSTED_LAUNCH_DEFAULT
        properties = body.properties.json_body()
        before = current.properties if current else {}
        properties["hyperVGeneration"] = (
            body.properties.hyper_v_generation or before.get("hyperVGeneration") or ("V2" if modern else "V1")
        )
        if "features" not in properties and before.get("features"):
            properties["features"] = before["features"]
        if "features" not in properties and modern and properties["hyperVGeneration"] == "V2":
            properties["features"] = [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]
        _check_features(properties.get("features", []), properties["hyperVGeneration"])
        _check_architecture(properties)
        _refuse_changes(properties, before)
        self._refuse_same_identifier(rid, properties["identifier"])
        return Resource(id=str(rid), location=body.location, tags=body.tags, properties=properties)

    def patch(self, call: Call, rid: ResourceId) -> Answer:
        check_update(self.body, call.body)
        return super().patch(call, rid)

    def refuse_delete(self, resource: Resource) -> None:
        refuse_with_children(self, resource)

    def _refuse_same_identifier(self, rid: ResourceId, identifier: dict[str, str]) -> None:
        for other in self.cloud.store.of_type(DEFINITION, under=rid.parent):
            if other.rid.key != rid.key and _folded(other.properties["identifier"]) == _folded(identifier):
                message = (
                    f"The gallery image identifier (publisher, offer, sku) of '{rid.name}' is already in use by "
                    f"'{other.rid.name}' in the same gallery."
                )
                raise CloudError(409, "Conflict", message)


def _folded(identifier: dict[str, str]) -> dict[str, str]:
    return {key: value.lower() for key, value in identifier.items()}


def _check_features(features: list[dict[str, str]], generation: str) -> None:
    for feature in features:
        name, value, target = feature["name"], feature["value"], "galleryImage.properties.features"
        if value not in _FEATURES.get(name, ()):
            raise invalid_parameter(f"The feature '{name}' with value '{value}' is not supported.", target)
        if name == "SecurityType" and generation == "V1" and value not in {"None", "Standard"}:
            message = f"SecurityType '{value}' is only supported on Hyper-V generation V2."
            raise invalid_parameter(message, target)


def _check_architecture(properties: dict[str, Any]) -> None:
    """Arm64 machines boot by UEFI only (documentation: "Generation 2 VMs")."""
    if properties["architecture"] == "Arm64" and properties["hyperVGeneration"] != "V2":
        message = "The architecture 'Arm64' is only supported with Hyper-V generation 'V2'."
        raise invalid_parameter(message, "galleryImage.properties.architecture")


def _refuse_changes(properties: dict[str, Any], before: dict[str, Any]) -> None:
    # Features change where the request says allowUpdateImage (OpenAPI 2024-03-03, GalleryImageProperties).
    fixed = _IMMUTABLE if properties.get("allowUpdateImage") else (*_IMMUTABLE, "features")
    changed = next((name for name in fixed if before and properties.get(name) != before.get(name)), None)
    if changed:
        target = f"galleryImage.properties.{changed}"
        raise CloudError(
            409, "PropertyChangeNotAllowed", f"Changing property '{target}' is not allowed.", target=target
        )
