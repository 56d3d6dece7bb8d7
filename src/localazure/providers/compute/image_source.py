"""What a disk or a virtual machine can be made from, whoever keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from localazure.arm.bodies import Json
from localazure.hypervisor.base import LayerId
from localazure.providers.compute.sizes import Architecture, Generation

GIB = 1024**3
OsType = Literal["Linux", "Windows"]


@dataclass(frozen=True)
class Layer:
    """A frozen disk content and its virtual size in bytes."""

    name: LayerId
    size_bytes: int

    @property
    def size_gb(self) -> int:
        """In GiB, as ``diskSizeGB`` counts them: rounded up."""
        return -(-self.size_bytes // GIB)


@dataclass(frozen=True)
class ImageSource:
    """A marketplace image, a managed image or a gallery image version, ready to start disks from.

    Found by ``found_images.image_by_reference`` and ``image_by_id``, whatever kind of image is referred to.
    """

    id: str
    """What a disk made from it shows as ``creationData``'s image reference."""
    os_type: OsType
    generation: Generation
    generalized: bool
    os_layer: Layer
    data_layers: tuple[tuple[int, Layer], ...] = ()
    """Pairs of lun and content."""
    architecture: Architecture = "x64"
    exact_version: str | None = None
    plan: Json | None = None
    """The purchase plan of the marketplace image that it is, or comes from."""


@dataclass(frozen=True)
class CapturedDisks:
    """What ``layers.capture_layers`` froze."""

    os_layer: Layer | None
    data_layers: tuple[tuple[int, Layer], ...]
    os_type: OsType | None
    generation: Generation | None
