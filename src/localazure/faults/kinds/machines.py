"""What goes wrong with machines, whoever calls what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from localazure.faults.fault import Condition, Fault, Patterns, Stage
from localazure.faults.kinds.status import When
from localazure.faults.occasions import Occasion
from localazure.faults.patterns import matches_resource
from localazure.hypervisor.mishaps import (
    ClockSkew,
    ConnectionsCut,
    Crash,
    FullDisk,
    Mishap,
    NewHostKeys,
    SysprepCause,
    SysprepCauseName,
)

REMOTE_PORTS = (22, 5985, 5986)
"""SSH, and WinRM by HTTP and HTTPS."""


class MachineFault(Fault):
    """Befalls machines: those that run now, or at a call that matches the one that it is about."""

    machine: Patterns = Field("*", description="Machines' names or ids")
    operation: Patterns = Field("", description="Call at which it happens (default: at once)")
    when: When = Field("after", description="Before or after that call had its effect")

    @property
    def stage(self) -> Stage:
        return Stage.BEFORE_CALL if self.when == "before" else Stage.AFTER_CALL

    @property
    def at_once(self) -> bool:
        return not self.operation

    def concerns(self, occasion: Occasion) -> bool:
        about = occasion.machine
        return (
            not self.at_once and super().concerns(occasion) and (about is None or matches_resource(self.machine, about))
        )

    @property
    def mishap(self) -> Mishap | None:
        """What befalls the guest; None when nothing does."""
        return None


class CrashFault(MachineFault):
    """The guest's kernel crashes: the machine stops, hangs while Azure calls it running, or boots again."""

    kind: Literal["guest-crash"] = "guest-crash"
    then: Literal["stops", "hangs", "reboots"] = Field("stops", description="What comes of it")

    @property
    def mishap(self) -> Mishap:
        return Crash(then=self.then)


class CutFault(MachineFault):
    """Connections to the guest break, and for some seconds nobody gets in."""

    kind: Literal["connections-cut"] = "connections-cut"
    ports: tuple[int, ...] = Field(REMOTE_PORTS, description="The guest's ports")
    seconds: float = Field(0, ge=0, description="How long nobody gets in; 0: who comes again is let in")

    @property
    def mishap(self) -> Mishap:
        return ConnectionsCut(ports=self.ports)


class HostKeyFault(MachineFault):
    """The guest has other host keys, or another certificate for WinRM, than it had."""

    kind: Literal["host-key-changed"] = "host-key-changed"

    @property
    def mishap(self) -> Mishap:
        return NewHostKeys()


class SysprepFault(MachineFault):
    """What makes Sysprep fail is put on a Windows machine."""

    kind: Literal["sysprep-failure"] = "sysprep-failure"
    cause: SysprepCauseName = Field(description="Why it is to fail")
    at: Literal["now", "sysprep"] = Field("now", description="sysprep: not to be found before Sysprep is run")

    @property
    def mishap(self) -> Mishap:
        return SysprepCause(cause=self.cause, at=self.at)


class EvictionFault(MachineFault):
    """Azure takes Spot machines back, as their eviction policy says."""

    kind: Literal["evict"] = "evict"


class StandingMachineFault(MachineFault, Condition):
    """Lasts until it is removed, for every machine it is for, restarts and new ones included."""

    @property
    def remedy(self) -> Mishap | None:
        """What puts the guest right again."""
        return None


class SilentAgentFault(StandingMachineFault):
    """Nothing is heard of the guest's agent: no report, no readiness, and no script that is run."""

    kind: Literal["agent-silent"] = "agent-silent"


class DiskFullFault(StandingMachineFault):
    """The operating system's disk is full, once the guest is up."""

    kind: Literal["disk-full"] = "disk-full"

    @property
    def mishap(self) -> Mishap:
        return FullDisk()

    @property
    def remedy(self) -> Mishap:
        return FullDisk(full=False)


class ClockSkewFault(StandingMachineFault):
    """The guest's clock is wrong. A model of Linux tells so when it is asked with `date`."""

    kind: Literal["clock-skew"] = "clock-skew"
    seconds: float = Field(description="How far it is ahead; behind when negative")

    @property
    def mishap(self) -> Mishap:
        return ClockSkew(seconds=self.seconds)

    @property
    def remedy(self) -> Mishap:
        return ClockSkew(seconds=0)
