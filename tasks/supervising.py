"""Builds that nobody looks after any more: worker and process died together, or the server was away at that moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from prefect import get_run_logger
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import AwaitingRetry, Cancelled

from mintage.azure.clean_up import build_groups
from mintage.azure.ensure import Document
from tasks.build_id import build_of
from tasks.claim import Claim, read_claim
from tasks.connection import connected
from tasks.ending import remove_cancelled
from tasks.history import RESUMED, last_progress, may_go_on, was_refused
from tasks.records import read_task_runs
from tasks.step import action

TAG = "resumable"
SILENCE = timedelta(minutes=3)
"""Without a sign of life for so long a process is dead. The automations act sooner, where there are any."""
EVERY = timedelta(minutes=5)
"""How often ``deployments/prefect.yaml`` has this looked at."""
LONGEST_FORSAKEN = SILENCE + EVERY + timedelta(minutes=1)
"""From a build's death to its going on, when nobody but the supervision sees it; the last minute is for its start."""
_LONGEST_START = timedelta(minutes=15)
"""From a worker's having a machine made for a run to its first step: it may pull an image of gigabytes before."""
_TAKEN = "Pending"
"""A worker names this state ``Submitting`` as soon as it begins. What stays so was taken by one that died, or that the
server, busy, told nothing of it; it may hold its deployment's only slot. Should it begin after all, the claim sees to
it that one process works on the build."""
_LONGEST_CLEAN_UP = timedelta(minutes=15)
_OLDEST = timedelta(days=1)
_OLDEST_CANCELLED = timedelta(hours=1)
"""What ended before is left to the sweeper."""
_CANCELLED = "Cancelled; the supervision cleaned up after it."


class Verdict(StrEnum):
    """What a run needs."""

    NOTHING = "nothing"
    RESUME = "goes on"
    REMOVE = "is cleaned up after"


@action("look after builds")
def look_after_builds(silence: timedelta) -> None:
    """Find them, and let them go on, or end what was cancelled. Without a sign of life for ``silence`` one is dead."""
    with get_client(sync_client=True) as client:
        for run in _runs(client):
            look_after(client, run, datetime.now(UTC), silence)


def look_after(client: SyncPrefectClient, run: FlowRun, now: datetime, silence: timedelta = SILENCE) -> None:
    """Do for one run what it needs."""
    build_id = build_of(run)
    claim = read_claim(build_id) if build_id else None
    verdict = judge(run, claim, now, silence)
    if verdict == Verdict.RESUME and _may_resume(client, run):
        _resume(client, run)
    elif verdict == Verdict.REMOVE:
        _remove(client, run, build_id)


def judge(run: FlowRun, claim: Claim | None, now: datetime, silence: timedelta = SILENCE) -> Verdict:
    """What a run needs, going by its state and by its process's last sign of life."""
    state = run.state
    if state is None or now - state.timestamp > _OLDEST or _lives(run, claim, now, silence):
        return Verdict.NOTHING
    return _of_dead(state, now - state.timestamp, silence)


def _of_dead(state: State, age: timedelta, silence: timedelta) -> Verdict:
    match state.type:
        case StateType.PENDING if age > (silence if state.name == _TAKEN else _LONGEST_START):
            return Verdict.RESUME
        case StateType.RUNNING | StateType.CRASHED if age > silence:
            return Verdict.RESUME
        case StateType.CANCELLING if age > _LONGEST_CLEAN_UP:
            return Verdict.REMOVE
        case StateType.CANCELLED if was_refused(state):
            return Verdict.RESUME if age > silence else Verdict.NOTHING
        case StateType.CANCELLED if silence < age < _OLDEST_CANCELLED:
            return Verdict.REMOVE
        case _:
            return Verdict.NOTHING


def _lives(run: FlowRun, claim: Claim | None, now: datetime, silence: timedelta) -> bool:
    ours = claim is not None and not claim.ended and claim.flow_run_id == str(run.id)
    return ours and claim is not None and now - claim.seen < silence


def _may_resume(client: SyncPrefectClient, run: FlowRun) -> bool:
    """Not more often than the flow itself goes on, which has said so when it ended; not what a person began in vain."""
    progress = last_progress(read_task_runs(client, run.id))
    return may_go_on(client.read_flow_run_states(run.id), progress)


def _resume(client: SyncPrefectClient, run: FlowRun) -> None:
    client.set_flow_run_state(run.id, AwaitingRetry(message=RESUMED), force=True)
    get_run_logger().warning("Flow run %s (%s) was %s and dead; it goes on", run.name, run.id, run.state_name)


def _remove(client: SyncPrefectClient, run: FlowRun, build_id: str | None) -> None:
    if left := _left(build_id):
        get_run_logger().warning("Flow run %s (%s) was cancelled, and left %s", run.name, run.id, left[0]["name"])
        remove_cancelled(build_id, run.id, _CANCELLED, get_run_logger())
    if run.state_type != StateType.CANCELLED:
        client.set_flow_run_state(run.id, Cancelled(message=_CANCELLED), force=True)


def _left(build_id: str | None) -> list[Document]:
    if build_id is None:
        return []
    with connected() as connection:
        return build_groups(connection.clients, build_id)


def _runs(client: SyncPrefectClient) -> Iterable[FlowRun]:
    """The latest 200 builds, Prefect's limit, in a state in which one may need something."""
    types = [
        StateType.PENDING,
        StateType.RUNNING,
        StateType.CRASHED,
        StateType.CANCELLING,
        StateType.CANCELLED,
    ]
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=types))
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[TAG]), state=state)
    return client.read_flow_runs(flow_run_filter=tagged, sort=FlowRunSort.EXPECTED_START_TIME_DESC)
