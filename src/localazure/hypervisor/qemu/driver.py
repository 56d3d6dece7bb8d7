"""The hypervisor protocol on QEMU: machines that outlive their server, disks that are overlays on immutable layers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from localazure.guest.reports import GuestReports
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
from localazure.hypervisor.mishaps import ConnectionsCut, Crash, Mishap, Preemption
from localazure.hypervisor.qemu.freezing import freeze, settle
from localazure.hypervisor.qemu.instance import Instance
from localazure.hypervisor.qemu.layers import LayerStore
from localazure.hypervisor.qemu.machines import Machines
from localazure.hypervisor.qemu.mishaps import befall
from localazure.hypervisor.qemu.qemu_img import QemuImg
from localazure.hypervisor.qemu.record import read_record
from localazure.hypervisor.qemu.scripts import begin_script
from localazure.hypervisor.qemu.settings import QemuSettings
from localazure.hypervisor.qemu.states import power_of

_log = logging.getLogger("localazure.hypervisor")


class QemuHypervisor:
    """See :class:`localazure.hypervisor.base.Hypervisor`. All is kept in ``state_dir``, for one server at a time."""

    def __init__(self, state_dir: Path, settings: QemuSettings) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._only_one = _own(state_dir)
        self._layers = LayerStore(state_dir / "disks", QemuImg(settings))
        self._machines = Machines(state_dir, self._layers, settings)
        self._machines.adopt_running()
        self._crashes: dict[str, str | None] = {}

    def create_disk(self, disk_id: str, *, layer: LayerId | None, size_bytes: int | None) -> int:
        return self._layers.create_disk(disk_id, layer=layer, size_bytes=size_bytes)

    def resize_disk(self, disk_id: str, size_bytes: int) -> None:
        if size_bytes < self._layers.disk_size(disk_id):
            raise HypervisorError(f"Disk {disk_id} cannot be made smaller.")
        with self._writer(disk_id) as instance:
            if instance is None:
                self._layers.resize_disk(disk_id, size_bytes)
            else:
                instance.resize_disk(self._layers.disk_node(disk_id), size_bytes)
                self._layers.resized(disk_id, size_bytes)

    def delete_disk(self, disk_id: str) -> None:
        self._layers.delete_disk(disk_id)

    def freeze_disk(self, disk_id: str, layer: LayerId) -> LayerId:
        with self._writer(disk_id) as instance:
            freeze(self._layers, disk_id, layer, instance)
        return layer

    def import_layer(self, layer: LayerId, image: Path) -> int:
        return self._layers.import_layer(layer, image)

    def export_layer(self, layer: LayerId, out: Path) -> None:
        self._layers.export_layer(layer, out)

    def layer_size(self, layer: LayerId) -> int:
        return self._layers.layer_size(layer)

    def delete_layer(self, layer: LayerId) -> None:
        self._layers.delete_layer(layer)

    def start(self, machine: Machine) -> None:
        with self._machines.turn(machine.vm_id):
            running = self._machines.instance(machine.vm_id) if self._machines.runs(machine.vm_id) else None
            for disk in machine.disks:
                settle(self._layers, disk.disk_id, running)
            self._machines.start(machine)

    def stop(self, vm_id: str, *, graceful: bool) -> None:
        self._machines.stop(vm_id, graceful=graceful)

    def restart(self, vm_id: str) -> None:
        with self._machines.turn(vm_id):
            self._machines.reset(vm_id)

    def delete(self, vm_id: str) -> None:
        with self._machines.turn(vm_id):
            self._machines.delete(vm_id)

    def set_forwards(self, vm_id: str, forwards: tuple[Forward, ...]) -> None:
        with self._machines.turn(vm_id):
            self._machines.set_forwards(vm_id, forwards)

    def status(self, vm_id: str) -> MachineStatus:
        paths = self._machines.paths(vm_id)
        self._machines.notice_shutdown(vm_id)
        record = read_record(paths)
        if record is None:
            raise HypervisorError(f"There is no machine {vm_id}.")
        power, crash = power_of(self._machines.instance(vm_id), wanted=record.wanted)
        self._log_crash(record.machine, crash)
        report = GuestReports(paths.report).read()
        return MachineStatus(
            power=power,
            crash=crash,
            provisioned=report.provisioned,
            provisioning_failure=report.provisioning_failure,
            agent=report.agent(),
        )

    def _log_crash(self, machine: Machine, crash: str | None) -> None:
        """Once for each, however often it is looked at."""
        if crash and self._crashes.get(machine.vm_id) != crash:
            _log.error("Machine %s does not run: %s", machine.identity.name, crash)
        self._crashes[machine.vm_id] = crash

    def serial_log(self, vm_id: str) -> bytes:
        paths = self._machines.paths(vm_id)
        if read_record(paths) is None:
            raise HypervisorError(f"There is no machine {vm_id}.")
        return paths.serial.read_bytes() if paths.serial.exists() else b""

    def runs_scripts(self, os_type: OsType) -> bool:
        return os_type == "Linux"

    def begin_script(self, vm_id: str, script: Script) -> Future[ScriptResult]:
        def runs() -> bool:
            return self.status(vm_id).power is PowerState.RUNNING

        if not runs():
            raise HypervisorError(f"Machine {vm_id} is not running.")
        return begin_script(self._machines.desk(vm_id), script, runs=runs)

    def mishaps(self, os_type: OsType) -> frozenset[type[Mishap]]:  # noqa: ARG002 - any kind of guest
        return frozenset({Crash, ConnectionsCut, Preemption})

    def befall(self, vm_id: str, mishap: Mishap) -> None:
        with self._machines.turn(vm_id):
            if not self._machines.runs(vm_id):
                raise HypervisorError(f"Machine {vm_id} is not running")
            befall(self._machines.instance(vm_id), mishap)

    def close(self) -> None:
        self._machines.close()
        self._layers.close()
        self._only_one.release()

    @contextmanager
    def _writer(self, disk_id: str) -> Iterator[Instance | None]:
        """The running machine that writes to the disk, held from starting or stopping anew meanwhile; or None."""
        vm_id = self._machines.holder(disk_id)
        if vm_id is None:
            yield None
            return
        with self._machines.turn(vm_id):
            yield self._machines.instance(vm_id) if self._machines.runs(vm_id) else None


def _own(state_dir: Path) -> FileLock:
    lock = FileLock(state_dir / "hypervisor.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise HypervisorError(f"Another localazure server uses {state_dir}. Stop it, or use another folder.") from error
    return lock
