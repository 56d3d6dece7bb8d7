"""``python -m chaos``: builds in which something goes wrong, what became of them, and build/chaos.json."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated

import typer

from chaos.cases import Case, Counts, case_of, sampled
from chaos.jobs import end_by_sigterm, run_cases, run_plain
from chaos.kinds import KINDS
from chaos.kinds.kind import Kind
from chaos.recipes import System
from chaos.results import CaseResult, counted
from chaos.table import say, show
from chaos.walk import walks

Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="Only kinds of these names, * as in a shell. (default: all)")
]


def main(  # noqa: PLR0913, PLR0917 - one for each option
    seed: Annotated[int, typer.Option(help="Says where the samples begin, and how walks go.")] = 0,
    every: Annotated[int, typer.Option(min=1, help="Strike each so-manieth place; 1: all, which takes days.")] = 40,
    at: Annotated[int | None, typer.Option(min=1, help="Strike at this place alone, of each kind.")] = None,
    kind: Kinds = None,
    system: Annotated[list[System] | None, typer.Option(help="Only builds of this system. (default: all)")] = None,
    walk: Annotated[int, typer.Option(min=0, help="Builds of the random walk, of each system, instead.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="So many builds at once.")] = 2,
    out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("build/chaos.json"),
) -> None:
    """Build on machines that are models, while something goes wrong in each build.

    Fails when a build was lost, or left, did or published what it should not have.
    """
    end_by_sigterm()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    print(f"What builds leave is in {folder}, and is removed when nothing went wrong", flush=True)
    systems = tuple(system or System)
    counts, seconds = run_plain(systems, folder)
    chosen = [each for each in KINDS.values() if not kind or any(fnmatch(each.name, name) for name in kind)]
    cases = [each for one in systems for each in _cases(one, counts[one], chosen, seed, every, at, walk)]
    if not cases:
        raise typer.BadParameter("no kind is called that: " + ", ".join(KINDS), param_hint="--kind")
    found = _run(cases, seconds, folder, jobs, out, seed, every)
    print(f"Written to {out}")
    if counted(found, seed, every).failures:
        raise typer.Exit(1)
    shutil.rmtree(folder)


def _cases(
    system: System, counts: Counts, kinds: Sequence[Kind], seed: int, every: int, at: int | None, walk: int
) -> list[Case]:
    if walk:
        return list(walks(system, counts, seed, walk))
    if at:
        return [case_of(system, each, at, when) for each in kinds if system in each.systems for when in each.sides]
    return list(sampled(system, counts, seed, every, kinds))


def _run(
    cases: Sequence[Case],
    seconds: Mapping[System, float],
    folder: Path,
    jobs: int,
    out: Path,
    seed: int,
    every: int,
) -> list[CaseResult]:
    out.parent.mkdir(parents=True, exist_ok=True)
    found: list[CaseResult] = []
    for result in run_cases(cases, seconds, folder, jobs):
        found.append(result)
        say(result, len(found), len(cases))
        # After each, so that a run of hours that is ended leaves what it saw.
        out.write_text(counted(found, seed, every).model_dump_json(indent=2) + "\n", encoding="utf-8")
    show(counted(found, seed, every))
    return found


if __name__ == "__main__":
    typer.run(main)
