"""What is made to go wrong, one thing in each build: at which call, and on which side of its effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from random import Random

from pydantic import BaseModel, ConfigDict

from chaos.kills import Kill, When
from localazure.faults.kinds.connections import ResetFault
from localazure.faults.kinds.every import AnyFault
from localazure.faults.kinds.operations import FailedOperationFault
from localazure.faults.kinds.status import StatusFault

CALLS = "!*/token"
"""All calls but those for tokens, as a fault's ``operation``."""


class System(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"


class Kind(StrEnum):
    KILL_BUILD = "kill build"
    KILL_AZURE = "kill localazure"
    THROTTLED = "status 429"
    ERROR = "status 500"
    UNAVAILABLE = "status 503"
    RESET = "reset"
    OPERATION_FAILED = "operation failed"


KILLS = {Kind.KILL_BUILD: "build", Kind.KILL_AZURE: "azure"}
_STATUSES = {Kind.THROTTLED: 429, Kind.ERROR: 500, Kind.UNAVAILABLE: 503}
_NEVER = 1_000_000
"""More calls than any build makes."""


class Case(BaseModel):
    """``call`` counts from 1; of a kind that strikes long-running operations, it counts their beginnings."""

    model_config = ConfigDict(frozen=True)

    system: System
    kind: Kind
    call: int
    when: When
    """Before or after the call had its effect. An operation that fails: with nothing done, or with everything done."""

    @property
    def kill(self) -> Kill | None:
        if self.kind is Kind.KILL_BUILD:
            return Kill(call=self.call, when=self.when, whom="build")
        return Kill(call=self.call, when=self.when, whom="azure") if self.kind is Kind.KILL_AZURE else None


def fault_of(kind: Kind, call: int, when: When) -> AnyFault:
    """What strikes once, at that call. Raises LookupError for a kill, which is no fault of localazure's."""
    place = {"operation": CALLS, "after": call - 1}
    if kind is Kind.RESET:
        return ResetFault.model_validate(place | {"when": when})
    if kind is Kind.OPERATION_FAILED:
        # Its code is the fault's default, which Azure uses for what passes.
        return FailedOperationFault.model_validate(place | {"leaves": "nothing" if when == "before" else "everything"})
    return StatusFault.model_validate(place | {"status": _STATUSES[kind], "retry_after": 1, "when": when})


def counting_faults() -> dict[Kind, AnyFault]:
    """Faults that strike never and count the calls that each kind could strike."""
    return {kind: fault_of(kind, _NEVER, "before") for kind in Kind if kind not in KILLS}


def sampled(system: System, counts: Mapping[Kind, int], seed: int, every: int) -> Iterator[Case]:
    """Each ``every``-th of the calls that a kind can strike, from one that the seed says; of each kind at least one."""
    for kind, count in counts.items():
        if count < 1:
            continue
        # A string seed is hashed by SHA-512, so that it means the same in every process.
        first = Random(f"{seed}/{system}/{kind}").randrange(min(every, count)) + 1  # noqa: S311 - no secret
        for call in range(first, count + 1, every):
            for when in _sides(kind):
                yield Case(system=system, kind=kind, call=call, when=when)


def _sides(kind: Kind) -> tuple[When, ...]:
    return ("before",) if kind in _STATUSES else ("before", "after")
