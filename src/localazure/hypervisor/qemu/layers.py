"""The layer store: disks are qcow2 overlays, layers are the files they stand on.

A file is made first and entered into the catalog after; a file that is not in the catalog is the leftover of a call
that was cut off, and goes when the store is next opened.
"""

from __future__ import annotations

import os
import threading
import uuid
from pathlib import Path

from localazure.hypervisor.base import HypervisorError, LayerId
from localazure.hypervisor.qemu.catalog import Catalog, Freeze, Node
from localazure.hypervisor.qemu.qemu_img import MIB, QemuImg


class LayerStore:
    """Thread-safe. One process at a time may have a folder open; the driver's lock sees to that."""

    def __init__(self, folder: Path, qemu_img: QemuImg, *, sweep: bool = True) -> None:
        """``sweep``: remove leftovers; not for who only reads layers while a driver is at work."""
        self._files = folder / "nodes"
        self._files.mkdir(parents=True, exist_ok=True)
        self._catalog = Catalog(folder / "layers.sqlite")
        self._qemu_img = qemu_img
        self._lock = threading.RLock()
        if sweep:
            self._sweep()

    def close(self) -> None:
        self._catalog.close()

    def file(self, node_id: str) -> Path:
        return self._files / f"{node_id}.qcow2"

    def disk_node(self, disk_id: str) -> str:
        """The node a disk is written to. Raises HypervisorError for an unknown disk."""
        return self._disk(disk_id).id

    def disk_size(self, disk_id: str) -> int:
        return self._disk(disk_id).size

    def layer_size(self, layer: LayerId) -> int:
        return self._layer(layer).size

    def has_layer(self, layer: LayerId) -> bool:
        return self._catalog.layer(layer) is not None

    def create_disk(self, disk_id: str, *, layer: LayerId | None, size_bytes: int | None) -> int:
        with self._lock:
            existing = self._catalog.disk(disk_id)
            if existing:
                return existing.size
            base = self._layer(layer) if layer else None
            size = max(size_bytes or 0, base.size if base else 0)
            if size <= 0:
                raise HypervisorError(f"Disk {disk_id} has neither a size nor a layer to take it from.")
            self._catalog.add_disk(disk_id, self._new_node(base, size))
            return size

    def resized(self, disk_id: str, size_bytes: int) -> None:
        """Note that somebody, a running machine perhaps, changed the disk's size."""
        self._catalog.set_size(self.disk_node(disk_id), size_bytes)

    def resize_disk(self, disk_id: str, size_bytes: int) -> None:
        """Of a disk at rest."""
        with self._lock:
            self._qemu_img.resize(self.file(self.disk_node(disk_id)), size_bytes)
            self.resized(disk_id, size_bytes)

    def delete_disk(self, disk_id: str) -> None:
        with self._lock:
            self._catalog.forget_disk(disk_id)
            self._sweep()

    def pending_freeze(self, disk_id: str) -> Freeze | None:
        return self._catalog.freeze_of(disk_id)

    def begin_freeze(self, disk_id: str, layer: LayerId) -> Freeze:
        """Make the file that the disk will go on in. The caller then moves the running machine, if any, to it."""
        with self._lock:
            old = self._disk(disk_id)
            new = self._new_node(old, old.size)
            freeze = Freeze(disk=disk_id, layer=layer, old=old.id, new=new.id)
            self._catalog.begin_freeze(freeze, new)
            return freeze

    def end_freeze(self, freeze: Freeze) -> None:
        self._catalog.end_freeze(freeze)

    def abandon_freeze(self, freeze: Freeze) -> None:
        with self._lock:
            self._catalog.forget_freeze(freeze.disk)
            self._sweep()

    def import_layer(self, layer: LayerId, image: Path) -> int:
        with self._lock:
            existing = self._catalog.layer(layer)
            if existing:
                return existing.size
            node_id = uuid.uuid4().hex
            described = self._qemu_img.describe(image)
            self._take(image, described, self.file(node_id))
            size = int(str(self._qemu_img.describe(self.file(node_id))["virtual-size"]))
            self._catalog.add_layer(layer, Node(node_id, None, size))
            return size

    def export_layer(self, layer: LayerId, out: Path) -> None:
        """A fixed VHD; a size that is no whole number of MiB is rounded up, as Azure asks, through a thin overlay."""
        node = self._layer(layer)
        draft = out.with_name(f".{out.name}.draft")
        whole = out.with_name(f".{out.name}.whole")
        try:
            self._qemu_img.create(whole, -(-node.size // MIB) * MIB, backing=str(self.file(node.id).absolute()))
            self._qemu_img.to_vhd(whole, draft)
            draft.replace(out)
        finally:
            whole.unlink(missing_ok=True)
            draft.unlink(missing_ok=True)

    def delete_layer(self, layer: LayerId) -> None:
        with self._lock:
            self._catalog.forget_layer(layer)
            self._sweep()

    def _disk(self, disk_id: str) -> Node:
        node = self._catalog.disk(disk_id)
        if node is None:
            raise HypervisorError(f"There is no disk {disk_id}.")
        return node

    def _layer(self, layer: LayerId) -> Node:
        node = self._catalog.layer(layer)
        if node is None:
            raise HypervisorError(f"There is no layer {layer}.")
        return node

    def _new_node(self, backing: Node | None, size: int) -> Node:
        node = Node(uuid.uuid4().hex, backing.id if backing else None, size)
        # A name without a folder is looked up beside the overlay, so the store may be moved.
        name = self.file(backing.id).name if backing else None
        self._qemu_img.create(self.file(node.id), size, backing=name)
        return node

    def _take(self, image: Path, described: dict[str, object], out: Path) -> None:
        """By a hard link where that is possible: it costs nothing, and outlives the name it was taken from."""
        if described["format"] == "qcow2" and "backing-filename" not in described:
            try:
                os.link(image, out)
            except OSError:
                pass
            else:
                return
        self._qemu_img.to_qcow2(image, "vpc" if _has_vhd_footer(image) else str(described["format"]), out)

    def _sweep(self) -> None:
        """Remove the files on which nothing stands any more."""
        self._catalog.drop_unused()
        kept = self._catalog.nodes()
        for file in self._files.iterdir():
            if file.stem not in kept:
                file.unlink(missing_ok=True)


def _has_vhd_footer(image: Path) -> bool:
    """qemu-img looks for a header, which only the other kinds of VHD have, and takes a fixed one for a raw disk."""
    size = image.stat().st_size
    with image.open("rb") as file:
        file.seek(max(0, size - 512))
        return file.read(8) == b"conectix"
