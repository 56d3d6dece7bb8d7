"""A build in which nothing goes wrong, and then one for each case, one after the other in one local Azure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos.build import Build, Outcome
from chaos.cases import CALLS, KILLS, Case, Kind, System, counting_faults, fault_of, sampled
from chaos.results import CaseResult
from chaos.world import World
from localazure.faults.kinds.recording import RecordFault
from localazure.faults.occasions import operation_name

_RECIPES = Path(__file__).with_name("recipes")


class Unsound(Exception):
    """A build failed in which nothing was made to go wrong: there is nothing to compare with."""


def run_matrix(system: System, folder: Path, *, seed: int, every: int, tell: Callable[[CaseResult], None]) -> None:
    """Run the cases of a system and tell of each. ``folder`` holds all they leave. Raises Unsound."""
    with _world(folder) as world:
        matrix = _Matrix(system, world, folder)
        counts, plain = matrix.plain()
        for number, case in enumerate(sampled(system, counts, seed, every), start=1):
            tell(matrix.run(case, number, plain))


class _Matrix:
    def __init__(self, system: System, world: World, folder: Path) -> None:
        self._world, self._folder = world, folder
        self._parameters = {"recipe": str(_RECIPES / f"{system}.yaml")}

    def plain(self) -> tuple[dict[Kind, int], Outcome]:
        """How many calls each kind can strike, and what the build came to."""
        build = self._build("plain")
        with self._world.faults() as faults:
            counters = {kind: faults.add(fault).id for kind, fault in counting_faults().items()}
            build.run()
            counts = {kind: faults.get(each).matched for kind, each in counters.items()}
            faults.clear()
        calls = len(build.calls("before"))
        outcome = build.outcome()
        if not outcome.published or outcome.leaked:
            raise Unsound(f"{self._folder}: {outcome.error or outcome}")
        return dict.fromkeys(KILLS, calls) | counts, outcome

    def run(self, case: Case, number: int, plain: Outcome) -> CaseResult:
        build = self._build(f"{number}")
        operation = self._killed(build, case) if case.kill else self._struck(build, case)
        outcome = build.outcome()
        extra = round(outcome.seconds - plain.seconds, 2)
        return CaseResult(case=case, operation=operation, outcome=outcome, extra_seconds=extra)

    def _killed(self, build: Build, case: Case) -> str:
        build.run(case.kill)
        called = build.calls(case.when).get(case.call)
        return operation_name(*called.split(" ", 1)) if called else ""

    def _struck(self, build: Build, case: Case) -> str:
        with self._world.faults() as faults:
            fault = faults.add(fault_of(case.kind, case.call, case.when)).id
            record = faults.add(RecordFault(operation=CALLS)).id
            build.run()
            operations = [each.operation for each in faults.calls(record) if fault in each.faults]
            struck = faults.get(fault).struck
            faults.clear()
        # Recordings name the faults that struck a call; of one that struck what the call began, only its count tells.
        return next(iter(operations), "a long-running operation" if struck else "")

    def _build(self, name: str) -> Build:
        return Build(self._world, self._folder / name, self._parameters)


@contextmanager
def _world(folder: Path) -> Iterator[World]:
    (folder / "world").mkdir(parents=True)
    world = World(folder / "world")
    world.start()
    try:
        yield world
    finally:
        world.stop()
