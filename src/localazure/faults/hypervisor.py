"""The hypervisor as faults have it: what a machine does not hear, does not let in, or has wrong from its boot on."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress

from localazure.faults.kinds.machines import CutFault, SilentAgentFault, StandingMachineFault
from localazure.faults.ledger import Ledger
from localazure.faults.patterns import matches_resource
from localazure.hypervisor.base import (
    Forward,
    Hypervisor,
    HypervisorError,
    Machine,
    MachineStatus,
    Script,
    ScriptResult,
)
from localazure.hypervisor.by_guest import HypervisorByGuest, WindowsHypervisor

_LOOK_SECONDS = 0.05
SILENT_SECONDS = 3600.0
"""Since the last report of an agent that is silent: long enough for everybody to notice at once."""


class FaultyHypervisor(HypervisorByGuest):
    """Asks the ledger at every turn, so that a fault works from the moment it stands until it is removed."""

    def __init__(self, linux: Hypervisor, windows: WindowsHypervisor, faults: Ledger) -> None:
        super().__init__(linux, windows)
        self.faults = faults
        self._machines: dict[str, Machine] = {}
        """As they were last started."""
        self._shut: dict[str, tuple[int, ...]] = {}
        """The guests' ports at which nobody is let in."""
        self._timers: dict[str, threading.Timer] = {}

    def start(self, machine: Machine) -> None:
        self._machines[machine.vm_id] = machine
        super().start(machine.model_copy(update={"forwards": self._open(machine.vm_id, machine.forwards)}))
        self._impose(machine)

    def restart(self, vm_id: str) -> None:
        super().restart(vm_id)
        if vm_id in self._machines:
            self._impose(self._machines[vm_id])

    def set_forwards(self, vm_id: str, forwards: tuple[Forward, ...]) -> None:
        if vm_id in self._machines:
            self._machines[vm_id] = self._machines[vm_id].model_copy(update={"forwards": forwards})
        super().set_forwards(vm_id, self._open(vm_id, forwards))

    def status(self, vm_id: str) -> MachineStatus:
        status = super().status(vm_id)
        if not self._is_silent(vm_id):
            return status
        agent = status.agent and status.agent.model_copy(update={"seconds_since_report": SILENT_SECONDS})
        return status.model_copy(update={"agent": agent, "provisioned": False, "provisioning_failure": None})

    def begin_script(self, vm_id: str, script: Script) -> Future[ScriptResult]:
        if not self._is_silent(vm_id):
            return super().begin_script(vm_id, script)
        waiting: Future[ScriptResult] = Future()
        threading.Thread(target=self._run_when_heard, args=(vm_id, script, waiting), daemon=True).start()
        return waiting

    def befall_fault(self, vm_id: str, fault: CutFault) -> None:
        """Cut connections, and for a while let nobody in."""
        if fault.seconds:
            self._shut[vm_id] = fault.ports
            self._let_in(vm_id)
            timer = threading.Timer(fault.seconds, self.reopen, (vm_id,))
            timer.daemon = True
            self._timers[vm_id] = timer
            timer.start()
        super().befall(vm_id, fault.mishap)

    def reopen(self, vm_id: str) -> None:
        """Let in whom the security groups let in, if that was not so."""
        if timer := self._timers.pop(vm_id, None):
            timer.cancel()
        if self._shut.pop(vm_id, None):
            with suppress(HypervisorError):
                self._let_in(vm_id)

    def close(self) -> None:
        while self._timers:
            self._timers.popitem()[1].cancel()
        super().close()

    def _let_in(self, vm_id: str) -> None:
        self.set_forwards(vm_id, self._machines[vm_id].forwards)

    def _open(self, vm_id: str, forwards: tuple[Forward, ...]) -> tuple[Forward, ...]:
        shut = self._shut.get(vm_id, ())
        return tuple(each for each in forwards if each.guest_port not in shut)

    def _impose(self, machine: Machine) -> None:
        for fault in self._standing_for(machine):
            if fault.mishap is not None and type(fault.mishap) in self.mishaps(machine.identity.os_type):
                self.befall(machine.vm_id, fault.mishap)

    def _is_silent(self, vm_id: str) -> bool:
        machine = self._machines.get(vm_id)
        return machine is not None and any(isinstance(each, SilentAgentFault) for each in self._standing_for(machine))

    def _standing_for(self, machine: Machine) -> list[StandingMachineFault]:
        standing = (each for each in self.faults.in_force if isinstance(each, StandingMachineFault))
        return [each for each in standing if matches_resource(each.machine, machine.identity.resource_id)]

    def _run_when_heard(self, vm_id: str, script: Script, waiting: Future[ScriptResult]) -> None:
        while self._is_silent(vm_id) and not waiting.done():
            time.sleep(_LOOK_SECONDS)
        if waiting.done():
            return
        try:
            running = super().begin_script(vm_id, script)
            waiting.add_done_callback(lambda _: running.cancel())
            result = running.result()
        except (HypervisorError, CancelledError) as error:
            with suppress(InvalidStateError):
                waiting.set_exception(error)
        else:
            with suppress(InvalidStateError):
                waiting.set_result(result)
