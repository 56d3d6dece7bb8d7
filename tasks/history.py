"""What became of a flow run so far: how often it went on by itself, and whether somebody wanted it to end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType, TaskRun
from prefect.runtime import flow_run

from mintage.errors import BuildAbandoned
from tasks.build_id import new_build_id
from tasks.records import did_a_step, read_task_runs
from tasks.server import patiently

RESUMED = "The process of the build died. It goes on by itself."
"""The message of states that no person set; those of the automations in ``deployments/`` too."""
REFUSED = "Deployment concurrency limit reached."
LOST_SLOT = "Deployment concurrency slot lost during provisioning - no slots available to continue execution"
"""Prefect's messages of Cancelled runs that nobody cancelled (prefect.server.orchestration.core_policy): there was no
slot (``CANCEL_NEW``), or it was lost because the run took more than five minutes to start."""
MOST_RESUMPTIONS = 5
"""After a step was finished, or a person pressed Retry, it is counted from the start."""
_RETRY = "AwaitingRetry"


@dataclass(frozen=True)
class History:
    """Of this flow run, as the server had it when it was read: each read is a part of every build's start."""

    states: Sequence[State]
    task_runs: Sequence[TaskRun]

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody cancelled this run, and nobody asked for it again since."""
        return was_cancelled(self.states)

    def demand_resumptions_left(self) -> None:
        """Raise BuildAbandoned when this run died again and again without finishing a step."""
        count = resumptions(self.states, last_progress(self.task_runs))
        if count > MOST_RESUMPTIONS:
            raise abandoned(count, self.states)


def read_history() -> History:
    """Raises DeadlinePassed when the server is away for long. Asked once by a process, which carries out one run."""
    return _history_of(UUID(flow_run.id))


def worked_before(build_id: str) -> bool:
    """Whether a process worked on the build before this one: in this run, or in the one that this run resumes."""
    return build_id != new_build_id(UUID(flow_run.id)) or has_run_before(read_history().states)


def has_run_before(states: Iterable[State]) -> bool:
    """Whether a run that runs now did so before."""
    return sum(state.type == StateType.RUNNING for state in states) > 1


def resumptions(states: Iterable[State], since: datetime | None) -> int:
    """How often a run went on by itself after ``since``, and after a person's last retry; what was refused did not."""
    count = 0
    for state in _in_order(states):
        if state.name == _RETRY:
            later = since is None or state.timestamp > since
            count = count + later if state.message == RESUMED else 0
        elif was_refused(state):
            count = max(0, count - 1)
    return count


def may_go_on(states: Sequence[State], since: datetime | None) -> bool:
    """Whether a dead run is to go on by itself once more: one that was refused only if it was about to do so."""
    in_order = _in_order(states)
    if in_order and was_refused(in_order[-1]):
        retries = [state.message for state in in_order if state.name == _RETRY]
        if retries[-1:] != [RESUMED]:
            return False
    return resumptions(states, since) <= MOST_RESUMPTIONS


def was_refused(state: State) -> bool:
    """Whether the run found its deployment's slots taken, and was to be told so rather than to wait."""
    return state.type == StateType.CANCELLED and state.message in {REFUSED, LOST_SLOT}


def was_cancelled(states: Iterable[State]) -> bool:
    cancelled = False
    for state in _in_order(states):
        if state.type in (StateType.CANCELLING, StateType.CANCELLED):
            cancelled = cancelled or not was_refused(state)
        elif state.name == _RETRY and state.message != RESUMED:
            cancelled = False
    return cancelled


def last_progress(task_runs: Sequence[TaskRun]) -> datetime | None:
    """When the last of a run's steps was done."""
    done = [run.end_time for run in task_runs if did_a_step(run) and run.end_time]
    return max(done, default=None)


def abandoned(count: int, states: Iterable[State]) -> BuildAbandoned:
    died = [state.message or "" for state in _in_order(states) if state.type == StateType.CRASHED]
    return BuildAbandoned(
        "The build's process died again and again at the same step",
        where=f"flow run {flow_run.id}",
        seen=f"it went on by itself {count} times; the last time: {died[-1] if died else 'no reason was recorded'}",
        remedy="look at what ends it on the worker (memory, an eviction), then press Retry",
    )


@cache
def _history_of(run_id: UUID) -> History:
    return History(*patiently(lambda: _read(run_id)))


def _read(run_id: UUID) -> tuple[list[State], list[TaskRun]]:
    with get_client(sync_client=True) as client:
        return client.read_flow_run_states(run_id), read_task_runs(client, run_id)


def _in_order(states: Iterable[State]) -> list[State]:
    return sorted(states, key=lambda state: state.timestamp)
