"""One boot of the machine, from power on to its end: what answers in between, and what the driver is told."""

from __future__ import annotations

import queue
import socket
import threading
from pathlib import Path

from localazure.hypervisor.mishaps import Mishap
from localazure.pace import Pace
from localazure.windows.boot import BootReport, boot, shut_down
from localazure.windows.guest.control import Control
from localazure.windows.guest.mishaps import Mishaps
from localazure.windows.guest.parameters import Parameters
from localazure.windows.guest.program_table import program_table
from localazure.windows.guest.provisioning import apply_settings, provisioning_data
from localazure.windows.guest.run_command import AGENT_SERVICE
from localazure.windows.guest.winrm_gate import WinRmGate
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.power import PowerKind
from localazure.windows.machine.services import Status

AGENT_VERSION = "2.7.41491.1149"
_SAVE_SECONDS = 2.0
"""How old what is on the disk may be when the power is cut; Windows, too, writes its registry every few seconds."""
_GOING_DOWN_SECONDS = 5.0


class Running:
    """The machine is read from its disk here, so that a restarted one remembers what is on it and nothing else."""

    def __init__(self, parameters: Parameters, control: Control, mishaps: Mishaps) -> None:
        self._parameters, self._control, self._mishaps = parameters, control, mishaps
        self.machine = Machine(
            Path(parameters.disk), clock=mishaps.now, pace=Pace(parameters.pace), programs=program_table()
        )
        mishaps.attach(self.machine)
        self._gate = WinRmGate(self.machine)
        self._ends: queue.SimpleQueue[PowerKind] = queue.SimpleQueue()
        self._ended = threading.Event()
        self.machine.services.when_changed.append(self._service_changed)

    def from_boot_to_end(self) -> PowerKind:
        """Boot, and return when the machine is down: to stay off, or to boot again."""
        apply_settings(self.machine, self._parameters)
        # What starts with the machine may ask for another boot before this one has come to its end.
        self.machine.power.when_due = lambda request: self._ends.put(request.kind)
        self._tell(boot(self.machine, provisioning_data(self._parameters)))
        threading.Thread(target=self._save_now_and_then, name="lazy writer", daemon=True).start()
        kind = self._ends.get()
        self._go_down()
        return kind

    def visit(self, port: int, connection: socket.socket) -> None:
        """Somebody connects from outside. Raises Refused, and resets the connection, where nobody listens."""
        self._gate.take(port, connection)

    def befall(self, mishap: Mishap) -> None:
        """Something goes wrong. Raises Refused for what cannot."""
        self._mishaps.befall(self.machine, self._gate, mishap)

    def save(self) -> None:
        self.machine.save()

    def shut_down(self) -> None:
        """The power button: as soon as it has booted."""
        self._ends.put("shutdown")

    def _tell(self, report: BootReport) -> None:
        self._control.tell_text("serial", report.console)
        if report.failure:
            self._control.tell("provisioning_failed", reason=report.failure)
        else:
            self._control.tell("provisioned")

    def _go_down(self) -> None:
        self._ended.set()
        self._gate.shut()
        self.machine.time.wait(_GOING_DOWN_SECONDS)
        shut_down(self.machine)
        self._control.tell("agent", version=AGENT_VERSION, reports=False)

    def _service_changed(self, name: str, status: Status) -> None:
        if name.lower() == AGENT_SERVICE.lower() and status in {Status.RUNNING, Status.STOPPED}:
            self._control.tell("agent", version=AGENT_VERSION, reports=status is Status.RUNNING)

    def _save_now_and_then(self) -> None:
        while not self._ended.wait(_SAVE_SECONDS):
            self.machine.save()
