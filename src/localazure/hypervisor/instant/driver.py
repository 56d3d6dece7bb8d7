"""The instant hypervisor: ``localazure.hypervisor.base.Hypervisor`` over models of Linux guests."""

from __future__ import annotations

import time
from concurrent.futures import Future
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
from localazure.hypervisor.instant import programs, sandbox
from localazure.hypervisor.instant.base_image import is_base_image
from localazure.hypervisor.instant.guest import Disks, Host
from localazure.hypervisor.instant.machine import MISHAPS, LiveMachine
from localazure.hypervisor.instant.plain_disks import PlainDisks
from localazure.hypervisor.instant.records import Record, Records
from localazure.hypervisor.instant.trees import LABEL, Trees
from localazure.hypervisor.instant.user_namespace import UserNamespace
from localazure.hypervisor.mishaps import Mishap
from localazure.hypervisor.model_disks import disk_size, label_of, write_model_vhd, write_vhd
from localazure.hypervisor.records import reported_agent, without_password

BASE_IMAGE_BYTES = 30 * 1024**3
"""As large as Debian's image in the Marketplace; the model takes up none of it."""


class InstantHypervisor:
    """Keeps all it has in ``state``. Raises HypervisorError when the host lacks what the guests run in."""

    def __init__(self, state: Path) -> None:
        sandbox.check_host()
        state.mkdir(parents=True, exist_ok=True)
        # Guests pass through it, and may not list it.
        state.chmod(0o711)
        state = state.resolve()
        self._users = UserNamespace()
        self._trees = Trees(state, self._users)
        self._plain = PlainDisks(state / "plain", self._users.root)
        self._records = Records(state, Record, "The instant hypervisor")
        self._host = Host(state, self._users, programs.lay_out(state).name)
        self._events = EventThread("instant-hypervisor")
        self._live: dict[str, LiveMachine] = {}

    def create_disk(self, disk_id: str, *, layer: LayerId | None, size_bytes: int | None) -> int:
        if self._plain.exists("disks", disk_id) or (layer is not None and self._plain.exists("layers", layer)):
            size = max(size_bytes or 0, self.layer_size(layer) if layer else 0)
            self._plain.copy(("layers", layer or ""), ("disks", disk_id), size)
            return self._plain.size("disks", disk_id)
        if layer is None and not self._trees.exists("disks", disk_id):
            self._plain.empty(disk_id, size_bytes or 0)
            return self._plain.size("disks", disk_id)
        if layer is not None and not self._trees.exists("disks", disk_id):
            size = max(size_bytes or 0, self.layer_size(layer))
            self._trees.copy(("layers", layer), ("disks", disk_id), size)
        return self._trees.size("disks", disk_id)

    def resize_disk(self, disk_id: str, size_bytes: int) -> None:
        if self._plain.exists("disks", disk_id):
            self._plain.resize(disk_id, size_bytes)
        else:
            self._trees.resize(disk_id, size_bytes)

    def delete_disk(self, disk_id: str) -> None:
        self._plain.delete("disks", disk_id)
        self._trees.delete("disks", disk_id)

    def freeze_disk(self, disk_id: str, layer: LayerId) -> LayerId:
        if self._trees.exists("layers", layer):
            return layer
        plain = self._plain.exists("disks", disk_id)
        size = self._plain.size("disks", disk_id) if plain else self._trees.size("disks", disk_id)
        writers = [live for live in list(self._live.values()) if _has_disk(live.machine, disk_id)]
        for live in writers:
            self._events.run(live.pause())
        try:
            holder = self._plain if plain else self._trees
            holder.copy(("disks", disk_id), ("layers", layer), size)
        finally:
            for live in writers:
                self._events.run(live.resume())
        return layer

    def import_layer(self, layer: LayerId, image: Path) -> int:
        """See the protocol; a disk that is no model's is kept as it is, and no machine here can start from it."""
        if not self._has_layer(layer):
            if is_base_image(image):
                self._trees.unpack(image, layer, BASE_IMAGE_BYTES)
            elif label_of(image) == LABEL:
                self._trees.unpack(image, layer, disk_size(image))
            else:
                self._plain.take(image, layer)
        return self.layer_size(layer)

    def export_layer(self, layer: LayerId, out: Path) -> None:
        """As ``model_disks`` has it: what is written only this hypervisor can read again as a system."""
        if self._plain.exists("layers", layer):
            self._plain.export(layer, out)
        elif self._trees.holds_system("layers", layer):
            write_model_vhd(out, self.layer_size(layer), lambda draft: self._trees.pack("layers", layer, draft))
        else:
            write_vhd(out, self.layer_size(layer), Path.touch)

    def layer_size(self, layer: LayerId) -> int:
        if self._plain.exists("layers", layer):
            return self._plain.size("layers", layer)
        return self._trees.size("layers", layer)

    def delete_layer(self, layer: LayerId) -> None:
        self._plain.delete("layers", layer)
        self._trees.delete("layers", layer)

    def _has_layer(self, layer: LayerId) -> bool:
        return self._trees.exists("layers", layer) or self._plain.exists("layers", layer)

    def start(self, machine: Machine) -> None:
        disk = self._system_disk(machine)
        disks = Disks(self._trees.path("disks", disk), self._data_disks(machine))
        self._events.run(self._power_on(without_password(machine), disks))

    def _data_disks(self, machine: Machine) -> tuple[tuple[int, str], ...]:
        """Those that are bytes; a model's system, attached as data, is none that another could read."""
        attached = [(each.lun, each.disk_id) for each in machine.disks if each.lun is not None]
        return tuple(
            (lun, f"plain/{self._plain.path(name)}") for lun, name in attached if self._plain.exists("disks", name)
        )

    async def _power_on(self, machine: Machine, disks: Disks) -> None:
        live = self._live.get(machine.vm_id)
        if live is not None and live.record.power == PowerState.RUNNING:
            live.set_forwards(machine.forwards)
            return
        record = self._records.load(machine.vm_id) or Record(machine=machine)
        record.machine = machine
        live = LiveMachine(self._host, self._records, record, disks)
        self._live[machine.vm_id] = live
        await live.power_on()

    def _system_disk(self, machine: Machine) -> str:
        if machine.identity.os_type != "Linux":
            raise HypervisorError(
                f"The instant hypervisor has no model of a {machine.identity.os_type} guest, so machine "
                f"{machine.identity.name} cannot start on it. Use the qemu hypervisor."
            )
        disk = next((disk.disk_id for disk in machine.disks if disk.lun is None), None)
        if disk is None:
            raise HypervisorError(f"Machine {machine.identity.name} has no operating system disk")
        if self._plain.exists("disks", disk):
            if self._plain.is_empty(disk):
                raise HypervisorError(f"Disk {disk} of machine {machine.identity.name} holds no operating system")
            raise HypervisorError(
                f"The instant hypervisor cannot boot disk {disk} of machine {machine.identity.name}: its machines are "
                "models, and what was uploaded is not one of theirs. Use the qemu hypervisor for this image."
            )
        self._trees.require("disks", disk)
        if not self._trees.holds_system("disks", disk):
            raise HypervisorError(f"Disk {disk} of machine {machine.identity.name} holds no operating system")
        return disk

    def stop(self, vm_id: str, *, graceful: bool) -> None:
        live = self._live.pop(vm_id, None)
        if live is not None:
            self._events.run(live.power_off(graceful=graceful))
        elif (record := self._records.load(vm_id)) is not None and record.power == PowerState.RUNNING:
            # It ended with the server that ran it.
            record.power, record.agent_stopped_at = PowerState.STOPPED, time.time()
            self._records.save(record)

    def restart(self, vm_id: str) -> None:
        self._events.run(self._require_live(vm_id).reset(graceful=False))

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
            power=record.power, crash=record.crash, provisioned=record.provisioned, agent=reported_agent(record)
        )

    def serial_log(self, vm_id: str) -> bytes:
        self._records.require(vm_id)
        path = self._records.serial_log(vm_id)
        return path.read_bytes() if path.exists() else b""

    def runs_scripts(self, os_type: OsType) -> bool:
        return os_type == "Linux"

    def begin_script(self, vm_id: str, script: Script) -> Future[ScriptResult]:
        return self._events.begin(self._require_live(vm_id).run_script(script))

    def mishaps(self, os_type: OsType) -> frozenset[type[Mishap]]:
        return MISHAPS if os_type == "Linux" else frozenset()

    def befall(self, vm_id: str, mishap: Mishap) -> None:
        self._events.run(self._require_live(vm_id).befall(mishap))

    def close(self) -> None:
        for vm_id in list(self._live):
            self.stop(vm_id, graceful=True)
        self._events.close()
        self._users.close()


def _has_disk(machine: Machine, disk_id: str) -> bool:
    return any(disk.disk_id == disk_id for disk in machine.disks)
