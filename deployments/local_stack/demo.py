"""One build from nothing to published, shown as it goes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from prefect.client.schemas.objects import FlowRun
from rich.console import Console

from deployments.local_stack.result import BuildResult, read_report, result_of
from deployments.local_stack.run import Steps, cancel, create_run, follow, has_deployment, succeeded
from deployments.local_stack.signals import ToldToStop
from deployments.local_stack.stack import Stack
from deployments.local_stack.view import open_view
from mintage.artifacts import Report
from tasks.build_id import new_build_id

DEPLOYMENT = "build-image/any-recipe"
"""For recipes that have none of their own."""


def demo(stack: Stack, recipe: str, console: Console) -> int:
    """Build the recipe, a path from the repository's root, with a JSON line on standard output at the end.

    Returns the exit code. Ctrl-C cancels the build, which removes what it made.
    """
    began = time.monotonic()
    own = f"build-image/{Path(recipe).stem}"
    deployment = own if has_deployment(stack.client, own) else DEPLOYMENT
    run = create_run(stack.client, deployment, {"recipe": recipe}, stack.queue)
    _say(console, f"The run in Prefect's UI: {stack.ui}/runs/flow-run/{run.id}")
    run, steps = _follow(stack, run, console)
    build_id = new_build_id(run.id)
    report = read_report(stack.slot.reports, build_id)
    result = result_of(build_id, time.monotonic() - began, steps, report, stack.slot.reports)
    _conclude(stack, console, run, result, report)
    sys.stdout.write(result.model_dump_json() + "\n")
    sys.stdout.flush()
    return 0 if succeeded(run) else 1


def _follow(stack: Stack, run: FlowRun, console: Console) -> tuple[FlowRun, Steps]:
    try:
        with open_view(console) as view:
            return follow(stack.client, run.id, view.show, stack.check)
    except ToldToStop:
        _say(console, "Cancelling the build, which removes what it made. Once more: stop without that.")
        state = cancel(stack.client, run.id)
        _say(console, f"The build's last state: {state.name if state else 'unknown'}.")
        raise


def _conclude(stack: Stack, console: Console, run: FlowRun, result: BuildResult, report: Report | None) -> None:
    if succeeded(run):
        _say(console, f"Published {result.image_version}")
    else:
        _say(console, f"The build failed: {(report and report.error) or (run.state and run.state.message)}")
    if result.report_page:
        _say(console, f"Report: {_link(result.report_page)}, and as JSON {result.report}")
    _say(console, f"To look at the run in Prefect's UI again: {_again(stack.slot.number)}")


def _again(slot: int) -> str:
    return "make up" if slot == 1 else f".venv/bin/python -m deployments.local_stack up --slot {slot}"


def _link(page: Path) -> str:
    return page.resolve().as_uri()


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
