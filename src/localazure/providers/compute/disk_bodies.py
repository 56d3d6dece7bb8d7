"""What a request about a disk or a snapshot may say."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from localazure.arm.bodies import Body, TrackedBody
from localazure.providers.compute.image_source import OsType
from localazure.providers.compute.purchase_plans import PlanBody
from localazure.providers.compute.sizes import Architecture, Generation

DiskSku = Literal["Standard_LRS", "StandardSSD_LRS", "Premium_LRS", "StandardSSD_ZRS", "Premium_ZRS"]
SnapshotSku = Literal["Standard_LRS", "Premium_LRS", "Standard_ZRS"]
DISK_READ_ONLY = frozenset(
    {"timeCreated", "diskSizeBytes", "uniqueId", "provisioningState", "diskState", "completionPercent"}
    | {"LastOwnershipUpdateTime", "shareInfo", "incrementalSnapshotFamilyId", "propertyUpdatesInProgress"}
)


class ImageDiskReference(Body):
    """The image a disk is made from; ``lun`` names one of its data disks."""

    unsupported: ClassVar[frozenset[str]] = frozenset({"sharedGalleryImageId", "communityGalleryImageId"})
    id: str
    lun: int | None = None


class CreationData(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"sourceUniqueId"})
    unsupported: ClassVar[frozenset[str]] = frozenset({"securityDataUri", "elasticSanResourceId", "performancePlus"})
    create_option: Literal[
        "Empty", "Copy", "FromImage", "Attach", "Upload", "Import", "Restore", "CopyStart", "ImportSecure",
        "UploadPreparedSecure", "CopyFromSanSnapshot",
    ]  # fmt: skip
    source_resource_id: str | None = None
    image_reference: ImageDiskReference | None = None
    gallery_image_reference: ImageDiskReference | None = None
    upload_size_bytes: int | None = None
    source_uri: str | None = None
    storage_account_id: str | None = None
    logical_sector_size: Literal[512] | None = None


class GrantAccess(Body):
    """What ``beginGetAccess`` is asked with."""

    unsupported: ClassVar[frozenset[str]] = frozenset({"getSecureVMGuestStateSAS"})
    access: Literal["Read", "Write"]
    duration_in_seconds: int = Field(ge=1, le=2**32 - 1)
    file_format: Literal["VHD"] = "VHD"


class Encryption(Body):
    type: Literal["EncryptionAtRestWithPlatformKey"] = "EncryptionAtRestWithPlatformKey"


class SupportedCapabilities(Body):
    architecture: Architecture = "x64"
    accelerated_network: bool | None = None
    disk_controller_types: str | None = None


class _Properties(Body):
    read_only: ClassVar[frozenset[str]] = DISK_READ_ONLY
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"securityProfile", "diskAccessId", "encryptionSettingsCollection", "supportsHibernation"}
    )
    creation_data: CreationData
    disk_size_gb: int | None = Field(None, alias="diskSizeGB")
    os_type: OsType | None = None
    hyper_v_generation: Generation | None = None
    encryption: Encryption = Encryption()
    network_access_policy: Literal["AllowAll", "DenyAll"] = "AllowAll"
    public_network_access: Literal["Enabled", "Disabled"] = "Enabled"
    supported_capabilities: SupportedCapabilities | None = None
    purchase_plan: PlanBody | None = None


class DiskProperties(_Properties):
    unsupported: ClassVar[frozenset[str]] = _Properties.unsupported | {
        "tier", "burstingEnabled", "diskIOPSReadWrite", "diskMBpsReadWrite", "diskIOPSReadOnly", "diskMBpsReadOnly",
    }  # fmt: skip
    max_shares: Literal[1] | None = None
    optimized_for_frequent_attach: bool | None = None


class SnapshotProperties(_Properties):
    incremental: bool = False


class DiskSkuBody(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"tier"})
    name: DiskSku = "Standard_LRS"


class SnapshotSkuBody(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"tier"})
    name: SnapshotSku = "Standard_LRS"


class DiskBody(TrackedBody):
    read_only: ClassVar[frozenset[str]] = TrackedBody.read_only | {"managedBy", "managedByExtended"}
    unsupported: ClassVar[frozenset[str]] = frozenset({"extendedLocation"})
    sku: DiskSkuBody = DiskSkuBody()
    zones: tuple[str, ...] = ()
    properties: DiskProperties


class SnapshotBody(TrackedBody):
    read_only: ClassVar[frozenset[str]] = TrackedBody.read_only | {"managedBy"}
    unsupported: ClassVar[frozenset[str]] = frozenset({"extendedLocation"})
    sku: SnapshotSkuBody = SnapshotSkuBody()
    properties: SnapshotProperties


AnyProperties = DiskProperties | SnapshotProperties
