"""Builds in one local Azure, one after the other, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from chaos.build import Build
from chaos.cases import Case
from chaos.course import Course
from chaos.journal import Entry, Event
from chaos.kinds.kind import CALLED, Place
from chaos.recipes import System, Variant, write_recipe
from chaos.results import CaseResult
from chaos.world import World
from localazure.faults.client import FaultClient, FaultRefused
from localazure.faults.kinds.capacity import AllocationFault
from localazure.faults.kinds.every import AnyFault
from localazure.faults.kinds.operations import FailedOperationFault
from localazure.faults.kinds.recording import RecordFault
from localazure.faults.kinds.status import StatusFault
from localazure.faults.recording import RecordedCall

_NEVER = 1_000_000
"""More calls than any build makes."""


class Unsound(Exception):
    """A build failed in which nothing was made to go wrong: there is nothing to compare with."""


class Runner:
    """``folder`` holds what each build keeps and tells."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world, self._folder = world, folder

    def plain(self, system: System) -> Course:
        """What a build comes to in which nothing goes wrong. Raises Unsound.

        It is built twice: what both came to is there to be struck. The first tells which calls there are, of which the
        second is asked whether they begin operations.
        """
        first, _ = self._plain("plain", system, {})
        called = sorted({each.called for each in first.spots() if each.where == "call"})
        counters: dict[str, AnyFault] = {
            each: FailedOperationFault(operation=each, after=_NEVER) for each in called if not each.startswith("GET ")
        }
        counters[Place.TOKEN] = StatusFault(operation=CALLED[Place.TOKEN], after=_NEVER, status=500)
        counters[Place.ALLOCATION] = AllocationFault(after=_NEVER)
        second, counts = self._plain("plain-again", system, counters)
        both = set(second.spots())
        return Course(
            spots=tuple(each for each in first.spots() if each in both),
            operations=frozenset(each for each in called if counts.get(each)),
            numbers={each: counts[each] for each in (Place.TOKEN, Place.ALLOCATION)},
            seconds=min(first.seconds, second.seconds),
        )

    def _plain(self, name: str, system: System, counters: Mapping[str, AnyFault]) -> tuple[Build, dict[str, int]]:
        build = self._build(name, system, Variant.PLAIN)
        with self._world.faults() as faults:
            standing = {each: found for each, fault in counters.items() if (found := _possible(faults, fault))}
            build.run()
            counts = {each: faults.get(number).matched for each, number in standing.items()}
            faults.clear()
        outcome = build.outcome()
        if not outcome.published or outcome.leaked:
            raise Unsound(f"{build.folder}: {outcome.last_error or outcome}")
        return build, counts

    def run(self, case: Case, plain_seconds: float | None) -> CaseResult:
        name = re.sub(r"[^A-Za-z0-9]+", "-", f"{case.kind} {case.spot} {case.when}")
        build = self._build(name, case.system, case.variant)
        with self._world.faults() as faults:
            struck = self._strike(build, case, faults)
            faults.clear()
        if build.has_failed:
            build.press_on(case.go_on_from)
        outcome = build.outcome()
        extra = None if plain_seconds is None else round(outcome.seconds - plain_seconds, 2)
        return CaseResult(case=case, struck=struck, outcome=outcome, extra_seconds=extra)

    def _strike(self, build: Build, case: Case, faults: FaultClient) -> tuple[str, ...]:
        """Run the build; what was struck: steps of it and what they called, and calls."""
        added = [faults.add(each).id for each in case.trial.faults]
        record = faults.add(RecordFault()).id if added else 0
        build.run(case.trial.strikes)
        calls = faults.calls(record) if added else ()
        in_steps = (each.step for each in build.journal() if each.event == Event.STRUCK and _has_struck(faults, each))
        return (*in_steps, *(word for each in added for word in _struck(faults, each, calls)))

    def _build(self, name: str, system: System, variant: Variant) -> Build:
        folder = self._folder / f"{system}-{name}"
        recipe = write_recipe(system, variant, self._folder, real=self._world.hypervisor == "qemu")
        return Build(self._world, folder, {"recipe": str(recipe)})


def _struck(faults: FaultClient, fault: int, calls: Sequence[RecordedCall]) -> tuple[str, ...]:
    """Which calls a fault struck. What befell no call, such as a guest with a wrong clock, is only counted."""
    called = tuple(dict.fromkeys(each.operation for each in calls if fault in each.faults))
    return called or (("no call",) if faults.get(fault).struck else ())


def _has_struck(faults: FaultClient, entry: Entry) -> bool:
    return entry.fault is None or faults.get(entry.fault).struck > 0


def _possible(faults: FaultClient, fault: AnyFault) -> int | None:
    """Its number; None of one that cannot strike, such as the end of an operation at a call that begins none."""
    try:
        return faults.add(fault).id
    except FaultRefused:
        return None
