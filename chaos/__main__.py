"""``python -m chaos``: builds in which something goes wrong, what became of them, and build/chaos.json."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated

import typer

from chaos.cases import Case, Counts, case_of, sampled
from chaos.jobs import end_by_sigterm, run_cases, run_plain
from chaos.kinds import KINDS
from chaos.kinds.kind import Kind
from chaos.recipes import System
from chaos.results import CaseResult, Results, counted
from chaos.short import short_cases
from chaos.stack import run_on_stack, stack_cases
from chaos.table import say, show
from chaos.walk import walks

Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="Only kinds of these names, * as in a shell. (default: all)")
]


@dataclass(frozen=True)
class Wish:
    """What is to be run."""

    systems: tuple[System, ...]
    kinds: tuple[Kind, ...]
    seed: int
    every: int
    at: tuple[int, ...]
    walk: int
    stack: int

    def cases(self, counts: dict[System, Counts]) -> list[Case]:
        return [case for system in self.systems for case in self._cases(system, counts[system])]

    def _cases(self, system: System, counts: Counts) -> Iterable[Case]:
        if self.walk:
            return walks(system, counts, self.seed, self.walk)
        if self.stack:
            return stack_cases(system, counts, self.seed, self.stack)
        if self.at:
            fitting = [each for each in self.kinds if system in each.systems]
            return [case_of(system, each, at, when) for each in fitting for at in self.at for when in each.sides]
        return sampled(system, counts, self.seed, self.every, self.kinds)


def main(  # noqa: PLR0913, PLR0917 - one for each option
    seed: Annotated[int, typer.Option(help="Says where the samples begin, and how walks go.")] = 0,
    every: Annotated[int, typer.Option(min=1, help="Strike each so-manieth place; 1: all, which takes days.")] = 40,
    at: Annotated[list[int] | None, typer.Option(min=1, help="Strike at these places alone, of each kind.")] = None,
    kind: Kinds = None,
    system: Annotated[list[System] | None, typer.Option(help="Only builds of this system. (default: all)")] = None,
    walk: Annotated[int, typer.Option(min=0, help="Instead: so many builds of the random walk, of each system.")] = 0,
    stack: Annotated[int, typer.Option(min=0, help="Instead: kill workers and Prefect's server, so often each.")] = 0,
    short: Annotated[bool, typer.Option("--short", help="Instead: the few builds that `make test` has.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="So many builds at once.")] = 2,
    out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("build/chaos.json"),
) -> None:
    """Build on machines that are models, while something goes wrong in each build.

    Fails when a build was lost, or left, did or published what it should not have.
    """
    end_by_sigterm()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    print(f"What builds leave is in {folder}, and is removed when nothing went wrong", flush=True)
    chosen = tuple(each for each in KINDS.values() if not kind or any(fnmatch(each.name, name) for name in kind))
    if not chosen:
        raise typer.BadParameter("there is none of that name: " + ", ".join(KINDS), param_hint="--kind")
    wish = Wish(tuple(system or System), chosen, seed, every, tuple(at or ()), walk, stack)
    cases, found = _short(folder, jobs) if short else _wished(wish, folder, jobs)
    results = _told(found, len(cases), out, seed, every)
    show(results)
    print(f"Written to {out}")
    if results.failures:
        raise typer.Exit(1)
    shutil.rmtree(folder)


def _wished(wish: Wish, folder: Path, jobs: int) -> tuple[Sequence[Case], Iterator[CaseResult]]:
    """The cases, and what becomes of each as it ends."""
    counts, seconds = run_plain(wish.systems, folder)
    cases = wish.cases(counts)
    return cases, run_on_stack(cases, folder) if wish.stack else run_cases(cases, seconds, folder, jobs)


def _short(folder: Path, jobs: int) -> tuple[Sequence[Case], Iterator[CaseResult]]:
    cases = short_cases()
    return cases, run_cases(cases, {}, folder, jobs)


def _told(found: Iterator[CaseResult], number: int, out: Path, seed: int, every: int) -> Results:
    out.parent.mkdir(parents=True, exist_ok=True)
    results: list[CaseResult] = []
    for each in found:
        results.append(each)
        say(each, len(results), number)
        # After each, so that a run of hours that is ended leaves what it saw.
        out.write_text(counted(results, seed, every).model_dump_json(indent=2) + "\n", encoding="utf-8")
    return counted(results, seed, every)


if __name__ == "__main__":
    typer.run(main)
