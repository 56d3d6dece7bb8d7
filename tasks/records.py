"""What Prefect itself recorded of a build: its steps, when they ran, how often they were tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State, StateType, TaskRun
from prefect.client.schemas.sorting import TaskRunSort

from mintage.artifacts import StepReport, StepState

_PAGE = 200
_STATES = {
    StateType.COMPLETED: StepState.COMPLETED,
    StateType.FAILED: StepState.FAILED,
    StateType.CRASHED: StepState.FAILED,
    StateType.CANCELLED: StepState.CANCELLED,
    StateType.RUNNING: StepState.RUNNING,
}


def read_task_runs(client: SyncPrefectClient, flow_run_id: UUID) -> list[TaskRun]:
    """Return all task runs of a flow run, oldest first: those of its earlier attempts too."""
    runs: list[TaskRun] = []
    while True:
        page = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id])),
            sort=TaskRunSort.EXPECTED_START_TIME_ASC,
            limit=_PAGE,
            offset=len(runs),
        )
        runs += page
        if len(page) < _PAGE:
            return runs


def executed(task_runs: Sequence[TaskRun]) -> list[TaskRun]:
    """Those that did something, and did not find it done."""
    return [run for run in task_runs if not _is_cached(run.state)]


def did_a_step(run: TaskRun) -> bool:
    """Whether the run did a step to its end: what is done in every attempt keeps no result.

    A tag would say it too, but for each tag Prefect asks its server for a slot before every run of a task.
    """
    state = run.state
    return state is not None and state.type == StateType.COMPLETED and not _is_cached(state) and state.data is not None


def steps_of(
    task_runs: Sequence[TaskRun], *, cancelled: bool = False, now: datetime | None = None
) -> tuple[StepReport, ...]:
    """Sum the task runs up by name: a step that a retried flow run did again, or found done, is one step.

    A step that was found done has the times of when it was done. ``cancelled`` says that what crashed was cut short
    by somebody's wish. The seconds of a running step go up to ``now``.
    """
    # A recipe may call one of its steps "capture", so the name alone is not enough.
    by_step: dict[tuple[str, str], list[TaskRun]] = {}
    for run in task_runs:
        by_step.setdefault((run.task_key, run.name), []).append(run)
    moment = now or datetime.now(UTC)
    return tuple(_step(name, runs, cancelled=cancelled, now=moment) for (_, name), runs in by_step.items())


def _step(name: str, runs: Sequence[TaskRun], *, cancelled: bool, now: datetime) -> StepReport:
    done = executed(runs)
    shown = (done or runs)[-1]
    state = _state(runs[-1].state)
    if cancelled and runs[-1].state and runs[-1].state.type == StateType.CRASHED:
        state = StepState.CANCELLED
    return StepReport(
        name=name,
        state=state,
        started=shown.start_time,
        seconds=_seconds(shown, now),
        attempts=sum(run.run_count for run in done),
    )


def _is_cached(state: State | None) -> bool:
    return state is not None and state.name == "Cached"


def _state(state: State | None) -> StepState:
    if state is None:
        return StepState.PENDING
    if _is_cached(state):
        return StepState.CACHED
    # Waiting for a retry is a part of running a step, and Prefect calls it scheduled.
    return StepState.RUNNING if state.name == "AwaitingRetry" else _STATES.get(state.type, StepState.PENDING)


def _seconds(run: TaskRun, now: datetime) -> float | None:
    if run.start_time is None:
        return None
    return round(((run.end_time or now) - run.start_time).total_seconds(), 3)
