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
from localazure.hypervisor.instant.guest import Host
from localazure.hypervisor.instant.machine import LiveMachine
from localazure.hypervisor.instant.records import Record, Records
from localazure.hypervisor.instant.trees import Trees
from localazure.hypervisor.instant.user_namespace import UserNamespace
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
        self._records = Records(state, Record, "The instant hypervisor")
        self._host = Host(state, self._users, programs.lay_out(state).name)
        self._events = EventThread("instant-hypervisor")
        self._live: dict[str, LiveMachine] = {}

    def create_disk(self, disk_id: str, *, layer: LayerId | None, size_bytes: int | None) -> int:
        if not self._trees.exists("disks", disk_id):
            size = max(size_bytes or 0, self.layer_size(layer) if layer else 0)
            if layer:
                self._trees.copy(("layers", layer), ("disks", disk_id), size)
            else:
                self._trees.empty(disk_id, size)
        return self._trees.size("disks", disk_id)

    def resize_disk(self, disk_id: str, size_bytes: int) -> None:
        self._trees.resize(disk_id, size_bytes)

    def delete_disk(self, disk_id: str) -> None:
        self._trees.delete("disks", disk_id)

    def freeze_disk(self, disk_id: str, layer: LayerId) -> LayerId:
        if self._trees.exists("layers", layer):
            return layer
        size = self._trees.size("disks", disk_id)
        writers = [live for live in list(self._live.values()) if _has_disk(live.machine, disk_id)]
        for live in writers:
            self._events.run(live.pause())
        try:
            self._trees.copy(("disks", disk_id), ("layers", layer), size)
        finally:
            for live in writers:
                self._events.run(live.resume())
        return layer

    def import_layer(self, layer: LayerId, image: Path) -> int:
        if not is_base_image(image):
            raise HypervisorError(
                f"The instant hypervisor cannot boot {image}: its machines are models, and start from what "
                "localazure.hypervisor.instant.base_image makes. Use the qemu hypervisor for this image."
            )
        if not self._trees.exists("layers", layer):
            self._trees.unpack(image, layer, BASE_IMAGE_BYTES)
        return self.layer_size(layer)

    def export_layer(self, layer: LayerId, out: Path) -> None:
        raise HypervisorError(
            f"Layer {layer} cannot be written to {out}: the instant hypervisor's disks are folders without blocks. "
            "Build the image on the qemu hypervisor to export it."
        )

    def layer_size(self, layer: LayerId) -> int:
        return self._trees.size("layers", layer)

    def delete_layer(self, layer: LayerId) -> None:
        self._trees.delete("layers", layer)

    def start(self, machine: Machine) -> None:
        disk = self._system_disk(machine)
        self._events.run(self._power_on(without_password(machine), self._trees.path("disks", disk)))

    async def _power_on(self, machine: Machine, disk: str) -> None:
        live = self._live.get(machine.vm_id)
        if live is not None and live.record.power == PowerState.RUNNING:
            live.set_forwards(machine.forwards)
            return
        record = self._records.load(machine.vm_id) or Record(machine=machine)
        record.machine = machine
        live = LiveMachine(self._host, self._records, record, disk)
        await live.power_on()
        self._live[machine.vm_id] = live

    def _system_disk(self, machine: Machine) -> str:
        if machine.identity.os_type != "Linux":
            raise HypervisorError(
                f"The instant hypervisor has no model of a {machine.identity.os_type} guest, so machine "
                f"{machine.identity.name} cannot start on it. Use the qemu hypervisor."
            )
        disk = next((disk.disk_id for disk in machine.disks if disk.lun is None), None)
        if disk is None:
            raise HypervisorError(f"Machine {machine.identity.name} has no operating system disk")
        self._trees.require("disks", disk)
        if not self._trees.holds_system(disk):
            raise HypervisorError(f"Disk {disk} of machine {machine.identity.name} holds no operating system")
        return disk

    def stop(self, vm_id: str, *, graceful: bool) -> None:
        live = self._live.pop(vm_id, None)
        if live is not None:
            self._events.run(live.power_off(graceful=graceful))
        elif (record := self._records.load(vm_id)) is not None and record.power == PowerState.RUNNING:
            # It ended with the server that ran it.
            record.power, record.boot_id, record.agent_stopped_at = PowerState.STOPPED, None, time.time()
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

    def close(self) -> None:
        for vm_id in list(self._live):
            self.stop(vm_id, graceful=True)
        self._events.close()
        self._users.close()


def _has_disk(machine: Machine, disk_id: str) -> bool:
    return any(disk.disk_id == disk_id for disk in machine.disks)
