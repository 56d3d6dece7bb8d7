"""What passes between steps: plain, frozen data that any worker can load again. No secrets, no clients."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Artifact(BaseModel):
    """What one of these holds, it must load again from JSON: a worker that cannot read a result does the step again.

    So no computed fields: they are written but, being forbidden as input, not read (seen with Prefect 3.8.8).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plan(Artifact):
    publisher: str
    product: str
    name: str


class Fact(Artifact):
    """One thing that is known, for people to read."""

    name: str
    value: str


class SourceDataDisk(Artifact):
    """A data disk of the source: in the image at this lun, or a disk or snapshot of its own."""

    lun: int
    size_gib: int | None = None
    resource_id: str | None = None
    """Of what is a resource of its own; an image's disks are none."""
    unique_id: str | None = None
    """Azure's own for it, which no other disk or snapshot of that name ever has."""
    snapshot_id: str | None = None
    """What the build VM's disk is a copy of, once the source is ready."""


SourceKind = Literal[
    "marketplace", "gallery", "community_gallery", "shared_gallery", "managed_image", "vhd", "snapshot",
    "managed_disk", "virtual_machine",
]  # fmt: skip


class ResolvedSource(Artifact):
    """What to start from, by exact identity. ``image_id`` for an image in a gallery or group, else the URN's parts.

    What is no image on Azure yet has an ``identity``; it is ready when it was made an image, or copied.
    """

    kind: SourceKind
    publisher: str | None = None
    offer: str | None = None
    sku: str | None = None
    version: str
    image_id: str | None = None
    plan: Plan | None = None
    generation: Literal["V1", "V2"] = "V2"
    architecture: Literal["x64", "Arm64"] = "x64"
    os_disk_size_gib: int | None = None
    os: str | None = None
    """``linux`` or ``windows``."""
    identity: str | None = None
    """Name and content of what is no image on Azure: ``debian.qcow2 sha256:…``."""
    content: str | None = None
    """What tells it from what had the same name before: a hash, the ETag of a blob, a disk's or VM's unique id."""
    specialized: bool = False
    """Whether it keeps its own accounts and names: the build VM is given none at its first boot."""
    original: bool = False
    """Whether the build works on the VM itself, and not on a copy."""
    disk_id: str | None = None
    """The snapshot or disk that holds the system, of what is no image."""
    os_snapshot_id: str | None = None
    """What the build VM's disk is a copy of, once a specialized disk is ready."""
    data_disks: tuple[SourceDataDisk, ...] = ()
    facts: tuple[Fact, ...] = ()
    """What more is known of its identity: when it was made, how large it is."""
    warnings: tuple[str, ...] = ()
    """Why whoever builds on it may want to choose another."""

    @property
    def exact(self) -> str:
        """``publisher:offer:sku:version``, the resource id, or the identity: what the image was made from exactly."""
        return self.identity or self.image_id or f"{self.publisher}:{self.offer}:{self.sku}:{self.version}"

    @property
    def is_ready(self) -> bool:
        """Whether a VM can be made of it as it is."""
        return self.identity is None or self.image_id is not None or self.os_snapshot_id is not None

    @property
    def is_copied(self) -> bool:
        """Whether the build VM's disks are copies of snapshots, and not of an image."""
        return self.specialized and self.os_snapshot_id is not None


def placement_text(size: str, region: str, zone: str | None, *, spot: bool) -> str:
    """The words for where a VM is, or is to be."""
    return f"{size}{' (Spot)' if spot else ''} in {region}{f', zone {zone}' if zone else ''}"


class Address(Artifact):
    """Where a guest answers, and who it must prove to be (an OpenSSH public key line without comment)."""

    host: str
    port: int
    user: str
    host_key: str


class WinrmAddress(Artifact):
    """Where a Windows guest answers over HTTPS, and the one certificate it must show (PEM; public)."""

    host: str
    port: int
    user: str
    certificate: str


class PassedOver(Artifact):
    """A place for the build VM that was asked for and not to be had."""

    placement: str
    reason: str


class Places(Artifact):
    """Where the build VM is, and where it was not to be had; of all its beginnings and comings back."""

    machine: str | None = None
    passed_over: tuple[PassedOver, ...] = ()


