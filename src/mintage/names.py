"""The names of everything a build makes, all derived from its id, so that any process finds them again."""

from __future__ import annotations

from dataclasses import dataclass

BUILD_TAG = "mintage-build"
EXPIRES_TAG = "mintage-expires"
NEVER = "never"
"""In the place of a time in EXPIRES_TAG, where the tag cannot be taken away."""
BEGUN_TAG = "mintage-begun"
"""When the build began, for those who ask how old something is."""
RECIPE_TAG = "mintage-recipe"
RECIPE_SHA256_TAG = "mintage-recipe-sha256"
SOURCE_TAG = "mintage-source"
"""On an image version: what it was made from, exactly."""
UNFIT_TAG = "mintage-unfit"
"""On an image version that failed its verification."""
SYSPREP_TAG = "mintage-sysprep"
"""On a Windows build VM: that Sysprep was begun on its disk, or has ended and was proved. A disk that is put back
takes the tag away."""
EVICTED_TAG = "mintage-evicted"
"""On a Spot build VM: how often Azure took it back."""
BUILD_USER = "mintage"
"""The account of the build VM that customizing logs in to. Gone before the image is captured."""
VERIFICATION_USER = "verifier"
"""The account of the VMs that prove the image: another name, so that a trace of the build's account shows."""


@dataclass(frozen=True)
class BuildNames:
    """Names in one build resource group."""

    build_id: str
    elsewhere: str = ""
    """The region, if it is not the one that the recipe asks for: what is tied to a region is named for it then."""

    @property
    def group(self) -> str:
        return f"mintage-{self.build_id}"

    @property
    def vm(self) -> str:
        return f"build-{self.build_id}"

    @property
    def verification_prefix(self) -> str:
        return f"verify-{self.build_id}-"

    def verification_vm(self, number: int) -> str:
        return f"{self.verification_prefix}{number}"

    def computer(self, verification: int = 0) -> str:
        """A Windows VM's name for itself, at most the 15 characters of NetBIOS; the build VM's, or a verification VM's.

        Azure also refuses names of digits alone.
        """
        return f"v{verification}-{self.build_id[:12]}" if verification else f"b-{self.build_id[:13]}"

    @property
    def vnet(self) -> str:
        return self._local("build-vnet")

    @property
    def subnet(self) -> str:
        return "build"

    @property
    def nsg(self) -> str:
        return self._local("build-nsg")

    @property
    def source_disk(self) -> str:
        """Of a source that is no image yet."""
        return "source-disk"

    @staticmethod
    def source_snapshot(lun: int | None = None) -> str:
        """Of a source's disk: its system's, or the data disk at this lun."""
        return "source-os" if lun is None else f"source-data-{lun}"

    @property
    def source_image(self) -> str:
        return "source-image"

    @staticmethod
    def snapshot(round_: int = 1) -> str:
        """Of the disk as it is before it is generalized, in the build's so-manieth round."""
        return f"before-generalize-{round_}"

    @staticmethod
    def checkpoint(number: int, round_: int = 1) -> str:
        """Of the disk after the recipe's so-manieth step, from 1."""
        return f"checkpoint-{number}-{round_}"

    @staticmethod
    def frozen(unique: str) -> str:
        """Of a snapshot that an image is made from; ``unique`` is what Azure tells the disk apart by."""
        return f"frozen-{unique[:13]}"

    def nic(self, vm: str) -> str:
        return self._local(f"{vm}-nic")

    def public_ip(self, vm: str) -> str:
        return self._local(f"{vm}-ip")

    @staticmethod
    def os_disk(vm: str) -> str:
        return f"{vm}-os"

    @staticmethod
    def data_disk(vm: str, lun: int) -> str:
        return f"{vm}-data-{lun}"

    def _local(self, name: str) -> str:
        return f"{name}-{self.elsewhere}" if self.elsewhere else name
