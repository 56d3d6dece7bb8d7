"""What a build comes to in which nothing goes wrong: the places at which something can be made to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chaos.kinds.kind import CALLED, COUNTED, Place
from chaos.points import Spot
from localazure.faults.patterns import matches

_FEW = 3
_POLLED = ("GET *", "WinRM message")
"""What is done again and again until something has come about."""


@dataclass(frozen=True)
class Course:
    """``spots``: all that its process passed, in order. ``operations``: calls that begin a long-running operation.

    ``numbers`` has the places that only localazure counts. ``seconds`` is what the build took.
    """

    spots: tuple[Spot, ...]
    operations: frozenset[str]
    numbers: dict[Place, int]
    seconds: float

    def of(self, place: Place) -> tuple[Spot, ...]:
        """All spots of that sort."""
        if place in COUNTED:
            return tuple(Spot(number=number) for number in range(1, self.numbers.get(place, 1) + 1))
        if place is Place.OPERATION:
            return tuple(each for each in self.spots if each.where == "call" and each.called in self.operations)
        where = {Place.GUEST: "guest", Place.STEP: "step"}.get(place, "call")
        return tuple(each for each in self.spots if each.where == where and matches(CALLED[place], each.called))


def each_wait_thrice(spots: Sequence[Spot]) -> list[Spot]:
    """All, but of what one step asks over and over the first, one in the middle and the last.

    The code that asks is the same each time, and knows of the times before only how long ago they were.
    """
    lasts = _lasts(spots)
    return [
        each
        for each in spots
        if not matches(_POLLED, each.called) or each.number in _ends_and_middle(lasts[each.step, each.called])
    ]


def each_step_once(spots: Sequence[Spot], turn: int) -> list[Spot]:
    """Of each step one read, one write, one deletion and so on: another operation with each ``turn``."""
    found: dict[tuple[str, str], list[Spot]] = defaultdict(list)
    for each in spots:
        if each.number == 1:
            found[each.step, each.called.partition(" ")[0]].append(each)
    return [group[turn % len(group)] for group in found.values()]


def _lasts(spots: Sequence[Spot]) -> dict[tuple[str, str], int]:
    return {(each.step, each.called): each.number for each in spots}


def _ends_and_middle(last: int) -> Collection[int]:
    return range(1, last + 1) if last <= _FEW else {1, (last + 1) // 2, last}
