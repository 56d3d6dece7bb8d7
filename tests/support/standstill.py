"""What a build that does not end was doing: its folder is gone when somebody wants to know."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import LogSort

from deployments.local_stack.run import processes_of
from deployments.local_stack.stack import Stack
from tasks.records import read_task_runs, steps_of

_LINES = 25
_LINES_OF_STACKS = 250
_STACKS_SECONDS = 2


def describe(stack: Stack, run: FlowRun) -> str:
    """Its states and steps, the ends of all logs, the machines' consoles among them, and where its processes are."""
    return "\n".join(_parts(stack, run))


def _parts(stack: Stack, run: FlowRun) -> Iterator[str]:
    processes = processes_of(run)
    yield f"== its processes: {processes}; load {psutil.getloadavg()}; {psutil.virtual_memory()}"
    for process in processes:
        # The build answers with its threads' stacks, in the worker's log.
        process.send_signal(signal.SIGUSR1)
    time.sleep(_STACKS_SECONDS)
    yield _end_of(stack.slot.logs / "worker.log", _LINES_OF_STACKS)
    yield "== its states"
    yield from (f"{each.timestamp} {each.name} {each.message}" for each in stack.client.read_flow_run_states(run.id))
    yield "== its steps"
    steps = steps_of(read_task_runs(stack.client, run.id), cancelled=False)
    yield from (f"{each.started} {each.name} {each.state} ({each.attempts})" for each in steps)
    yield "== its log"
    of_run = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id]))
    lines = stack.client.read_logs(log_filter=of_run, limit=_LINES, sort=LogSort.TIMESTAMP_DESC)
    yield from (f"{each.timestamp} {each.message}" for each in reversed(lines))
    for log in sorted([*stack.slot.logs.glob("*.log"), *stack.slot.cloud.rglob("serial.log")]):
        yield f"== {log.relative_to(stack.slot.folder)}"
        yield _end_of(log, _LINES)


def _end_of(log: Path, lines: int) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
