"""What a person sees of a run while it goes: a table that lives on a terminal, lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from prefect.client.schemas.objects import FlowRun
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from deployments.local_stack.run import Steps
from mintage.artifacts import StepReport, StepState

_SIGNS = {
    StepState.PENDING: "[dim]·[/]",
    StepState.RUNNING: "[cyan]▶[/]",
    StepState.COMPLETED: "[green]✓[/]",
    StepState.CACHED: "[green]=[/]",
    StepState.FAILED: "[red]✗[/]",
    StepState.CANCELLED: "[yellow]■[/]",
}


class View(Protocol):
    def show(self, run: FlowRun, steps: Steps) -> None:
        """Take the run as it is now; called again and again."""


@contextmanager
def open_view(console: Console) -> Iterator[View]:
    """Show a run on ``console`` until the end of the block."""
    if not console.is_terminal:
        yield Lines(console)
        return
    with Live(console=console, auto_refresh=False) as live:
        yield Screen(live)


class Screen:
    """All steps at once, with their times running."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def show(self, run: FlowRun, steps: Steps) -> None:
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_row("", f"[bold]{escape(run.name)}[/]", f"[dim]{_state(run)}[/]")
        for step in steps:
            table.add_row(_SIGNS[step.state], escape(step.name), _time(step))
        self._live.update(table, refresh=True)


class Lines:
    """A line when a step begins, and one when it ends; for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        # By place, in the order in which steps began: a recipe may call one of its steps "capture".
        self._said: dict[int, StepState] = {}
        self._run = ""

    def show(self, run: FlowRun, steps: Steps) -> None:
        if (now := f"{run.name}: {_state(run)}") != self._run:
            self._run = now
            self._print(now)
        for place, step in enumerate(steps):
            if step.state not in (StepState.PENDING, self._said.get(place)):
                self._said[place] = step.state
                self._say(step)

    def _say(self, step: StepReport) -> None:
        time = "" if step.state == StepState.RUNNING else f"  {_time(step)}"
        self._print(f"  {step.state.value:<9}  {step.name}{time}")

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def _state(run: FlowRun) -> str:
    return (run.state and run.state.name) or ""


def _time(step: StepReport) -> str:
    seconds = "" if step.seconds is None else f"{step.seconds:.1f} s"
    return f"{seconds}, {step.attempts} attempts" if step.attempts > 1 else seconds