class BuildVm(Artifact):
    build_id: str
    resource_group: str
    name: str
    resource_id: str
    size: str
    location: str
    os_disk_id: str
    address: Address | WinrmAddress
    specialized: bool = False
    """Whether it was made of a disk that has accounts already, so that Azure did not make the build's own."""
    original: bool = False
    """Whether it is somebody's own VM, which is generalized, and otherwise left as it is."""
    zone: str | None = None
    spot: bool = False

    @property
    def placement(self) -> str:
        """What it is, and where: ``Standard_B2s (Spot) in northeurope, zone 1``."""
        return placement_text(self.size, self.location, self.zone, spot=self.spot)


class Package(Artifact):
    name: str
    version: str


class Inventory(Artifact):
    """What a guest is, as it says itself, and what is installed in it."""

    os_release: str
    """The text of /etc/os-release; Windows' name and build where there is none."""
    packages: tuple[Package, ...]


class PackageChange(Artifact):
    name: str
    before: str
    after: str


class PackageChanges(Artifact):
    """What the build did to the installed packages."""

    installed: tuple[Package, ...] = ()
    changed: tuple[PackageChange, ...] = ()
    removed: tuple[Package, ...] = ()


class StepOutcome(Artifact):
    """One customize step, done."""

    name: str
    exit_code: int | None = None
    seconds: float
    rebooted: bool = False
    last_lines: tuple[str, ...] = ()


class DataSnapshot(Artifact):
    """Of the data disk at a lun."""

    lun: int
    resource_id: str


class DiskSnapshot(Artifact):
    """Of all of a VM's disks, at one step of the build: the system's, and those that go with it."""

    resource_id: str
    name: str
    data: tuple[DataSnapshot, ...] = ()


class Check(Artifact):
    """One named question asked of a guest, with what was seen."""

    name: str
    passed: bool
    seen: str
    remedy: str = ""


class Generalized(Artifact):
    distribution: str
    checks: tuple[Check, ...]
    packages: PackageChanges


class ImageVersion(Artifact):
    resource_id: str
    gallery: str
    definition: str
    version: str
    location: str
    data_luns: tuple[int, ...] = ()
    """Of its data disks."""


class Verified(Artifact):
    """The proof: every check made on every VM booted from the version."""

    image_version: str
    vms: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)


class RegionState(Artifact):
    region: str
    state: str
    progress: int


class Published(Artifact):
    image_version: str
    regions: tuple[RegionState, ...]


class Delivered(Artifact):
    """The image in one of its forms: what it is, and where."""

    form: Literal["gallery image version", "copy", "managed image", "VHD"]
    identity: str
    """A resource id, a path on the worker, or a URL."""
    checksum: str | None = None
    """Of a VHD: ``sha256:`` and the hash of what the disk holds, as ``python -m mintage.vhd FILE`` tells it too."""


class Delivery(Artifact):
    """All the forms that something came to."""

    forms: tuple[Delivered, ...] = ()


class Leftover(Artifact):
    """Something clean-up could not remove, why, and when the sweeper may."""

    resource_id: str
    reason: str
    expires: datetime | None = None


class Cleaned(Artifact):
    removed: tuple[str, ...] = ()
    leftovers: tuple[Leftover, ...] = ()

    def __add__(self, more: Cleaned) -> Cleaned:
        return Cleaned(removed=self.removed + more.removed, leftovers=self.leftovers + more.leftovers)


class StepState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    CACHED = "cached"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepReport(Artifact):
    name: str
    state: StepState
    started: datetime | None = None
    seconds: float | None = None
    attempts: int = 1


class Report(Artifact):
    """All a reader needs to trust an image, or to see why there is none."""

    build_id: str
    recipe: str
    recipe_sha256: str
    version: str | None
    image_version: str | None
    source: str | None
    source_facts: tuple[Fact, ...] = ()
    source_warnings: tuple[str, ...] = ()
    machine: str | None = None
    """What the build VM was, and where."""
    passed_over: tuple[PassedOver, ...] = ()
    started: datetime
    seconds: float
    outcome: Literal["published", "failed", "cancelled"]
    error: str | None = None
    steps: tuple[StepReport, ...] = ()
    checks: tuple[Check, ...] = ()
    packages: PackageChanges | None = None
    regions: tuple[RegionState, ...] = ()
    forms: tuple[Delivered, ...] = ()
    """What the image was delivered as so far; not published yet, unless the outcome says so."""
    leftovers: tuple[Leftover, ...] = ()
    run_url: str | None = None
    mintage_version: str
