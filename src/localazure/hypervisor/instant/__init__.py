"""Machines that start at once because they are models: see docs/localazure/instant-hypervisor.md."""

from __future__ import annotations

from pathlib import Path

from localazure.hypervisor.instant.base_image import base_image
from localazure.hypervisor.instant.driver import InstantHypervisor

__all__ = ["InstantHypervisor", "base_image", "make_hypervisor"]


def make_hypervisor(folder: Path) -> InstantHypervisor:
    """The driver over a folder of its own, made when absent."""
    return InstantHypervisor(folder)
