"""Which builds are made to go wrong, and how: all there is to strike, or a sample that a seed says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random

from pydantic import BaseModel, ConfigDict

from chaos.course import Course, each_step_once, each_wait_thrice
from chaos.kinds import KINDS
from chaos.kinds.kind import COUNTED, Expected, Kind
from chaos.points import Spot, When
from chaos.recipes import System, Variant
from chaos.trial import Trial
from localazure.faults.patterns import matches


class Case(BaseModel):
    """One build. ``spot``: the place at which it happens; of a walk, its number is which walk it is."""

    model_config = ConfigDict(frozen=True)

    system: System
    kind: str
    spot: Spot
    when: When = "before"
    """Before or after the effect. An operation that fails or hangs: with nothing, or with everything done."""
    variant: Variant = Variant.PLAIN
    expected: Expected = Expected.GOES_ON
    says: tuple[str, ...] = ()
    go_on_from: str | None = None
    trial: Trial


def case_of(system: System, kind: Kind, spot: Spot, when: When) -> Case:
    return Case(
        system=system,
        kind=kind.name,
        spot=spot,
        when=when,
        variant=kind.variant,
        expected=kind.expected,
        says=kind.says,
        go_on_from=kind.go_on_from,
        trial=kind.make(spot, when),
    )


def matrix(system: System, course: Course, kinds: Iterable[Kind] = tuple(KINDS.values())) -> Iterator[Case]:
    """Each kind at each step that can meet it, and on both sides where there are two; kills at each call."""
    for turn, kind in enumerate(kinds):
        if system in kind.systems:
            for spot in _spots(kind, course, turn):
                for when in _sides(kind, spot):
                    yield case_of(system, kind, spot, when)


def sampled(cases: Sequence[Case], seed: int, every: int) -> list[Case]:
    """One in ``every``, in an order that the seed says: a run that is ended has seen something of everything."""
    # A string seed is hashed by SHA-512, so that it means the same in every process.
    order = Random(f"{seed}/sample").sample(range(len(cases)), len(cases))  # noqa: S311 - no secret
    return [cases[each] for each in order[::every]]


def _sides(kind: Kind, spot: Spot) -> Sequence[When]:
    """A read has no effect: what is after one is before the next call."""
    return kind.sides[:1] if matches("GET *", spot.called) else kind.sides


def _spots(kind: Kind, course: Course, turn: int) -> Sequence[Spot]:
    spots = course.of(kind.place)
    if kind.place in COUNTED:
        return spots
    return each_step_once(spots, turn) if kind.once_a_step else each_wait_thrice(spots)
