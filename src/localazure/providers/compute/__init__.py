"""Microsoft.Compute: virtual machines and what they are made from."""

from __future__ import annotations

from localazure.arm.resource_type import ResourceType
from localazure.cloud import Provider, Route

MACHINES: tuple[type[ResourceType], ...] = ()
"""Virtual machines, disks, snapshots and managed images."""

GALLERIES: tuple[type[ResourceType], ...] = ()
"""Galleries, image definitions and image versions."""

MARKETPLACE: tuple[Route, ...] = ()
"""Publishers, offers, SKUs and versions of marketplace images."""

CATALOGUE: tuple[Route, ...] = ()
"""Resource SKUs, sizes and usages."""

COMPUTE_PROVIDER = Provider("Microsoft.Compute", (*MACHINES, *GALLERIES), (*MARKETPLACE, *CATALOGUE))
