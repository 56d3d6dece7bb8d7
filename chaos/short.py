"""A few builds that tell most, for `make test`: each has to bear several things, each of which would be a case."""

from __future__ import annotations

from chaos.cases import Case
from chaos.kinds.kind import Expected
from chaos.points import Point, Spot
from chaos.recipes import System, Variant
from chaos.trial import Kill, Strike, Trial, Victim
from localazure.faults.kinds.capacity import AllocationFault
from localazure.faults.kinds.connections import ResetFault
from localazure.faults.kinds.governance import PolicyFault
from localazure.faults.kinds.machines import CutFault, EvictionFault, SysprepFault
from localazure.faults.kinds.operations import FailedOperationFault
from localazure.faults.kinds.status import StatusFault
from localazure.faults.kinds.tokens import ExpiredTokenFault

SHORT = "short"
_VM = "PUT Microsoft.Compute/virtualMachines"
_VERSION = "PUT */images/versions"


def _at(where: str, number: int, when: str = "after") -> Point:
    return Point.model_validate({"where": where, "number": number, "when": when})


def _case(number: int, system: System, trial: Trial, **more: object) -> Case:
    return Case.model_validate({"system": system, "kind": SHORT, "spot": Spot(number=number), "trial": trial} | more)


def short_cases() -> tuple[Case, ...]:
    """By patterns rather than by numbers, where a number would mean another call whenever a step changes its calls."""
    return (
        _case(1, System.LINUX, _LINUX),
        _case(2, System.WINDOWS, _WINDOWS),
        _case(3, System.LINUX, _EVICTED, variant=Variant.SPOT_DELETED),
        _case(4, System.LINUX, _REFUSED, expected=Expected.ENDS, says=("RequestDisallowedByPolicy",)),
    )


_LINUX = Trial(
    faults=(
        ResetFault(operation=_VM, when="after"),
        StatusFault(operation="PUT */snapshots", status=503, retry_after=1, when="after"),
        FailedOperationFault(operation=_VERSION, leaves="everything"),
        ExpiredTokenFault(operation="GET */images/versions", after=2),
    ),
    strikes=(
        Strike(at=_at("call", 30), does=Kill(victim=Victim.LOCALAZURE)),
        Strike(at=_at("guest", 8), does=CutFault()),
        Strike(at=_at("guest", 12), does=Kill(victim=Victim.BUILD)),
        Strike(at=_at("guest", 9), does=Kill(victim=Victim.BUILD), process=2),
    ),
)
_WINDOWS = Trial(
    faults=(
        FailedOperationFault(operation=_VM, leaves="half"),
        ResetFault(operation="POST */deallocate", when="after"),
        FailedOperationFault(operation="DELETE Microsoft.Resources/resourceGroups", leaves="half"),
    ),
    strikes=(
        Strike(at=_at("guest", 1), does=SysprepFault(cause="half-way", at="sysprep")),
        Strike(at=_at("guest", 40), does=Kill(victim=Victim.BUILD)),
        Strike(at=_at("call", 20), does=Kill(victim=Victim.LOCALAZURE), process=2),
    ),
)
_EVICTED = Trial(
    faults=(AllocationFault(operation=_VM, after=1, count=1),),
    strikes=(Strike(at=_at("guest", 14), does=EvictionFault()),),
)
_REFUSED = Trial(faults=(PolicyFault(operation=_VERSION, count=1),))
