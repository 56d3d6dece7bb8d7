"""What a request for a gallery image version may say."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from localazure.arm.bodies import Body, TrackedBody

StorageType = Literal["Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS"]
Caching = Literal["None", "ReadOnly", "ReadWrite"]


class DiskSource(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"uri", "storageAccountId"})
    id: str | None = None


class VersionDisk(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"sizeInGB"})
    host_caching: Caching | None = None
    source: DiskSource = DiskSource()


class VersionDataDisk(VersionDisk):
    lun: int = Field(ge=0, le=63)


class WholeSource(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"communityGalleryImageId"})
    id: str | None = None
    virtual_machine_id: str | None = None


class StorageProfile(Body):
    source: WholeSource = WholeSource()
    os_disk_image: VersionDisk | None = None
    data_disk_images: tuple[VersionDataDisk, ...] = ()


class OsDiskEncryption(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"securityProfile"})
    disk_encryption_set_id: str | None = None


class DataDiskEncryption(Body):
    lun: int = Field(ge=0, le=63)
    disk_encryption_set_id: str | None = None


class RegionEncryption(Body):
    os_disk_image: OsDiskEncryption | None = None
    data_disk_images: tuple[DataDiskEncryption, ...] = ()


class TargetRegion(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"additionalReplicaSets"})
    name: str
    regional_replica_count: int | None = Field(None, ge=1, le=100)
    storage_account_type: StorageType | None = None
    exclude_from_latest: bool = False
    encryption: RegionEncryption | None = None


class PublishingProfile(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"publishedDate"})
    unsupported: ClassVar[frozenset[str]] = frozenset({"targetExtendedLocations"})
    target_regions: tuple[TargetRegion, ...] | None = None
    replica_count: int = Field(1, ge=1, le=100)
    exclude_from_latest: bool = False
    end_of_life_date: datetime | None = None
    storage_account_type: StorageType = "Standard_LRS"
    replication_mode: Literal["Full", "Shallow"] = "Full"


class SafetyProfile(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"reportedForPolicyViolation", "policyViolations"})
    allow_deletion_of_replicated_locations: bool = True
    block_deletion_before_end_of_life: bool = False


class VersionProperties(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState", "replicationStatus", "validationsProfile"})
    unsupported: ClassVar[frozenset[str]] = frozenset({"securityProfile", "restore"})
    publishing_profile: PublishingProfile = PublishingProfile()
    storage_profile: StorageProfile
    safety_profile: SafetyProfile = SafetyProfile()


class GalleryImageVersionBody(TrackedBody):
    properties: VersionProperties
