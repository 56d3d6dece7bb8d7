"""Windows machines that are models: a process each, on a disk that is a folder."""

from __future__ import annotations

from pathlib import Path

from localazure.hypervisor.windows_model.base_image import OFFER, PUBLISHER, SKU, base_images
from localazure.hypervisor.windows_model.driver import WindowsModelHypervisor

__all__ = ["OFFER", "PUBLISHER", "SKU", "WindowsModelHypervisor", "base_images", "make_hypervisor"]


def make_hypervisor(folder: Path, pace: float) -> WindowsModelHypervisor:
    """The driver over a folder of its own, made when absent. ``pace`` of the guests: 1 is as slow as Windows."""
    return WindowsModelHypervisor(folder, pace)
