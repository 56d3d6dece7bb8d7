"""Machine faults happen: to those that run now, or at a call to the one that it is about."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from localazure.arm.ids import ResourceId
from localazure.faults.fault import ImpossibleFault
from localazure.faults.hypervisor import FaultyHypervisor
from localazure.faults.kinds.machines import CutFault, EvictionFault, MachineFault, StandingMachineFault
from localazure.faults.ledger import Strike
from localazure.faults.occasions import Occasion
from localazure.faults.patterns import matches_resource
from localazure.hypervisor.base import HypervisorError, OsType, PowerState
from localazure.store import Resource

if TYPE_CHECKING:
    from localazure.cloud import Cloud

log = logging.getLogger("localazure.faults")
VIRTUAL_MACHINE = "Microsoft.Compute/virtualMachines"
START_SECONDS = 600.0
"""How long a machine has, that a call began to start, until it runs."""
_LOOK_SECONDS = 0.02


class Befalling:
    """What needs the whole cloud. ``strike`` and ``befall_now`` return when it has happened, where it can now."""

    def __init__(self, cloud: Cloud, hypervisor: FaultyHypervisor) -> None:
        self._cloud, self._hypervisor = cloud, hypervisor

    def refuse_impossible(self, fault: MachineFault) -> None:
        """Raises ImpossibleFault for what no machine can have, and for no machine to have it at once."""
        if fault.mishap is not None:
            kinds: tuple[OsType, ...] = ("Linux", "Windows")
            if not any(type(fault.mishap) in self._hypervisor.mishaps(each) for each in kinds):
                driver = self._cloud.settings.hypervisor
                raise ImpossibleFault(f"machines of the {driver} hypervisor cannot have this: {fault.mishap!r}")
        if fault.at_once and not isinstance(fault, StandingMachineFault) and not self._suitable(fault):
            names = ", ".join(each.rid.name for each in self._running()) or "none"
            raise ImpossibleFault(f"machine: '{fault.machine}' fits none that runs and can have it. Running: {names}")

    def befall_now(self, fault: MachineFault) -> int:
        """To all that it is for and that run. Returns how many. Raises HypervisorError when it cannot happen."""
        machines = self._suitable(fault)
        for machine in machines:
            self._befall(fault, machine)
        return len(machines)

    def strike(self, strike: Strike, occasion: Occasion) -> None:
        """At a call: to the machine that it is about or, about none, to all that the fault is for."""
        fault = strike.fault
        if not isinstance(fault, MachineFault):
            return
        about = self._find(occasion)
        if about is None and occasion.machine is None:
            self._try(fault, self._suitable(fault))
        elif about is not None and self._runs(about):
            self._try(fault, [about])
        else:
            threading.Thread(target=self._befall_when_up, args=(strike.id, fault, occasion), daemon=True).start()

    def lift(self, fault: MachineFault) -> None:
        """Put the guests right again that had it."""
        if isinstance(fault, CutFault):
            for machine in self._suitable(fault):
                self._hypervisor.reopen(machine.internal["vm_id"])
        if not isinstance(fault, StandingMachineFault) or fault.remedy is None:
            return
        for machine in self._suitable(fault):
            try:
                self._hypervisor.befall(machine.internal["vm_id"], fault.remedy)
            except HypervisorError as error:
                log.warning("%s is not rid of its fault: %s", machine.id, error)

    def _befall_when_up(self, fault_id: int, fault: MachineFault, occasion: Occasion) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._cloud.faults.stands(fault_id) and time.monotonic() < deadline:
            about = self._find(occasion)
            if about is not None and self._runs(about):
                self._try(fault, [about])
                return
            if self._cloud.operations.closing.wait(_LOOK_SECONDS):
                return
        log.warning("%s had no machine to befall within %s s of %s", fault, START_SECONDS, occasion.operation)

    def _try(self, fault: MachineFault, machines: list[Resource]) -> None:
        for machine in machines:
            try:
                self._befall(fault, machine)
            except HypervisorError as error:
                log.warning("%s did not befall %s: %s", fault, machine.id, error)

    def _befall(self, fault: MachineFault, machine: Resource) -> None:
        vm_id = str(machine.internal["vm_id"])
        match fault:
            case EvictionFault():
                self._cloud.begin_unseen(f"{VIRTUAL_MACHINE}#simulateeviction", machine.rid)
            case CutFault():
                self._hypervisor.befall_fault(vm_id, fault)
            case _ if fault.mishap is not None:
                self._hypervisor.befall(vm_id, fault.mishap)

    def _find(self, occasion: Occasion) -> Resource | None:
        return self._cloud.store.find(ResourceId.parse(occasion.machine)) if occasion.machine else None

    def _suitable(self, fault: MachineFault) -> list[Resource]:
        return [
            each for each in self._running() if matches_resource(fault.machine, each.id) and self._can_have(fault, each)
        ]

    def _can_have(self, fault: MachineFault, machine: Resource) -> bool:
        if isinstance(fault, EvictionFault):
            return str(machine.properties.get("priority", "Regular")) != "Regular"
        return fault.mishap is None or type(fault.mishap) in self._hypervisor.mishaps(machine.internal["os_type"])

    def _running(self) -> list[Resource]:
        return [each for each in self._cloud.store.of_type(VIRTUAL_MACHINE) if self._runs(each)]

    def _runs(self, machine: Resource) -> bool:
        try:
            return self._hypervisor.status(machine.internal["vm_id"]).power is PowerState.RUNNING
        except HypervisorError:
            return False
