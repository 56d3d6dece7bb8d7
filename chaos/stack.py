"""Builds by a worker under Prefect's own server, whose processes are killed at calls to Azure. Few: each takes long."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest.mock import patch

from prefect.client.schemas.objects import FlowRun, StateType

from chaos.cases import Case
from chaos.course import Course
from chaos.kinds.kind import CALLS, Place
from chaos.outcome import End, Outcome
from chaos.points import SIDES, Spot, point_at
from chaos.recipes import System, Variant, write_recipe
from chaos.results import CaseResult
from chaos.trial import Kill, Victim, killing
from chaos.world import World, is_excluded
from deployments.local_stack.run import create_run, follow, processes_of
from deployments.local_stack.stack import Options, Stack, running
from localazure.faults.client import FaultClient
from localazure.faults.kinds.connections import PauseFault
from localazure.faults.kinds.recording import RecordFault
from tasks.build_id import new_build_id
from tasks.history import RESUMED
from tasks.records import did_a_step, read_task_runs

_DEPLOYMENT = "build-image/debian-12-web"
"""Any recipe may be built with it; its own is only the form's default."""
_STRIKE_SECONDS = 300
_PARTS = {Victim.WORKER: "worker", Victim.WORKER_AND_BUILD: "worker", Victim.SERVER: "prefect server"}


def stack_cases(system: System, course: Course, seed: int, number: int) -> Iterator[Case]:
    """``number`` calls for each of the processes of which a build needs no model."""
    calls = len(course.of(Place.CALL))
    for victim in _PARTS:
        random = Random(f"{seed}/{system}/stack/{victim}")  # noqa: S311 - no secret
        for call in sorted(random.sample(range(1, calls + 1), number)):
            when = random.choice(SIDES)
            spot = Spot(number=call)
            yield Case(
                system=system, kind=f"kill {victim}", spot=spot, when=when, trial=killing(victim, point_at(spot, when))
            )


def run_on_stack(cases: Sequence[Case], folder: Path) -> Iterator[CaseResult]:
    """Run all in one stack, one after the other, and give each as it ends. Raises StackError."""
    options = Options(hypervisor="instant", pace=0)
    with running(options, print, folder) as stack, patch.dict(os.environ, dict(stack.account)):
        host = _Host(stack, World(folder, dict(stack.account)), folder)
        plain = host.run(cases[0].system)
        for case in cases:
            operation, outcome = host.struck(case)
            extra = round(outcome.seconds - plain, 2)
            yield CaseResult(case=case, struck=(operation,), outcome=outcome, extra_seconds=extra)


@dataclass(frozen=True)
class _Host:
    stack: Stack
    world: World
    folder: Path

    def run(self, system: System) -> float:
        """The seconds of a build in which nothing goes wrong."""
        begun = time.monotonic()
        follow(self.stack.client, self._start(system).id, None, self.stack.check)
        return time.monotonic() - begun

    def struck(self, case: Case) -> tuple[str, Outcome]:
        """What was being called when the case's process was killed, and what became of the build."""
        (strike,) = case.trial.strikes
        assert isinstance(strike.does, Kill)  # noqa: S101 - for the type checker
        before, begun = self.world.strays(), time.monotonic()
        with FaultClient(self.stack.slot.cloud) as faults:
            record = faults.add(RecordFault(operation=CALLS)).id
            pause = faults.add(PauseFault(operation=CALLS, after=case.spot.number - 1, when=case.when)).id
            run = self._start(case.system)
            faults.await_strike(pause, within=_STRIKE_SECONDS)
            (called,) = (each.operation for each in faults.calls(record) if each.number == case.spot.number)
            self._kill(strike.does.victim, run)
            faults.clear()
        return called, self._outcome(run, begun, before)

    def _start(self, system: System) -> FlowRun:
        recipe = write_recipe(system, Variant.PLAIN, self.folder)
        return create_run(self.stack.client, _DEPLOYMENT, {"recipe": str(recipe)}, self.stack.queue)

    def _kill(self, victim: Victim, run: FlowRun) -> None:
        """The stack starts its parts again."""
        (part,) = (each for each in self.stack.parts if each.process.name == _PARTS[victim])
        part.process.popen.kill()
        if victim is Victim.WORKER_AND_BUILD:
            for each in processes_of(run):
                each.kill()

    def _outcome(self, run: FlowRun, begun: float, before: frozenset[str]) -> Outcome:
        client = self.stack.client
        ended, _ = follow(client, run.id, None, self.stack.check)
        seconds = round(time.monotonic() - begun, 2)
        states = client.read_flow_run_states(run.id)
        versions = self.world.versions(new_build_id(run.id))
        public = {str(each["id"]) for each in versions if not is_excluded(each)}
        published = ended.state is not None and ended.state.type == StateType.COMPLETED and bool(public)
        error = "" if published else str(ended.state and (ended.state.message or ended.state.name))
        left = self.world.strays() - before - public
        self.world.sweep()
        leaked = self.world.strays() - before - public
        return Outcome(
            published=published,
            end=End(error=error),
            last_error=error,
            attempts=1 + [state.message for state in states].count(RESUMED),
            seconds=seconds,
            finished_twice=self._done_twice(run),
            swept=tuple(sorted(left - leaked)),
            leaked=tuple(sorted(leaked)),
            versions=len(versions),
            unverified=0 if self._steps(run)["verify"] else len(public),
        )

    def _done_twice(self, run: FlowRun) -> tuple[str, ...]:
        return tuple(name for name, times in self._steps(run).items() if times > 1)

    def _steps(self, run: FlowRun) -> Counter[str]:
        """How often each step was carried out to its end."""
        return Counter(each.name for each in read_task_runs(self.stack.client, run.id) if did_a_step(each))
