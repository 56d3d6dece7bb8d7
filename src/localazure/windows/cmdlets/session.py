"""What commands of one PowerShell share beside the machine: who runs it, its drives and folder stack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from localazure.windows.machine.machine import Machine
from localazure.windows.machine.tokens import Token
from localazure.windows.powershell.engine_api import EngineApi


@dataclass
class MadeDrive:
    """A drive of New-PSDrive: ``root`` is the provider's own path."""

    name: str
    provider: str
    root: str


@dataclass
class Session:
    user: Token
    pid: int = 0
    drives: dict[str, MadeDrive] = field(default_factory=dict)
    """By name in lower case."""
    stack: list[str] = field(default_factory=list)
    execution_policies: dict[str, str] = field(default_factory=dict)
    """That of scope Process, when it was set."""
    folder: str = "C:\\"
    """The file system's current folder: programs start there, wherever the location is."""
    transcripts: list[str] = field(default_factory=list)
    """Files that keep what the console shows."""
    security_protocol: int = 0
    """ServicePointManager's, SystemDefault at first."""


class SessionHost(Protocol):
    session: Session


def session_of(engine: EngineApi) -> Session:
    return cast(SessionHost, engine.host).session


def user_of(engine: EngineApi) -> Token:
    return session_of(engine).user


def machine_of(engine: EngineApi) -> Machine:
    machine: Any = engine.machine
    return cast(Machine, machine)
