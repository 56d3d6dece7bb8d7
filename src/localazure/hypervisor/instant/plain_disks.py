"""Disks and layers whose bytes are no model's: what callers uploaded, and what guests write to their data disks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.folder_names import folder_name
from localazure.hypervisor.model_disks import copy_bytes, disk_size, write_vhd

Kind = Literal["disks", "layers"]


class PlainDisks:
    """Sparse files in ``folder``, each as long as its disk. Disks belong to ``owner``, the host's number for a user."""

    def __init__(self, folder: Path, owner: int) -> None:
        self._folder, self._owner = folder, owner
        for kind in ("disks", "layers"):
            (folder / kind).mkdir(parents=True, exist_ok=True)
            for draft in (folder / kind).glob(".*.draft"):
                draft.unlink()

    def exists(self, kind: Kind, name: str) -> bool:
        return self._path(kind, name).exists()

    def size(self, kind: Kind, name: str) -> int:
        return self._path(kind, name).stat().st_size

    def path(self, name: str) -> str:
        """Of a disk, relative to the folder."""
        return str(self._path("disks", name).relative_to(self._folder))

    def empty(self, name: str, size: int) -> None:
        path = self._path("disks", name)
        draft = path.with_name(f".{path.name}.draft")
        draft.touch()
        os.truncate(draft, size)
        os.chown(draft, self._owner, self._owner)
        draft.replace(path)

    def is_empty(self, name: str) -> bool:
        """Whether nothing was ever written to the disk."""
        return self._path("disks", name).stat().st_blocks == 0

    def take(self, image: Path, layer: str) -> int:
        """A raw file or a fixed VHD as a layer; its size."""
        size = disk_size(image)
        copy_bytes(image, self._path("layers", layer), size)
        return size

    def copy(self, source: tuple[Kind, str], target: tuple[Kind, str], size: int) -> None:
        if not self.exists(*target):
            copy_bytes(self._path(*source), self._path(*target), size)
        if target[0] == "disks":
            os.chown(self._path(*target), self._owner, self._owner)

    def resize(self, name: str, size: int) -> None:
        if size < self.size("disks", name):
            raise HypervisorError(f"Disk {name} has {self.size('disks', name)} bytes and cannot shrink to {size}")
        with self._path("disks", name).open("r+b") as file:
            file.truncate(size)

    def export(self, layer: str, out: Path) -> None:
        source, size = self._path("layers", layer), self.size("layers", layer)
        write_vhd(out, size, lambda draft: copy_bytes(source, draft, size))

    def delete(self, kind: Kind, name: str) -> None:
        self._path(kind, name).unlink(missing_ok=True)

    def _path(self, kind: Kind, name: str) -> Path:
        return self._folder / kind / folder_name(name)
