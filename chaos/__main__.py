"""``python -m chaos``: builds in which one thing goes wrong each, what became of them, and build/chaos.json."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chaos.cases import System
from chaos.matrix import run_matrix
from chaos.results import CaseResult, Results, counted

COLUMNS = (
    "system",
    "what",
    "at call",
    "operation",
    "published",
    "processes",
    "tried again",
    "done again",
    "extra s",
    "swept",
    "wrong",
)


def main(
    seed: Annotated[int, typer.Option(help="Says with which calls the samples begin.")] = 0,
    every: Annotated[int, typer.Option(min=1, help="Strike each so-manieth call; 1: all, which takes hours.")] = 40,
    out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("build/chaos.json"),
    system: Annotated[list[System] | None, typer.Option(help="Only builds of this system. (default: all)")] = None,
) -> None:
    """Build on machines that are models, with a kill or a transient fault at one call of each build.

    Fails when a build was lost, or left, did or published what it should not have.
    """
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    print(f"What builds leave is in {folder}, and is removed when nothing went wrong")
    out.parent.mkdir(parents=True, exist_ok=True)
    cases: list[CaseResult] = []

    def tell(result: CaseResult) -> None:
        _say(result)
        cases.append(result)
        # After each, so that a run of hours that is ended leaves what it saw.
        out.write_text(counted(cases, seed, every).model_dump_json(indent=2) + "\n", encoding="utf-8")

    for each in system or System:
        run_matrix(each, folder / each, seed=seed, every=every, tell=tell)
    results = counted(cases, seed, every)
    _show(results)
    print(f"Written to {out}")
    if results.failures:
        raise typer.Exit(1)
    shutil.rmtree(folder)


def _say(result: CaseResult) -> None:
    case = result.case
    ended = "published" if result.outcome.published else f"LOST: {result.outcome.error}"
    print(f"{case.system} {case.kind} {case.when} {case.call} {result.operation}: {ended}", flush=True)


def _show(results: Results) -> None:
    table = Table(*COLUMNS)
    for each in results.cases:
        table.add_row(*row_of(each))
    # Wide enough for each case to be a line, also where there is no terminal.
    Console(width=220).print(table)
    for name, count in results.model_dump(exclude={"cases"}).items():
        print(f"{name:24} {count}")


def row_of(result: CaseResult) -> tuple[str, ...]:
    case, outcome = result.case, result.outcome
    wrong = [f"twice: {each}" for each in outcome.finished_twice] + [f"leaked: {each}" for each in outcome.leaked]
    wrong += [f"{outcome.versions} versions"] if outcome.versions > 1 else []
    wrong += ["unverified"] if outcome.unverified else []
    return (
        *(case.system, case.kind, f"{case.when} {case.call}", result.operation or "not reached"),
        *("yes" if outcome.published else f"no: {outcome.error}", str(outcome.attempts)),
        *(
            ", ".join(outcome.retried),
            ", ".join(outcome.steps_again),
            f"{result.extra_seconds:+.1f}",
            str(len(outcome.swept)),
            "; ".join(wrong),
        ),
    )


if __name__ == "__main__":
    typer.run(main)
