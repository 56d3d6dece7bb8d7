"""A random walk: builds in each of which several things go wrong, at random places, the same for a seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from chaos.cases import Case
from chaos.course import Course
from chaos.kinds import KINDS
from chaos.kinds.kind import Expected, Kind, Place
from chaos.points import SIDES, Spot, point_at
from chaos.recipes import System, Variant
from chaos.trial import Kill, Strike, Trial, Victim

WALK = "walk"
_FAULTS, _KILLS = (1, 3), (1, 2)
"""The fewest and the most of each, in one build."""


def walks(system: System, course: Course, seed: int, number: int) -> Iterator[Case]:
    """So many builds; the one of a place in the row is the same for a seed and a course, however many there are."""
    kinds = [each for each in KINDS.values() if _may_join_others(each, system, course)]
    for each in range(1, number + 1):
        random = Random(f"{seed}/{system}/{WALK}/{each}")  # noqa: S311 - no secret
        yield Case(system=system, kind=WALK, spot=Spot(number=each), trial=_trial(random, course, kinds))


def _trial(random: Random, course: Course, kinds: Sequence[Kind]) -> Trial:
    chosen = random.sample(kinds, random.randint(*_FAULTS))
    trials = [each.make(random.choice(course.of(each.place)), random.choice(each.sides)) for each in chosen]
    kills = [_kill(random, course) for _ in range(random.randint(*_KILLS))]
    faults = tuple(fault for trial in trials for fault in trial.faults)
    return Trial(faults=faults, strikes=(*(each for trial in trials for each in trial.strikes), *kills))


def _kill(random: Random, course: Course) -> Strike:
    """Of the build's process, or of localazure."""
    spot = random.choice(course.of(random.choice((Place.CALL, Place.GUEST, Place.STEP))))
    does = Kill(victim=random.choice((Victim.BUILD, Victim.LOCALAZURE)))
    return Strike(at=point_at(spot, random.choice(SIDES)), does=does)


def _may_join_others(kind: Kind, system: System, course: Course) -> bool:
    """What passes, of a plain machine; kills are added to each."""
    fits = kind.expected is Expected.GOES_ON and kind.variant is Variant.PLAIN and system in kind.systems
    return fits and not kind.name.startswith("kill ") and bool(course.of(kind.place))
