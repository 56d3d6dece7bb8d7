"""What goes wrong in the machine on demand, and stays wrong over its restarts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from localazure.hypervisor.mishaps import (
    ClockSkew,
    ConnectionsCut,
    FullDisk,
    Mishap,
    NewHostKeys,
    SysprepCause,
    SysprepCauseName,
)
from localazure.windows.guest.control import Refused
from localazure.windows.guest.winrm_gate import WinRmGate
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.wsman import WsMan
from localazure.windows.sysprep.causes import CAUSES

MISHAPS: dict[str, type[Mishap]] = {
    kind.__name__: kind for kind in (ClockSkew, ConnectionsCut, FullDisk, NewHostKeys, SysprepCause)
}
_SYSTEM_DRIVE = "C"


class Mishaps:
    """Of one process, that is from power on to power off. What is put on the disk stays there, of course."""

    def __init__(self) -> None:
        self._skew = timedelta()
        self._full = False
        self._before_sysprep: list[SysprepCauseName] = []

    def now(self) -> datetime:
        """What the machine takes for the time."""
        return datetime.now(UTC) + self._skew

    def attach(self, machine: Machine) -> None:
        """A boot begins."""
        machine.before_sysprep = lambda: self._put_causes(machine)
        self._fill(machine)

    def befall(self, machine: Machine, gate: WinRmGate, mishap: Mishap) -> None:
        match mishap:
            case ClockSkew(seconds=seconds):
                self._skew = timedelta(seconds=seconds)
            case ConnectionsCut(ports=ports):
                gate.cut(ports)
            case FullDisk(full=full):
                self._full = full
                self._fill(machine)
            case NewHostKeys():
                _change_certificates(machine)
            case SysprepCause(cause=cause, at="sysprep"):
                self._before_sysprep.append(cause)
            case SysprepCause(cause=cause):
                CAUSES[cause](machine)
                machine.save()
            case _:
                raise Refused(f"the model of Windows cannot have this: {mishap!r}")

    def _put_causes(self, machine: Machine) -> None:
        while self._before_sysprep:
            CAUSES[self._before_sysprep.pop(0)](machine)

    def _fill(self, machine: Machine) -> None:
        volume = machine.volumes.require(_SYSTEM_DRIVE)
        volume.taken_bytes = 0
        if self._full:
            volume.taken_bytes = volume.room - machine.files.used(_SYSTEM_DRIVE)


def _change_certificates(machine: Machine) -> None:
    """Each HTTPS listener has another one, as when somebody else answers at the machine's address."""
    wsman = WsMan(machine.registry)
    for listener in wsman.listeners():
        if listener.transport == "HTTPS":
            made = machine.certificates.make_self_signed([machine.name])
            wsman.set_certificate(listener, made.thumbprint)
