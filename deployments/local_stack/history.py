"""What an interrupted stack left in the records of its Prefect server, put right before the next begins."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed

_BEGUN = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
_INTERRUPTED = "The stack it ran in was interrupted."


def tidy(client: SyncPrefectClient) -> None:
    """Mark the runs that died with their worker, so that they go on, and forget scheduled ones that were missed.

    No worker of this server runs now, so nothing else ends the former, and the latter would all begin at once.
    """
    for run in _runs(client, FlowRunFilterState(type=FlowRunFilterStateType(any_=_BEGUN))):
        client.set_flow_run_state(run.id, Crashed(message=_INTERRUPTED), force=True)
    for run in _runs(client, FlowRunFilterState(name=FlowRunFilterStateName(any_=["Scheduled", "Late"]))):
        if run.auto_scheduled:
            client.delete_flow_run(run.id)


def _runs(client: SyncPrefectClient, state: FlowRunFilterState) -> list[FlowRun]:
    """Return those that were due by now; at most 200, Prefect's limit, which is more than a schedule keeps ready."""
    due = FlowRunFilterExpectedStartTime.model_validate({"before_": datetime.now(UTC)})
    return client.read_flow_runs(flow_run_filter=FlowRunFilter(state=state, expected_start_time=due))
