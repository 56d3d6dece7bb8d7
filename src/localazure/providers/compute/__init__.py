"""Microsoft.Compute: virtual machines and what they are made from."""

from __future__ import annotations

from localazure.arm.resource_type import ResourceType
from localazure.cloud import Provider, Route
from localazure.providers.compute.boot_diagnostics import RETRIEVE_ROUTE, boot_diagnostics_blobs
from localazure.providers.compute.disk_encryption_sets import DiskEncryptionSet
from localazure.providers.compute.disks import Disk
from localazure.providers.compute.galleries import Gallery
from localazure.providers.compute.gallery_image_versions import GalleryImageVersion
from localazure.providers.compute.gallery_images import GalleryImage
from localazure.providers.compute.managed_images import ManagedImage
from localazure.providers.compute.marketplace import MARKETPLACE_ROUTES
from localazure.providers.compute.open_galleries import OPEN_GALLERY_ROUTES
from localazure.providers.compute.resume import park_machines, resume_machines
from localazure.providers.compute.run_commands import RUN_COMMAND_ROUTES
from localazure.providers.compute.skus import SKU_ROUTES
from localazure.providers.compute.snapshots import Snapshot
from localazure.providers.compute.virtual_machines import VirtualMachine

MACHINES: tuple[type[ResourceType], ...] = (VirtualMachine, Disk, Snapshot, ManagedImage, DiskEncryptionSet)
"""Virtual machines, disks, snapshots, managed images and disk encryption sets."""

GALLERIES: tuple[type[ResourceType], ...] = (Gallery, GalleryImage, GalleryImageVersion)
"""Galleries, image definitions and image versions."""

MARKETPLACE: tuple[Route, ...] = MARKETPLACE_ROUTES
"""Publishers, offers, SKUs and versions of marketplace images."""

CATALOGUE: tuple[Route, ...] = SKU_ROUTES
"""Resource SKUs, sizes and usages."""

COMPUTE_PROVIDER = Provider(
    namespace="Microsoft.Compute",
    types=(*MACHINES, *GALLERIES),
    routes=(RETRIEVE_ROUTE, *MARKETPLACE, *CATALOGUE, *RUN_COMMAND_ROUTES, *OPEN_GALLERY_ROUTES),
    public_routes=boot_diagnostics_blobs,
    resume=resume_machines,
    park=park_machines,
)
