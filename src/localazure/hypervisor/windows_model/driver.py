"""The Windows model as a driver: ``localazure.hypervisor.base.Hypervisor`` over one process per running machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from localazure.hypervisor.base import (
    Forward,
    HypervisorError,
    LayerId,
    Machine,
    MachineStatus,
    OsType,
    PowerState,
    Script,
    ScriptResult,
)
from localazure.hypervisor.event_thread import EventThread
from localazure.hypervisor.mishaps import Mishap
from localazure.hypervisor.model_disks import disk_size, label_of, pack, unpack, write_model_vhd
from localazure.hypervisor.records import reported_agent, without_password
from localazure.hypervisor.windows_model.base_image import DISK_BYTES, is_base_image, write_disk
from localazure.hypervisor.windows_model.disks import Disks
from localazure.hypervisor.windows_model.machine import MISHAPS, LiveMachine, SystemDisk
from localazure.hypervisor.windows_model.records import Record, Records

LABEL = "localazure-windows-model"
"""Of the archive that a disk is as bytes."""


class WindowsModelHypervisor:
    """Keeps all it has in ``state``. ``pace``: how long things take in the guests, 1 as long as in Windows."""

    def __init__(self, state: Path, pace: float) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self._disks = Disks(state.resolve())
        self._records = Records(state.resolve(), Record, "The model of Windows")
        self._pace = pace
        self._events = EventThread("windows-model")
        self._live: dict[str, LiveMachine] = {}

    def takes_image(self, image: Path) -> bool:
        return is_base_image(image) or label_of(image) == LABEL

    def has_disk(self, disk_id: str) -> bool:
        return self._disks.exists("disks", disk_id)

    def has_layer(self, layer: LayerId) -> bool:
        return self._disks.exists("layers", layer)

    def has_machine(self, vm_id: str) -> bool:
        return self._records.load(vm_id) is not None

    def create_disk(self, disk_id: str, *, layer: LayerId | None, size_bytes: int | None) -> int:
        if not self.has_disk(disk_id):
            if layer is None:
                raise HypervisorError(
                    f"Disk {disk_id} would be empty, and the model of Windows has none without Windows"
                )
            size = max(size_bytes or 0, self.layer_size(layer))
            self._disks.copy(("layers", layer), ("disks", disk_id), size)
        return self._disks.size("disks", disk_id)

    def resize_disk(self, disk_id: str, size_bytes: int) -> None:
        self._disks.resize(disk_id, size_bytes)

    def delete_disk(self, disk_id: str) -> None:
        self._disks.delete("disks", disk_id)

    def freeze_disk(self, disk_id: str, layer: LayerId) -> LayerId:
        if not self.has_layer(layer):
            size = self._disks.size("disks", disk_id)
            with self._held_still(disk_id):
                self._disks.copy(("disks", disk_id), ("layers", layer), size)
        return layer

    @contextmanager
    def _held_still(self, disk_id: str) -> Iterator[None]:
        writers = [live for live in list(self._live.values()) if _has_disk(live.machine, disk_id)]
        for live in writers:
            self._events.run(live.pause())
        try:
            yield
        finally:
            for live in writers:
                live.resume()

    def import_layer(self, layer: LayerId, image: Path) -> int:
        if not self.has_layer(layer):
            if is_base_image(image):
                self._disks.make(("layers", layer), DISK_BYTES, lambda folder: write_disk(image, folder))
            else:
                self._disks.make(("layers", layer), disk_size(image), lambda folder: unpack(image, folder))
        return self.layer_size(layer)

    def export_layer(self, layer: LayerId, out: Path) -> None:
        """As ``model_disks`` has it: what is written only this model can read again as Windows."""
        content = self._disks.content("layers", layer)
        write_model_vhd(out, self.layer_size(layer), lambda draft: pack(content, LABEL, draft))

    def layer_size(self, layer: LayerId) -> int:
        return self._disks.size("layers", layer)

    def delete_layer(self, layer: LayerId) -> None:
        self._disks.delete("layers", layer)

    def start(self, machine: Machine) -> None:
        disk = next((disk.disk_id for disk in machine.disks if disk.lun is None), None)
        if disk is None:
            raise HypervisorError(f"Machine {machine.identity.name} has no operating system disk")
        found = SystemDisk(self._disks.content("disks", disk), self._disks.size("disks", disk))
        self._events.run(self._power_on(machine, found))

    async def _power_on(self, machine: Machine, disk: SystemDisk) -> None:
        live = self._live.get(machine.vm_id)
        if live is not None and live.record.power == PowerState.RUNNING:
            live.set_forwards(machine.forwards)
            return
        kept = without_password(machine)
        record = self._records.load(machine.vm_id) or Record(machine=kept)
        record.machine = kept
        live = LiveMachine(self._records, record, machine, disk, self._pace)
        self._live[machine.vm_id] = live
        await live.power_on()

    def stop(self, vm_id: str, *, graceful: bool) -> None:
        live = self._live.pop(vm_id, None)
        if live is not None:
            self._events.run(live.power_off(graceful=graceful))
        elif (record := self._records.load(vm_id)) is not None and record.power == PowerState.RUNNING:
            # It ended with the server that ran it.
            record.power, record.agent_stopped_at = PowerState.STOPPED, time.time()
            self._records.save(record)

    def restart(self, vm_id: str) -> None:
        self._events.run(self._require_live(vm_id).reset())

    def delete(self, vm_id: str) -> None:
        self.stop(vm_id, graceful=False)
        self._records.forget(vm_id)

    def set_forwards(self, vm_id: str, forwards: tuple[Forward, ...]) -> None:
        async def change() -> None:
            self._require_live(vm_id).set_forwards(forwards)

        self._events.run(change())

    def _require_live(self, vm_id: str) -> LiveMachine:
        live = self._live.get(vm_id)
        if live is None or live.record.power != PowerState.RUNNING:
            raise HypervisorError(f"Machine {self._records.require(vm_id).machine.identity.name} is not running")
        return live

    def status(self, vm_id: str) -> MachineStatus:
        record = self._records.require(vm_id)
        return MachineStatus(
            power=record.power,
            crash=record.crash,
            provisioned=record.provisioned,
            provisioning_failure=record.provisioning_failure,
            agent=reported_agent(record),
        )

    def serial_log(self, vm_id: str) -> bytes:
        self._records.require(vm_id)
        path = self._records.serial_log(vm_id)
        return path.read_bytes() if path.exists() else b""

    def runs_scripts(self, os_type: OsType) -> bool:
        return os_type == "Windows"

    def begin_script(self, vm_id: str, script: Script) -> Future[ScriptResult]:
        return self._events.begin(self._require_live(vm_id).run_script(script))

    def mishaps(self, os_type: OsType) -> frozenset[type[Mishap]]:
        return MISHAPS if os_type == "Windows" else frozenset()

    def befall(self, vm_id: str, mishap: Mishap) -> None:
        self._events.run(self._require_live(vm_id).befall(mishap))

    def close(self) -> None:
        for vm_id in list(self._live):
            self.stop(vm_id, graceful=True)
        self._events.close()


def _has_disk(machine: Machine, disk_id: str) -> bool:
    return any(disk.disk_id == disk_id for disk in machine.disks)
