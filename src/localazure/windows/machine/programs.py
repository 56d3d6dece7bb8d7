"""Programs that the model can run, and what each is given."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from localazure.windows.machine.tokens import Token

if TYPE_CHECKING:
    from localazure.windows.machine.machine import Machine


@dataclass
class ProcessContext:
    """What a program has. It ends soon after ``cancelled`` is set."""

    machine: Machine
    user: Token
    command_line: str
    arguments: list[str]
    environment: dict[str, str]
    cwd: str
    stdin: BinaryIO
    stdout: BinaryIO
    stderr: BinaryIO
    cancelled: threading.Event
    pid: int

    def wait(self, seconds: float) -> None:
        """Let Windows' seconds pass. Raises Cancelled."""
        self.machine.time.wait(seconds, self.cancelled)


class Program(Protocol):
    def run(self, context: ProcessContext) -> int:
        """Do what the program does; returns its exit code. A Cancelled that leaves it is how a killed one ends."""


class ProgramTable:
    """Programs by image name (``cmd.exe``), in any case."""

    def __init__(self, programs: Mapping[str, Program] | None = None) -> None:
        self._programs = {name.lower(): program for name, program in (programs or {}).items()}

    def add(self, name: str, program: Program) -> None:
        self._programs[name.lower()] = program

    def find(self, name: str) -> Program | None:
        return self._programs.get(name.lower())

    def names(self) -> list[str]:
        return sorted(self._programs)
