"""What can go wrong in a machine on demand. A driver does what its machines can suffer, and refuses the rest."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

SysprepCauseName = Literal[
    "per-user-appx", "half-way", "rearm-exhausted", "bitlocker", "servicing-active", "uninstall-path-missing",
    "defender-for-endpoint", "dsc-cleanup", "agent-provider", "update-service", "agent-missing",
    "file-operations-pending", "restart-pending",
]  # fmt: skip


class Mishap(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Crash(Mishap):
    """The guest's kernel fails, and then the machine is off, does nothing any more, or boots again."""

    then: Literal["stops", "hangs", "reboots"] = "stops"


class ConnectionsCut(Mishap):
    """What is connected to these ports of the guest is cut off; new connections are let in."""

    ports: tuple[int, ...]


class NewHostKeys(Mishap):
    """The guest proves itself by other keys from now on: to SSH's clients, or to WinRM's by another certificate."""


class FullDisk(Mishap):
    """Nothing more can be written to the operating system's disk; or again, when not ``full``."""

    full: bool = True


class ClockSkew(Mishap):
    """The guest's clock is ahead of the true time by so many seconds; 0 puts it right."""

    seconds: float


class Preemption(Mishap):
    """The guest is told, by its metadata service, that its machine is taken back after so many seconds."""

    seconds: float


class SysprepCause(Mishap):
    """What makes Sysprep fail is put on the machine: now, or by the time that Sysprep is run next."""

    cause: SysprepCauseName
    at: Literal["now", "sysprep"] = "now"


PANIC = "Kernel panic - not syncing: Fatal exception in interrupt"
"""What a model of Linux says before it crashes."""
