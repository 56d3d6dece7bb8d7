"""One run of a deployment: created, followed to its end, cancelled when nobody wants it any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import psutil
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelling

from mintage.artifacts import StepReport, StepState
from mintage.errors import DeadlinePassed
from mintage.waiting import NotYet, wait_for
from tasks.records import read_task_runs, steps_of
from tasks.server import patiently
from tasks.supervising import LONGEST_FORSAKEN

Steps = tuple[StepReport, ...]
Show = Callable[[FlowRun, Steps], None]

_POLL_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 4
_PAUSE_PER_LOOK = 25
"""How many times as long as a look took."""
_RECORD_SECONDS = 10
"""Prefect writes the states of steps down a moment after they happened."""
_CANCEL_SECONDS = 120
"""5 s until the worker hears of it, 30 s at most for the run to end, then the clean-up."""
_UNFINISHED = (StepState.PENDING, StepState.RUNNING)


def create_run(
    client: SyncPrefectClient, deployment: str, parameters: Mapping[str, Any], queue: str | None = None
) -> FlowRun:
    """Ask for a run of ``flow/deployment`` now, by the workers of that queue of the deployment's pool."""
    found = client.read_deployment_by_name(deployment)
    return client.create_flow_run_from_deployment(found.id, parameters=dict(parameters), work_queue_name=queue)


def has_deployment(client: SyncPrefectClient, deployment: str) -> bool:
    try:
        client.read_deployment_by_name(deployment)
    except ObjectNotFound:
        return False
    return True


def follow(
    client: SyncPrefectClient, flow_run_id: UUID, show: Show | None, check: Callable[[], None]
) -> tuple[FlowRun, Steps]:
    """Show the run whenever it is looked at, until it ends; return it and its steps.

    None shows nothing, and then the steps are not asked for before the end. ``check`` raises when waiting has become
    pointless, because the worker died for example.
    """
    while True:
        begun = time.monotonic()
        if show:
            run, steps = patiently(partial(_look, client, flow_run_id))
            show(run, steps)
        else:
            run = patiently(partial(client.read_flow_run, flow_run_id))
        if _is_over(run):
            return _settled(client, flow_run_id, show or _unseen)
        check()
        time.sleep(pause_after(time.monotonic() - begun))


def cancel(client: SyncPrefectClient, flow_run_id: UUID) -> State | None:
    """Cancel the run, as the UI does, and wait until it has cleaned up. Returns its last state, final or not."""
    client.set_flow_run_state(flow_run_id, Cancelling(message="The stack was told to stop."))

    def ended() -> State:
        state = client.read_flow_run(flow_run_id).state
        if state is None or not state.is_final():
            raise NotYet(state.name if state else "no state")
        return state

    try:
        return wait_for(ended, "", where="", deadline=time.monotonic() + _CANCEL_SECONDS, pause=_POLL_SECONDS)
    except DeadlinePassed:
        return client.read_flow_run(flow_run_id).state


def processes_of(run: FlowRun) -> list[psutil.Process]:
    """Those of this host that work on the run."""
    return [each for each in psutil.process_iter() if _works_on(each, run)]


def succeeded(run: FlowRun) -> bool:
    return run.state is not None and run.state.type == StateType.COMPLETED


def _works_on(process: psutil.Process, run: FlowRun) -> bool:
    with suppress(psutil.Error):
        return process.environ().get("PREFECT__FLOW_RUN_ID") == str(run.id) and "prefect.engine" in process.cmdline()
    return False


def _is_over(run: FlowRun) -> bool:
    """Whether it has ended for good: one that crashed goes on by itself, soon or when the supervision finds it."""
    state = run.state
    if state is None or not state.is_final():
        return False
    return state.type != StateType.CRASHED or datetime.now(UTC) - state.timestamp > LONGEST_FORSAKEN


def pause_after(took: float) -> float:
    """The seconds until the next look, after one that took so many: a busy server is not kept busy by who looks on."""
    return min(max(_POLL_SECONDS, _PAUSE_PER_LOOK * took), _LONGEST_PAUSE_SECONDS)


def _unseen(_: FlowRun, __: Steps) -> None:
    """Nobody looks on."""


def _look(client: SyncPrefectClient, flow_run_id: UUID) -> tuple[FlowRun, Steps]:
    run = client.read_flow_run(flow_run_id)
    cancelled = run.state is not None and run.state.type in (StateType.CANCELLED, StateType.CANCELLING)
    return run, steps_of(read_task_runs(client, flow_run_id), cancelled=cancelled)


def _settled(client: SyncPrefectClient, flow_run_id: UUID, show: Show) -> tuple[FlowRun, Steps]:
    deadline = time.monotonic() + _RECORD_SECONDS
    while True:
        run, steps = patiently(partial(_look, client, flow_run_id))
        show(run, steps)
        if not any(step.state in _UNFINISHED for step in steps) or time.monotonic() > deadline:
            return run, steps
        time.sleep(_POLL_SECONDS)
