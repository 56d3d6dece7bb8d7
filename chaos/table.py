"""The results for people: a line while builds run, and a table at the end."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from chaos.results import CaseResult, Results

COLUMNS = (
    "system",
    "what",
    "place",
    "struck",
    "ended",
    "processes",
    "tried again",
    "done again",
    "extra s",
    "swept",
    "wrong",
)
_SHORT = 70


def say(result: CaseResult, number: int, of: int) -> None:
    case = result.case
    words = "; ".join(result.wrong).upper() if result.wrong else _ended(result)
    what = f"{case.system} {case.kind} {case.when} {case.spot} ({'; '.join(result.struck) or 'not reached'})"
    print(f"{number}/{of} {what} {result.outcome.seconds:.0f} s: {words}", flush=True)


def show(results: Results) -> None:
    table = Table(*COLUMNS)
    for each in results.cases:
        table.add_row(*row_of(each))
    # Wide enough for each case to be a line, also where there is no terminal.
    Console(width=240).print(table)
    for name, count in results.model_dump(exclude={"cases", "to_come", "plain_seconds"}).items():
        print(f"{name:24} {count}")


def row_of(result: CaseResult) -> tuple[str, ...]:
    case, outcome = result.case, result.outcome
    return (
        *(case.system, case.kind, f"{case.when} {case.spot}", "; ".join(result.struck) or "not reached"),
        *(_ended(result), str(outcome.attempts)),
        *(", ".join(outcome.retried), ", ".join(outcome.steps_again)),
        *(
            "" if result.extra_seconds is None else f"{result.extra_seconds:+.1f}",
            str(len(outcome.swept)),
            "; ".join(result.wrong),
        ),
    )


def _ended(result: CaseResult) -> str:
    outcome = result.outcome
    if not outcome.end.error:
        return "published"
    said = " ".join(outcome.end.error.split())
    return f"{said[:_SHORT]}; {'published after Retry' if outcome.published else 'not published after Retry either'}"
