"""What is made to go wrong in one build."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chaos.points import Point
from localazure.faults.kinds.every import AnyFault


class Victim(StrEnum):
    """Whom ``kill -9`` ends. A build goes on in a new process, as the automations see to; others are started again."""

    BUILD = "build"
    LOCALAZURE = "localazure"
    WORKER = "worker"
    WORKER_AND_BUILD = "worker and build"
    SERVER = "Prefect's server"


class Kill(BaseModel):
    model_config = ConfigDict(frozen=True)

    victim: Victim


class Strike(BaseModel):
    """Done once by the build's process itself, when it comes to a point: a kill, or a fault that begins then."""

    model_config = ConfigDict(frozen=True)

    at: Point
    process: int | None = None
    """Which of the build's processes, from 1: those before it were killed. None: the first that comes to the point."""
    does: Kill | Annotated[AnyFault, Field()]

    @property
    def what(self) -> str:
        """In words."""
        if isinstance(self.does, Kill):
            return f"{self.does.victim} killed {self.at.when}"
        return f"{self.does.kind}"


class Trial(BaseModel):
    """``faults`` lie in wait from the beginning of the build; ``strikes`` are done on the way."""

    model_config = ConfigDict(frozen=True)

    faults: tuple[AnyFault, ...] = ()
    strikes: tuple[Strike, ...] = ()


def killing(victim: Victim, at: Point) -> Trial:
    return Trial(strikes=(Strike(at=at, does=Kill(victim=victim)),))


def faulty(*faults: AnyFault) -> Trial:
    return Trial(faults=faults)


def befalling(fault: AnyFault, at: Point) -> Trial:
    return Trial(strikes=(Strike(at=at, does=fault),))
