"""Which builds are made to go wrong, and how: all there is to strike, or a sample that a seed says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random

from pydantic import BaseModel, ConfigDict

from chaos.kinds import KINDS
from chaos.kinds.kind import Expected, Kind, Place
from chaos.points import When
from chaos.recipes import System, Variant
from chaos.trial import Trial

Counts = Mapping[Place, int]
"""How many places of each sort a build has in which nothing goes wrong."""


class Case(BaseModel):
    """One build. ``number`` says at which of the kind's places it happens, from 1; of a walk, which walk it is."""

    model_config = ConfigDict(frozen=True)

    system: System
    kind: str
    number: int
    when: When = "before"
    """Before or after the effect. An operation that fails or hangs: with nothing, or with everything done."""
    variant: Variant = Variant.PLAIN
    expected: Expected = Expected.GOES_ON
    says: tuple[str, ...] = ()
    go_on_from: str | None = None
    trial: Trial


def case_of(system: System, kind: Kind, number: int, when: When) -> Case:
    return Case(
        system=system,
        kind=kind.name,
        number=number,
        when=when,
        variant=kind.variant,
        expected=kind.expected,
        says=kind.says,
        go_on_from=kind.go_on_from,
        trial=kind.make(number, when),
    )


def sampled(
    system: System, counts: Counts, seed: int, every: int, kinds: Iterable[Kind] = tuple(KINDS.values())
) -> Iterator[Case]:
    """Each ``every``-th of the places that a kind has, from one that the seed says; of each kind at least one."""
    for kind in kinds:
        count = counts.get(kind.place, 0)
        if count < 1 or system not in kind.systems:
            continue
        # A string seed is hashed by SHA-512, so that it means the same in every process.
        first = Random(f"{seed}/{system}/{kind.name}").randrange(min(every, count)) + 1  # noqa: S311 - no secret
        for number in range(first, count + 1, every):
            for when in kind.sides:
                yield case_of(system, kind, number, when)
