"""Keeps what a disk holds now as a layer, in three steps of which any may be the last before a death.

1. A fresh file is made and noted together with what is to become of it. 2. A running machine is told to go on in it.
3. The layer is entered. After a death between 1 and 3 the running machine itself says whether 2 happened; without one
it does not matter, since a fresh file reads as the one below it.
"""

from __future__ import annotations

from localazure.hypervisor.base import HypervisorError, LayerId
from localazure.hypervisor.qemu.instance import Instance
from localazure.hypervisor.qemu.layers import LayerStore


def freeze(layers: LayerStore, disk_id: str, layer: LayerId, writer: Instance | None) -> None:
    """``writer`` is the running machine that has the disk. An existing layer is kept."""
    settle(layers, disk_id, writer)
    if layers.has_layer(layer):
        return
    step = layers.begin_freeze(disk_id, layer)
    if writer:
        try:
            writer.move_disk(step, layers)
        except HypervisorError:
            settle(layers, disk_id, writer)
            raise
    layers.end_freeze(step)


def settle(layers: LayerStore, disk_id: str, writer: Instance | None) -> None:
    """Finish, or undo, a freeze that was cut off."""
    step = layers.pending_freeze(disk_id)
    if step is None:
        return
    if writer and not writer.writes_to(step.new):
        writer.release(step.new)
        layers.abandon_freeze(step)
    else:
        layers.end_freeze(step)
