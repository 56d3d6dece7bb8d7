"""The sizes that virtual machines come in (figures: Azure's "Sizes for virtual machines", public price list)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Generation = Literal["V1", "V2"]
Architecture = Literal["x64", "Arm64"]


@dataclass(frozen=True)
class Size:
    """One size. ``memory_mib`` and ``resource_disk_mib`` are in MiB; ``family`` is the name its quota goes by."""

    name: str
    family: str
    vcpus: int
    memory_mib: int
    data_disks: int
    network_interfaces: int
    generations: tuple[Generation, ...] = ("V1", "V2")
    architecture: Architecture = "x64"
    premium_storage: bool = True
    accelerated_networking: bool = True
    resource_disk_mib: int = 0

    @property
    def burstable(self) -> bool:
        """Of the B series, whose processors are shared."""
        return self.short_name.startswith("B")

    @property
    def short_name(self) -> str:
        """The ``size`` of its SKU: the name without ``Standard_``."""
        return self.name.partition("_")[2]

    @property
    def capabilities(self) -> dict[str, str]:
        """What ``Microsoft.Compute/skus`` lists, in Azure's spelling."""
        return {
            "MaxResourceVolumeMB": str(self.resource_disk_mib),
            "OSVhdSizeMB": "1047552",
            "vCPUs": str(self.vcpus),
            "MemoryPreservingMaintenanceSupported": "True",
            "HyperVGenerations": ",".join(self.generations),
            "MemoryGB": f"{self.memory_mib / 1024:g}",
            "MaxDataDiskCount": str(self.data_disks),
            "CpuArchitectureType": self.architecture,
            "LowPriorityCapable": "True",
            "PremiumIO": str(self.premium_storage),
            "VMDeploymentTypes": "IaaS",
            "vCPUsAvailable": str(self.vcpus),
            "vCPUsPerCore": "2" if self.vcpus > 1 and self.architecture == "x64" else "1",
            "EphemeralOSDiskSupported": "False",
            "EncryptionAtHostSupported": "False",
            "CapacityReservationSupported": "False",
            "AcceleratedNetworkingEnabled": str(self.accelerated_networking),
            "RdmaEnabled": "False",
            "MaxNetworkInterfaces": str(self.network_interfaces),
        }


def _burstable(name: str, vcpus: int, memory_gib: int, data_disks: int, network_interfaces: int) -> Size:
    resource_disk = memory_gib * 4096
    return Size(
        name, "standardBSFamily", vcpus, memory_gib * 1024, data_disks, network_interfaces,
        accelerated_networking=False, resource_disk_mib=resource_disk,
    )  # fmt: skip


SIZES: tuple[Size, ...] = (
    _burstable("Standard_B1s", 1, 1, 2, 2),
    _burstable("Standard_B1ms", 1, 2, 2, 2),
    _burstable("Standard_B2s", 2, 4, 4, 3),
    _burstable("Standard_B2ms", 2, 8, 4, 3),
    Size("Standard_A2_v2", "standardAv2Family", 2, 4096, 4, 2, ("V1",), "x64", False, False, 20480),
    Size("Standard_D2s_v3", "standardDSv3Family", 2, 8192, 4, 2, resource_disk_mib=16384),
    Size("Standard_D4s_v3", "standardDSv3Family", 4, 16384, 8, 2, resource_disk_mib=32768),
    Size("Standard_D2s_v5", "standardDSv5Family", 2, 8192, 4, 2),
    Size("Standard_D4s_v5", "standardDSv5Family", 4, 16384, 8, 2),
    Size("Standard_D8s_v5", "standardDSv5Family", 8, 32768, 16, 4),
    Size("Standard_D2as_v5", "standardDASv5Family", 2, 8192, 4, 2),
    Size("Standard_D4as_v5", "standardDASv5Family", 4, 16384, 8, 2),
    Size("Standard_D2ds_v5", "standardDDSv5Family", 2, 8192, 4, 2, resource_disk_mib=76800),
    Size("Standard_E2s_v5", "standardESv5Family", 2, 16384, 4, 2),
    Size("Standard_F2s_v2", "standardFSv2Family", 2, 4096, 4, 2, resource_disk_mib=16384),
    Size("Standard_D2ps_v5", "standardDPSv5Family", 2, 8192, 4, 2, ("V2",), "Arm64"),
)
_BY_NAME = {size.name.lower(): size for size in SIZES}


def find_size(name: str) -> Size | None:
    """The size of that name, in any case."""
    return _BY_NAME.get(name.lower())
