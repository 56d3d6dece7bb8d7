"""What the Debian 12 image is made of. The folder ``debian12`` holds it: packages, files, and the last touches."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from localazure.base_images.disk import FileSystemIds

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class ImageRecipe:
    """The inputs of an image; equal inputs have equal ``key``s and share a place in the cache."""

    folder: Path
    suite: str
    release: str
    publisher: str
    offer: str
    sku: str
    size_bytes: int

    @property
    def packages(self) -> tuple[str, ...]:
        lines = (self.folder / "packages.txt").read_text().splitlines()
        return tuple(name for line in lines if (name := line.partition("#")[0].strip()))

    @cached_property
    def key(self) -> str:
        """Sixteen hexadecimal digits over the recipe and over the code that follows it."""
        digest = hashlib.sha256(f"{self.suite} {self.size_bytes}".encode())
        for file in sorted([*_HERE.glob("*.py"), *(f for f in self.folder.rglob("*") if f.is_file())]):
            digest.update(f"{file.relative_to(_HERE)}\0".encode() + file.read_bytes())
        return digest.hexdigest()[:16]

    @property
    def file_systems(self) -> FileSystemIds:
        root = uuid.uuid5(uuid.NAMESPACE_OID, self.key)
        return FileSystemIds(root=root, esp=root.time_low)


DEBIAN_12 = ImageRecipe(
    folder=_HERE / "debian12",
    suite="bookworm",
    release="12",
    publisher="Debian",
    offer="debian-12",
    sku="12-gen2",
    # What Azure's Debian images measure.
    size_bytes=30 << 30,
)
