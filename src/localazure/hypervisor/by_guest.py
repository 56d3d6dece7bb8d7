"""One hypervisor of two: Windows machines and their disks are the second's, everything else is the first's."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

from localazure.hypervisor.base import (
    Forward,
    Hypervisor,
    HypervisorError,
    LayerId,
    Machine,
    MachineStatus,
    OsType,
    Script,
    ScriptResult,
)
from localazure.hypervisor.mishaps import Mishap


class WindowsHypervisor(Hypervisor, Protocol):
    """A driver that can say what it has, so that the rest is known to be another's."""

    def takes_image(self, image: Path) -> bool: ...

    def has_disk(self, disk_id: str) -> bool: ...

    def has_layer(self, layer: LayerId) -> bool: ...

    def has_machine(self, vm_id: str) -> bool: ...


class HypervisorByGuest:
    """A layer is where its image was imported, a disk where its layer is, a machine where its guest can run.

    An empty disk is the first driver's, so a Windows machine has none but the one it boots from.
    """

    def __init__(self, linux: Hypervisor, windows: WindowsHypervisor) -> None:
        self._linux, self._windows = linux, windows

    def create_disk(self, disk_id: str, *, layer: LayerId | None, size_bytes: int | None) -> int:
        there = layer is not None and self._windows.has_layer(layer)
        driver = self._windows if there or self._windows.has_disk(disk_id) else self._linux
        return driver.create_disk(disk_id, layer=layer, size_bytes=size_bytes)

    def resize_disk(self, disk_id: str, size_bytes: int) -> None:
        self._of_disk(disk_id).resize_disk(disk_id, size_bytes)

    def delete_disk(self, disk_id: str) -> None:
        self._of_disk(disk_id).delete_disk(disk_id)

    def freeze_disk(self, disk_id: str, layer: LayerId) -> LayerId:
        # The layer may have outlived the disk that this call, made again, would freeze.
        driver = self._windows if self._windows.has_layer(layer) else self._of_disk(disk_id)
        return driver.freeze_disk(disk_id, layer)

    def import_layer(self, layer: LayerId, image: Path) -> int:
        driver = self._windows if self._windows.takes_image(image) else self._linux
        return driver.import_layer(layer, image)

    def export_layer(self, layer: LayerId, out: Path) -> None:
        self._of_layer(layer).export_layer(layer, out)

    def layer_size(self, layer: LayerId) -> int:
        return self._of_layer(layer).layer_size(layer)

    def delete_layer(self, layer: LayerId) -> None:
        self._of_layer(layer).delete_layer(layer)

    def start(self, machine: Machine) -> None:
        driver = self._windows if machine.identity.os_type == "Windows" else self._linux
        self._refuse_others_disks(machine)
        driver.start(machine)

    def _refuse_others_disks(self, machine: Machine) -> None:
        """A disk of one driver is nothing that a guest of the other could read."""
        windows = machine.identity.os_type == "Windows"
        for disk in machine.disks:
            of_windows = self._windows.has_disk(disk.disk_id)
            if of_windows and not windows:
                raise HypervisorError(
                    f"Disk {disk.disk_id} holds a model of Windows, which Linux machine {machine.identity.name} cannot "
                    "read. Detach it."
                )
            if windows and not of_windows:
                raise HypervisorError(
                    f"Disk {disk.disk_id} of machine {machine.identity.name} holds no Windows. localazure's Windows "
                    "machines are models: each has one disk, which comes from a Windows image of its own marketplace."
                )

    def stop(self, vm_id: str, *, graceful: bool) -> None:
        self._of_machine(vm_id).stop(vm_id, graceful=graceful)

    def restart(self, vm_id: str) -> None:
        self._of_machine(vm_id).restart(vm_id)

    def delete(self, vm_id: str) -> None:
        self._of_machine(vm_id).delete(vm_id)

    def set_forwards(self, vm_id: str, forwards: tuple[Forward, ...]) -> None:
        self._of_machine(vm_id).set_forwards(vm_id, forwards)

    def status(self, vm_id: str) -> MachineStatus:
        return self._of_machine(vm_id).status(vm_id)

    def serial_log(self, vm_id: str) -> bytes:
        return self._of_machine(vm_id).serial_log(vm_id)

    def runs_scripts(self, os_type: OsType) -> bool:
        return (self._windows if os_type == "Windows" else self._linux).runs_scripts(os_type)

    def begin_script(self, vm_id: str, script: Script) -> Future[ScriptResult]:
        return self._of_machine(vm_id).begin_script(vm_id, script)

    def mishaps(self, os_type: OsType) -> frozenset[type[Mishap]]:
        return (self._windows if os_type == "Windows" else self._linux).mishaps(os_type)

    def befall(self, vm_id: str, mishap: Mishap) -> None:
        self._of_machine(vm_id).befall(vm_id, mishap)

    def close(self) -> None:
        try:
            self._windows.close()
        finally:
            self._linux.close()

    def _of_disk(self, disk_id: str) -> Hypervisor:
        return self._windows if self._windows.has_disk(disk_id) else self._linux

    def _of_layer(self, layer: LayerId) -> Hypervisor:
        return self._windows if self._windows.has_layer(layer) else self._linux

    def _of_machine(self, vm_id: str) -> Hypervisor:
        return self._windows if self._windows.has_machine(vm_id) else self._linux
