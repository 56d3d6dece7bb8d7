"""``python -m chaos``: builds in which something goes wrong, what became of them, and build/chaos.json."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated

import typer

from chaos.cases import Case, matrix, sampled
from chaos.chains import chained
from chaos.course import Course
from chaos.jobs import end_by_sigterm, run_cases, run_plain
from chaos.kinds import KINDS
from chaos.kinds.kind import Kind
from chaos.real import real_cases
from chaos.recipes import System
from chaos.results import CaseResult, Plan, Results, counted, resumed
from chaos.short import short_cases
from chaos.stack import run_on_stack, stack_cases
from chaos.table import say, show
from chaos.walk import walks

Patterns = Annotated[
    list[str] | None, typer.Option("--kind", help="Only kinds of these names, * as in a shell. (default: all)")
]
Steps = Annotated[list[str] | None, typer.Option("--step", help="Only in steps of these names, likewise.")]
Calls = Annotated[list[str] | None, typer.Option("--call", help="Only at calls of these names: 'PUT *'.")]

_WRITE_SECONDS = 20


@dataclass(frozen=True)
class Wish:
    """What is to be run."""

    systems: tuple[System, ...]
    kinds: tuple[Kind, ...]
    steps: tuple[str, ...]
    calls: tuple[str, ...]
    seed: int
    every: int
    walk: int
    stack: int
    singly: bool

    def cases(self, courses: dict[System, Course]) -> list[Case]:
        return [case for system in self.systems for case in self._cases(system, courses[system])]

    def _cases(self, system: System, course: Course) -> Iterable[Case]:
        if self.walk:
            return walks(system, course, self.seed, self.walk)
        if self.stack:
            return stack_cases(system, course, self.seed, self.stack)
        fitting = [each for each in matrix(system, course, self.kinds) if self._fits(each)]
        chosen = sampled(fitting, self.seed, self.every)
        return chosen if self.singly else sampled(chained(system, course, chosen), self.seed, 1)

    def _fits(self, case: Case) -> bool:
        return any(fnmatch(case.spot.step, step) for step in self.steps) and any(
            fnmatch(case.spot.called, call) for call in self.calls
        )


def main(  # noqa: PLR0913, PLR0917 - one for each option
    seed: Annotated[int, typer.Option(help="Says where the samples begin, and how walks go.")] = 0,
    every: Annotated[int, typer.Option(min=1, help="Strike each so-manieth place; 1: all, which takes hours.")] = 20,
    kind: Patterns = None,
    step: Steps = None,
    call: Calls = None,
    singly: Annotated[bool, typer.Option("--singly", help="Each in a build of its own, to see what it does.")] = False,
    system: Annotated[list[System] | None, typer.Option(help="Only builds of this system. (default: all)")] = None,
    walk: Annotated[int, typer.Option(min=0, help="Instead: so many builds of the random walk, of each system.")] = 0,
    stack: Annotated[int, typer.Option(min=0, help="Instead: kill workers and Prefect's server, so often each.")] = 0,
    short: Annotated[bool, typer.Option("--short", help="Instead: the few builds that `make test` has.")] = False,
    real: Annotated[bool, typer.Option("--real", help="Instead: the few builds that are on real machines.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run whose results are there, and do again what went wrong.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, help="So many builds at once.")] = 2,
    out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("build/chaos.json"),
) -> None:
    """Build on machines that are models (but for --real), while something goes wrong in each build.

    Fails when a build was lost, or left, did or published what it should not have.
    """
    end_by_sigterm()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    print(f"What builds leave is in {folder}, and is removed when nothing went wrong", flush=True)
    chosen = tuple(each for each in KINDS.values() if _any_fits(kind, each.name))
    if not chosen:
        raise typer.BadParameter("there is none of that name: " + ", ".join(KINDS), param_hint="--kind")
    wish = Wish(
        tuple(system or System), chosen, tuple(step or "*"), tuple(call or "*"), seed, every, walk, stack, singly
    )
    chosen_cases = short_cases() if short else real_cases() if real else ()
    plan = resumed_from(out) if resume else _given(chosen_cases) if chosen_cases else _planned(wish, folder)
    if stack:
        run = run_on_stack(plan.cases, folder)
    else:
        run = run_cases(plan.cases, plan.plain_seconds, folder, jobs, "qemu" if real else "instant")
    results = _told(run, plan, out)
    show(results)
    print(f"Written to {out}")
    if results.failures:
        raise typer.Exit(1)
    shutil.rmtree(folder)


def _any_fits(patterns: list[str] | None, name: str) -> bool:
    return not patterns or any(fnmatch(name, pattern) for pattern in patterns)


def resumed_from(earlier: Path) -> Plan:
    """What is left of the run whose results these are. Raises typer.BadParameter when there are none."""
    if not earlier.exists():
        raise typer.BadParameter(f"there are no results in {earlier} to go on from", param_hint="--resume")
    return resumed(Results.model_validate_json(earlier.read_text(encoding="utf-8")))


def _given(cases: tuple[Case, ...]) -> Plan:
    return Plan(0, 1, cases, {})


def _planned(wish: Wish, folder: Path) -> Plan:
    courses = run_plain(wish.systems, folder)
    seconds = {system: course.seconds for system, course in courses.items()}
    return Plan(wish.seed, wish.every, tuple(wish.cases(courses)), seconds)


def _told(found: Iterator[CaseResult], plan: Plan, out: Path) -> Results:
    out.parent.mkdir(parents=True, exist_ok=True)
    new: list[CaseResult] = []
    written = time.monotonic()
    try:
        for each in found:
            new.append(each)
            say(each, len(plan.done) + len(new), len(plan.done) + len(plan.cases))
            # On the way too, so that a run of hours that dies leaves what it saw.
            if time.monotonic() > written + _WRITE_SECONDS:
                _write(plan, new, out)
                written = time.monotonic()
    finally:
        _write(plan, new, out)
    return counted(plan, new)


def _write(plan: Plan, new: list[CaseResult], out: Path) -> None:
    draft = out.with_suffix(".new")
    draft.write_text(counted(plan, new).model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.replace(out)


if __name__ == "__main__":
    typer.run(main)
