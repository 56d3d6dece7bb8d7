"""The marketplace images this server offers, and the files they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class PurchasePlan:
    """What makes an image ask for its publisher's terms."""

    publisher: str
    product: str
    name: str


@dataclass(frozen=True)
class Deprecation:
    """That an image goes, or has gone, out of use."""

    state: Literal["ScheduledForDeprecation", "Deprecated"]
    when: str | None = None
    """A time as Azure writes it."""
    instead: tuple[Literal["Offer", "Plan"], str] | None = None


@dataclass(frozen=True)
class PlatformImage:
    """One version of one SKU. ``file`` is whatever the hypervisor's ``import_layer`` takes."""

    publisher: str
    offer: str
    sku: str
    version: str
    file: Path
    generation: Literal["V1", "V2"] = "V2"
    architecture: Literal["x64", "Arm64"] = "x64"
    os_type: Literal["Linux", "Windows"] = "Linux"
    plan: PurchasePlan | None = None
    deprecation: Deprecation | None = None

    @property
    def layer(self) -> str:
        """The name of the layer its content becomes."""
        return f"platform-{self.publisher}-{self.offer}-{self.sku}-{self.version}".lower()


Catalogue = tuple[PlatformImage, ...]
