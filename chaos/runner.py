"""Builds in one local Azure, one after the other, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from chaos.build import Build
from chaos.cases import Case, Counts
from chaos.kinds.kind import OPERATIONS, Place
from chaos.outcome import places_struck
from chaos.recipes import System, Variant, write_recipe
from chaos.results import CaseResult
from chaos.world import World
from localazure.faults.client import FaultClient
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

    def plain(self, system: System) -> tuple[Counts, float]:
        """How many places of each sort a build has in which nothing goes wrong, and its seconds. Raises Unsound."""
        build = self._build("plain", system, Variant.PLAIN)
        with self._world.faults() as faults:
            counters = {place: faults.add(fault).id for place, fault in _counters().items()}
            build.run()
            counts = {place: faults.get(each).matched for place, each in counters.items()}
            faults.clear()
        counts |= {Place.GUEST: build.points("guest"), Place.BUILD: 1}
        outcome = build.outcome()
        if not outcome.published or outcome.leaked:
            raise Unsound(f"{build.folder}: {outcome.last_error or outcome}")
        return counts, outcome.seconds

    def run(self, case: Case, plain_seconds: float | None) -> CaseResult:
        name = f"{re.sub(r'[^A-Za-z0-9]+', '-', case.kind)}-{case.number}-{case.when}"
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
        record = faults.add(RecordFault()).id
        build.run(case.trial.strikes)
        calls = faults.calls(record)
        return (*places_struck(build.journal()), *(word for each in added for word in _struck(faults, each, calls)))

    def _build(self, name: str, system: System, variant: Variant) -> Build:
        folder = self._folder / f"{system}-{name}"
        recipe = write_recipe(system, variant, self._folder)
        return Build(self._world, folder, {"recipe": str(recipe)})


def _struck(faults: FaultClient, fault: int, calls: Sequence[RecordedCall]) -> tuple[str, ...]:
    """Which calls a fault struck. What befell no call, such as a guest with a wrong clock, is only counted."""
    called = tuple(dict.fromkeys(each.operation for each in calls if fault in each.faults))
    return called or (("no call",) if faults.get(fault).struck else ())


def _counters() -> dict[Place, AnyFault]:
    """Faults that strike never, and count."""
    found: dict[Place, AnyFault] = {
        place: StatusFault(operation=operation, after=_NEVER, status=500) for place, operation in OPERATIONS.items()
    }
    for place in (Place.OPERATION, Place.HALF):
        found[place] = FailedOperationFault(operation=OPERATIONS[place], after=_NEVER)
    return found | {Place.ALLOCATION: AllocationFault(after=_NEVER)}
