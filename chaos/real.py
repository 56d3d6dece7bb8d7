"""A few builds on real virtual machines: what models only claim to do, each at a place where it matters most."""

from __future__ import annotations

from chaos.cases import Case
from chaos.points import Spot, When, point_at
from chaos.recipes import System, Variant
from chaos.trial import Kill, Strike, Trial, Victim
from localazure.faults.kinds.every import AnyFault
from localazure.faults.kinds.machines import CrashFault, CutFault, EvictionFault

_SHUT_SECONDS = 30


def real_cases() -> tuple[Case, ...]:
    return (
        _case("kill build in a step", "step-two", "after", Kill(victim=Victim.BUILD)),
        _case("kill localazure while the VM runs", "step-two", "after", Kill(victim=Victim.LOCALAZURE)),
        _case("guest crashes and reboots", "step-two", "after", CrashFault(then="reboots")),
        _case("connection cut", "step-three", "before", CutFault(seconds=_SHUT_SECONDS)),
        _case("evicted", "step-three", "before", EvictionFault(), Variant.SPOT),
        _case("kill build while it generalizes", "generalize", "after", Kill(victim=Victim.BUILD), number=5),
    )


def _case(
    kind: str, step: str, when: When, does: Kill | AnyFault, variant: Variant = Variant.PLAIN, *, number: int = 1
) -> Case:
    spot = Spot(where="guest", step=step, number=number)
    return Case(
        system=System.LINUX,
        kind=f"real: {kind}",
        spot=spot,
        when=when,
        variant=variant,
        trial=Trial(strikes=(Strike(at=point_at(spot, when), does=does),)),
    )
