"""A random walk: builds in each of which several things go wrong, at random places, the same for a seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from chaos.cases import Case, Counts
from chaos.kinds import KINDS
from chaos.kinds.kind import Expected, Kind, Place
from chaos.points import Point, When, Where
from chaos.recipes import System, Variant
from chaos.trial import Kill, Strike, Trial, Victim

WALK = "walk"
_FAULTS, _KILLS = (1, 3), (1, 2)
"""The fewest and the most of each, in one build."""
_SIDES: tuple[When, ...] = ("before", "after")


def walks(system: System, counts: Counts, seed: int, number: int) -> Iterator[Case]:
    """So many builds; the one of a place in the row is the same for a seed, however many there are."""
    kinds = [each for each in KINDS.values() if _may_join_others(each, system, counts)]
    for each in range(1, number + 1):
        random = Random(f"{seed}/{system}/{WALK}/{each}")  # noqa: S311 - no secret
        yield Case(system=system, kind=WALK, number=each, trial=_trial(random, counts, kinds))


def _trial(random: Random, counts: Counts, kinds: Sequence[Kind]) -> Trial:
    chosen = random.sample(kinds, random.randint(*_FAULTS))
    trials = [each.make(random.randint(1, counts[each.place]), random.choice(each.sides)) for each in chosen]
    kills = [_kill(random, counts, process) for process in range(1, random.randint(*_KILLS) + 1)]
    faults = tuple(fault for trial in trials for fault in trial.faults)
    return Trial(faults=faults, strikes=(*(each for trial in trials for each in trial.strikes), *kills))


def _kill(random: Random, counts: Counts, process: int) -> Strike:
    """Of the build's process, or of localazure, by one of the build's processes."""
    where: Where = random.choice(("call", "guest"))
    most = counts[Place.CALL if where == "call" else Place.GUEST]
    at = Point(where=where, number=random.randint(1, most), when=random.choice(_SIDES))
    return Strike(at=at, process=process, does=Kill(victim=random.choice((Victim.BUILD, Victim.LOCALAZURE))))


def _may_join_others(kind: Kind, system: System, counts: Counts) -> bool:
    """What passes, of a plain machine; kills come by themselves, each to a process of its own."""
    kills = any(isinstance(each.does, Kill) for each in kind.make(1, "before").strikes)
    fits = kind.expected is Expected.GOES_ON and kind.variant is Variant.PLAIN and system in kind.systems
    return fits and not kills and counts.get(kind.place, 0) > 0
