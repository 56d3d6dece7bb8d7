"""A newer build in the place of an older one of the same recipe, which is cancelled first, and cleans up."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from prefect import get_run_logger
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.runtime import flow_run
from prefect.states import Cancelled, Cancelling

from mintage.waiting import NotYet, wait_for
from tasks.build_id import build_of
from tasks.ending import remove_cancelled
from tasks.history import may_go_on, was_refused
from tasks.server import patiently
from tasks.step import action

_AT_WORK = frozenset({StateType.PENDING, StateType.RUNNING, StateType.CANCELLING})
"""Of a run that has begun: a process carries it out, and its worker ends that and cleans up."""
_UNFINISHED = [*_AT_WORK, StateType.SCHEDULED, StateType.PAUSED, StateType.CRASHED]
"""Those that crashed go on by themselves."""
_CLEAN_UP_SECONDS = 30 * 60.0
"""The supervision ends what is still Cancelling after a quarter of an hour, as when its worker is gone."""
_POLL_SECONDS = 2.0


@action("supersede")
def supersede_older() -> None:
    """Cancel the older runs of this run's recipe that are not done, and wait until each has cleaned up.

    Raises DeadlinePassed, with its last state, when one takes longer than half an hour for that.
    """
    with get_client(sync_client=True) as client:
        own = patiently(lambda: client.read_flow_run(UUID(flow_run.id)))
        found = [*patiently(lambda: _unfinished(client, own)), *patiently(lambda: _refused(client, own))]
        for run in older_of(own, found):
            _end(client, own, run)


def older_of(own: FlowRun, runs: Iterable[FlowRun]) -> list[FlowRun]:
    """Those of the same recipe that have begun before this one did; an equal time is settled by their ids.

    Not those of the build that this one goes on with.
    """
    others = (run for run in runs if build_of(run) != build_of(own) and _recipe(run) == _recipe(own))
    return [run for run in others if _begun(run) < _begun(own)]


def _begun(run: FlowRun) -> tuple[float, str]:
    """What has not begun yet comes after everything that has: it is newer, and will find this one at work."""
    begun: datetime | None = run.start_time
    return (begun.timestamp() if begun else float("inf"), str(run.id))


def _recipe(run: FlowRun) -> str:
    return posixpath.normpath(str(run.parameters.get("recipe")))


def _end(client: SyncPrefectClient, own: FlowRun, run: FlowRun) -> None:
    why = f"A newer build of the same recipe takes its place: {own.name} ({own.id})"
    log = get_run_logger()
    log.warning("Flow run %s (%s) is %s, and is cancelled for this one", run.name, run.id, run.state_name)
    if run.state_type in _AT_WORK:
        if run.state_type != StateType.CANCELLING:
            patiently(lambda: client.set_flow_run_state(run.id, Cancelling(message=why)))
        _await_end(client, run)
        return
    # Nobody works on it now who could clean up.
    patiently(lambda: client.set_flow_run_state(run.id, Cancelled(message=why), force=True))
    remove_cancelled(build_of(run), run.id, why, log)


def _await_end(client: SyncPrefectClient, run: FlowRun) -> None:
    def look() -> None:
        state = patiently(lambda: client.read_flow_run(run.id)).state
        if state is None or not state.is_final():
            raise NotYet(f"it is {state.name if state else 'in no state'}")

    wait_for(
        look,
        "The older build has not ended",
        where=f"flow run {run.name} ({run.id})",
        deadline=time.monotonic() + _CLEAN_UP_SECONDS,
        remedy="see its log; if its worker is gone, the deployment supervise cleans up after it: then press Retry here",
        pause=_POLL_SECONDS,
    )


def _unfinished(client: SyncPrefectClient, own: FlowRun) -> list[FlowRun]:
    """The latest 200 runs of the flow, Prefect's limit, that are not done."""
    return _latest(client, own, _UNFINISHED)


def _refused(client: SyncPrefectClient, own: FlowRun) -> list[FlowRun]:
    """Builds that died, found their slot taken, and go on when it is free."""
    cancelled = _latest(client, own, [StateType.CANCELLED])
    refused = [run for run in cancelled if run.state and was_refused(run.state)]
    return [run for run in refused if may_go_on(client.read_flow_run_states(run.id), None)]


def _latest(client: SyncPrefectClient, own: FlowRun, types: list[StateType]) -> list[FlowRun]:
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=types))
    return client.read_flow_runs(
        flow_filter=FlowFilter(id=FlowFilterId(any_=[own.flow_id])),
        flow_run_filter=FlowRunFilter(state=state),
        sort=FlowRunSort.START_TIME_DESC,
    )
