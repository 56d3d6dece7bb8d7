"""The machines of one server: started or adopted, stopped, looked at, forgotten."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections import defaultdict
from contextlib import AbstractContextManager
from pathlib import Path

from localazure.guest.provisioning_disc import write_provisioning_disc
from localazure.guest.reports import GuestReports
from localazure.guest.run_command import ScriptDesk
from localazure.guest.scheduled_events import ScheduledEvents
from localazure.guest.services import GuestServices
from localazure.hypervisor.base import Forward, HypervisorError, Machine
from localazure.hypervisor.qemu.accelerator import choose_accelerator
from localazure.hypervisor.qemu.command import DiskFile, command
from localazure.hypervisor.qemu.forwards import change_forwards
from localazure.hypervisor.qemu.instance import POWER_BUTTON_EVERY_SECONDS, Instance
from localazure.hypervisor.qemu.layers import LayerStore
from localazure.hypervisor.qemu.paths import MachinePaths, Places
from localazure.hypervisor.qemu.record import MachineRecord, mark, read_record, write_record
from localazure.hypervisor.qemu.settings import QemuSettings
from localazure.hypervisor.qemu.waiting import wait_until

_log = logging.getLogger("localazure.hypervisor")


class Machines:
    """Thread-safe; a machine's starts and freezes take turns (``turn``), looking at it waits for nobody."""

    def __init__(self, state_dir: Path, layers: LayerStore, settings: QemuSettings) -> None:
        self._state_dir, self._layers, self._settings = state_dir, layers, settings
        self._places = Places(state_dir, settings)
        self._services = GuestServices()
        self._instances: dict[str, Instance] = {}
        self._desks: defaultdict[str, ScriptDesk] = defaultdict(ScriptDesk)
        self._turns: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)

    def adopt_running(self) -> None:
        """Serve again the guests that outlived the last server."""
        for vm_id in self._places.known():
            record = read_record(self.paths(vm_id))
            if record and self.instance(vm_id).alive():
                _log.info("Machine %s still runs; it is adopted", record.machine.identity.name)
                self._serve(record.machine)

    def turn(self, vm_id: str) -> AbstractContextManager[bool]:
        return self._turns[vm_id]

    def paths(self, vm_id: str) -> MachinePaths:
        return self._places.of(vm_id)

    def instance(self, vm_id: str) -> Instance:
        return self._instances.setdefault(vm_id, Instance(self.paths(vm_id), self._settings))

    def desk(self, vm_id: str) -> ScriptDesk:
        """Where the guest's agent gets scripts."""
        return self._desks[vm_id]

    def runs(self, vm_id: str) -> bool:
        return self.instance(vm_id).alive()

    def holder(self, disk_id: str) -> str | None:
        """The machine that was last started with this disk and still runs."""
        for vm_id in self._places.known():
            record = read_record(self.paths(vm_id))
            if (
                record
                and any(disk.disk_id == disk_id for disk in record.machine.disks)
                and self.instance(vm_id).alive()
            ):
                return vm_id
        return None

    def start(self, machine: Machine) -> None:
        instance = self.instance(machine.vm_id)
        if instance.run_state() in {"shutdown", "guest-panicked", "internal-error"}:
            instance.quit()
        instance.paths.make()
        write_record(instance.paths, MachineRecord(machine=machine, wanted=True))
        self._serve(machine)
        if instance.alive():
            instance.proceed(machine.forwards)
        else:
            self._boot(machine, instance)

    def set_forwards(self, vm_id: str, forwards: tuple[Forward, ...]) -> None:
        record = self._known(vm_id)
        machine = record.machine.model_copy(update={"forwards": forwards})
        write_record(self.paths(vm_id), record.model_copy(update={"machine": machine}))
        if self.instance(vm_id).alive():
            with self.instance(vm_id).monitor() as monitor:
                change_forwards(monitor, forwards, self._settings)

    def stop(self, vm_id: str, *, graceful: bool) -> None:
        if not read_record(self.paths(vm_id)):
            return
        instance = self.instance(vm_id)
        mark(instance.paths, wanted=False)
        if graceful and instance.alive() and not instance.shut_down(self._settings.shutdown_seconds):
            _log.warning("Machine %s did not shut down in time; its power is cut", vm_id)
        self._end(instance)

    def notice_shutdown(self, vm_id: str) -> None:
        """A guest that shut itself down leaves a QEMU that waits: it is ended, and the end is nobody's fault."""
        if self.instance(vm_id).run_state() == "shutdown":
            with self.turn(vm_id):
                if self.instance(vm_id).run_state() == "shutdown":
                    self.stop(vm_id, graceful=False)

    def reset(self, vm_id: str) -> None:
        record = self._known(vm_id)
        instance = self.instance(vm_id)
        if instance.run_state() not in {"running", "paused"}:
            self.start(record.machine)
            return
        with instance.monitor() as monitor:
            monitor.ask("system_reset")
            # A guest that hung was stopped for that.
            monitor.ask("cont")

    def delete(self, vm_id: str) -> None:
        instance = self.instance(vm_id)
        mark(instance.paths, wanted=False)
        self._end(instance)
        instance.paths.remove()
        self._instances.pop(vm_id, None)
        self._desks.pop(vm_id, None)

    def close(self) -> None:
        """All power buttons are pressed first, so that the guests shut down side by side."""
        running = {vm_id: self.instance(vm_id) for vm_id in self._places.known() if self.instance(vm_id).alive()}
        until = time.monotonic() + self._settings.shutdown_seconds
        while (left := until - time.monotonic()) > 0 and not _all_down(running):
            for instance in running.values():
                instance.press_power_button()
            wait_until(lambda: _all_down(running), min(left, POWER_BUTTON_EVERY_SECONDS), every=0.2)
        for instance in running.values():
            mark(instance.paths, wanted=False)
            self._end(instance)
        self._services.shutdown()
        self._places.remove_sockets()

    def _end(self, instance: Instance) -> None:
        if instance.alive():
            instance.quit()
        self._services.close(instance.paths.sockets)

    def _boot(self, machine: Machine, instance: Instance) -> None:
        try:
            ScheduledEvents(instance.paths.events).clear()
            self._prepare(machine, instance.paths)
            instance.spawn(self._command(machine, instance.paths))
            instance.proceed(machine.forwards)
        except BaseException:
            # Half a start is no start; a later one begins anew.
            mark(instance.paths, wanted=False)
            self._end(instance)
            raise

    def _command(self, machine: Machine, paths: MachinePaths) -> list[str]:
        accelerator = choose_accelerator(self._state_dir, self._settings)
        nodes = {disk: self._layers.disk_node(disk.disk_id) for disk in machine.disks}
        files = [DiskFile(disk, node, self._layers.file(node)) for disk, node in nodes.items()]
        return command(machine, files, paths, accelerator, self._settings)

    def _prepare(self, machine: Machine, paths: MachinePaths) -> None:
        """The files that a machine gets once in its life."""
        profile = machine.identity.os_profile
        if profile and not paths.disc.exists():
            write_provisioning_disc(profile, paths.disc)
        if machine.generation == "V2" and not paths.firmware_vars.exists():
            self._copy_firmware_vars(paths)

    def _copy_firmware_vars(self, paths: MachinePaths) -> None:
        draft = paths.firmware_vars.with_suffix(".draft")
        try:
            shutil.copyfile(self._settings.firmware_vars, draft)
        except FileNotFoundError as error:
            raise HypervisorError(f"{error.filename} was not found. Install Debian's package ovmf.") from error
        draft.replace(paths.firmware_vars)

    def _serve(self, machine: Machine) -> None:
        paths = self.paths(machine.vm_id)
        paths.make()
        self._services.open(
            paths.sockets,
            machine.identity,
            GuestReports(paths.report),
            self.desk(machine.vm_id),
            ScheduledEvents(paths.events),
        )

    def _known(self, vm_id: str) -> MachineRecord:
        record = read_record(self.paths(vm_id))
        if record is None:
            raise HypervisorError(f"There is no machine {vm_id}.")
        return record


def _all_down(instances: dict[str, Instance]) -> bool:
    return all(instance.is_down() for instance in instances.values())
