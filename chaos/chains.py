"""Builds in which things go wrong in each step, one after the other, where a case each would take hours.

A step that is finished is not looked at again, so what goes wrong in the next one meets a build like any other. In one
step it is three things at most, an early, a middle and a late one: a build gives up whose process dies six times
without finishing a step. What may send the build back, which it does twice at most, comes twice at most.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

from chaos.cases import Case
from chaos.course import Course
from chaos.kinds.kind import Expected
from chaos.points import BETWEEN, Spot
from chaos.recipes import System, Variant
from chaos.trial import Kill, Strike, Trial, Victim
from localazure.faults.kinds.machines import MachineFault

CHAIN = "several in each step"
_IN_A_STEP = 3
_WAYS_BACK = 2


def chained(system: System, course: Course, cases: Sequence[Case]) -> list[Case]:
    """The same, with those together in one build that can be."""
    alone = [each for each in cases if not _may_be_chained(each)]
    queues = _queues(course, [each for each in cases if _may_be_chained(each)])
    chains: list[Case] = []
    while any(queues):
        trial = Trial(strikes=tuple(_one_of_each(queues)))
        chains.append(Case(system=system, kind=CHAIN, spot=Spot(number=len(chains) + 1), trial=trial))
    return [*chains, *alone]


def _may_be_chained(case: Case) -> bool:
    """What passes at a place in a step of a plain build."""
    in_step = case.spot.step not in {"", BETWEEN} and not case.trial.faults
    plain = case.expected is Expected.GOES_ON and case.variant is Variant.PLAIN
    return in_step and plain and not any(isinstance(each.does, MachineFault) for each in case.trial.strikes)


def _queues(course: Course, cases: Sequence[Case]) -> list[deque[Case]]:
    """In the order in which a build comes to them, three for each step: the early, the middle and the late ones."""
    order = {spot: place for place, spot in enumerate(course.spots)}
    steps: dict[str, list[Case]] = defaultdict(list)
    for case in sorted(cases, key=lambda case: (order[case.spot], case.when == "after")):
        steps[case.spot.step].append(case)
    return [part for step in steps.values() for part in _parts(step)]


def _parts(cases: Sequence[Case]) -> Iterator[deque[Case]]:
    size = -(-len(cases) // _IN_A_STEP)
    for begin in range(0, len(cases), size):
        yield deque(cases[begin : begin + size])


def _one_of_each(queues: Sequence[deque[Case]]) -> Iterator[Strike]:
    """Takes them out. A build that cannot bear a queue's next for now leaves it to another."""
    ways_back = _WAYS_BACK
    for queue in queues:
        if queue and (ways_back or not _sends_back(queue[0])):
            case = queue.popleft()
            ways_back -= _sends_back(case)
            yield from case.trial.strikes


def _sends_back(case: Case) -> bool:
    """A machine that loses its power in the middle of a command may have to be put back to a checkpoint."""
    return case.spot.where == "guest" and any(
        isinstance(each.does, Kill) and each.does.victim is Victim.LOCALAZURE for each in case.trial.strikes
    )
