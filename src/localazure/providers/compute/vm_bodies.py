"""What a request about a virtual machine may say."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from localazure.arm.bodies import Body, TrackedBody
from localazure.providers.compute.disk_bodies import DiskSku
from localazure.providers.compute.image_references import ImageReference
from localazure.providers.compute.image_source import OsType
from localazure.providers.compute.os_profile import OsProfileBody
from localazure.providers.compute.purchase_plans import PlanBody

Caching = Literal["None", "ReadOnly", "ReadWrite"]
DeleteOption = Literal["Delete", "Detach"]


class ManagedDisk(Body):
    """``id`` names the disk to attach, and is shown for a disk that was made with the machine."""

    unsupported: ClassVar[frozenset[str]] = frozenset({"diskEncryptionSet", "securityProfile"})
    id: str | None = None
    storage_account_type: DiskSku | None = None


class _AttachedDisk(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"vhd", "image", "encryptionSettings", "diffDiskSettings", "writeAcceleratorEnabled", "sourceResource"}
    )
    name: str | None = None
    disk_size_gb: int | None = Field(None, alias="diskSizeGB")
    managed_disk: ManagedDisk | None = None
    delete_option: DeleteOption | None = None


class OsDisk(_AttachedDisk):
    create_option: Literal["FromImage", "Attach", "Empty"]
    os_type: OsType | None = None
    caching: Caching = "ReadWrite"


class DataDisk(_AttachedDisk):
    read_only: ClassVar[frozenset[str]] = frozenset({"diskIOPSReadWrite", "diskMBpsReadWrite"})
    unsupported: ClassVar[frozenset[str]] = _AttachedDisk.unsupported | {"toBeDetached", "detachOption"}
    lun: int = Field(ge=0, le=63)
    create_option: Literal["Empty", "Attach", "FromImage"]
    caching: Caching = "None"


class StorageProfile(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"alignRegionalDisksToVMZone"})
    image_reference: ImageReference | None = None
    os_disk: OsDisk | None = None
    data_disks: tuple[DataDisk, ...] = ()
    disk_controller_type: Literal["SCSI"] = "SCSI"


class HardwareProfile(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"vmSizeProperties"})
    vm_size: str


class NetworkInterfaceProperties(Body):
    primary: bool | None = None
    delete_option: DeleteOption | None = None


class NetworkInterfaceReference(Body):
    id: str
    properties: NetworkInterfaceProperties = NetworkInterfaceProperties()


class NetworkProfile(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"networkInterfaceConfigurations", "networkApiVersion"})
    network_interfaces: tuple[NetworkInterfaceReference, ...] = ()


class BootDiagnostics(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"storageUri"})
    enabled: bool = False


class DiagnosticsProfile(Body):
    boot_diagnostics: BootDiagnostics = BootDiagnostics()


class SecurityProfile(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"uefiSettings", "encryptionAtHost", "encryptionIdentity", "proxyAgentSettings"}
    )
    security_type: Literal["Standard", "TrustedLaunch", "ConfidentialVM"] | None = None


class AdditionalCapabilities(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"ultraSSDEnabled", "hibernationEnabled"})


class BillingProfile(Body):
    max_price: float | None = None
    """US dollars an hour; -1: whatever it costs, up to the full price."""


class VmProperties(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState", "instanceView", "vmId", "timeCreated"})
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"scheduledEventsPolicy", "scheduledEventsProfile", "availabilitySet", "virtualMachineScaleSet", "host"}
        | {"proximityPlacementGroup", "hostGroup"}
        | {"extensionsTimeBudget", "platformFaultDomain", "capacityReservation", "applicationProfile"}
    )
    hardware_profile: HardwareProfile | None = None
    storage_profile: StorageProfile | None = None
    os_profile: OsProfileBody | None = None
    network_profile: NetworkProfile | None = None
    diagnostics_profile: DiagnosticsProfile | None = None
    security_profile: SecurityProfile | None = None
    additional_capabilities: AdditionalCapabilities | None = None
    priority: Literal["Regular", "Spot", "Low"] | None = None
    """Low is what Spot was called before."""
    eviction_policy: Literal["Deallocate", "Delete"] | None = None
    billing_profile: BillingProfile | None = None
    user_data: str | None = None
    license_type: Literal["Windows_Server", "Windows_Client", "None"] | None = None


class VmBody(TrackedBody):
    read_only: ClassVar[frozenset[str]] = TrackedBody.read_only | {"resources", "managedBy"}
    unsupported: ClassVar[frozenset[str]] = frozenset({"identity", "extendedLocation", "placement"})
    plan: PlanBody | None = None
    zones: tuple[str, ...] = ()
    properties: VmProperties = VmProperties()
