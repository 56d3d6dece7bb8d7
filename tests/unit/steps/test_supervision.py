"""Which builds need somebody, by their states and their processes' last signs of life."""

from datetime import UTC, datetime, timedelta
from unittest.mock import create_autospec
from uuid import uuid4

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled, Cancelling, Completed, Crashed, Failed, Pending, Running, Scheduled

from tasks.claim import Claim
from tasks.history import LOST_SLOT, REFUSED
from tasks.supervising import Verdict, judge, look_after

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(state: State, minutes: float) -> FlowRun:
    """One that has been in the state for so long."""
    since = state.model_copy(update={"timestamp": NOW - timedelta(minutes=minutes)})
    return FlowRun(id=uuid4(), flow_id=uuid4(), state=since)


def claim(of: FlowRun, minutes: float, *, ended: bool = False) -> Claim:
    """That of a process last seen so long ago."""
    seen = NOW - timedelta(minutes=minutes)
    return Claim(flow_run_id=str(of.id), host="host", pid=1, born=1.0, seen=seen, ended=ended)


@pytest.mark.parametrize(
    ("state", "minutes", "verdict"),
    [
        (Running(), 60, Verdict.RESUME),
        (Running(), 1, Verdict.NOTHING),
        (Crashed(), 4, Verdict.RESUME),
        (Crashed(), 1, Verdict.NOTHING),
        (Crashed(), 60 * 25, Verdict.NOTHING),
        (Pending(), 4, Verdict.RESUME),
        (Pending(), 2, Verdict.NOTHING),
        (Pending(name="Submitting"), 16, Verdict.RESUME),
        (Pending(name="Submitting"), 5, Verdict.NOTHING),
        (Pending(name="InfrastructurePending"), 5, Verdict.NOTHING),
        (Cancelling(), 16, Verdict.REMOVE),
        (Cancelling(), 5, Verdict.NOTHING),
        (Cancelled(), 4, Verdict.REMOVE),
        (Cancelled(), 61, Verdict.NOTHING),
        (Cancelled(message=REFUSED), 4, Verdict.RESUME),
        (Cancelled(message=REFUSED), 120, Verdict.RESUME),
        (Cancelled(message=REFUSED), 1, Verdict.NOTHING),
        (Cancelled(message=LOST_SLOT), 4, Verdict.RESUME),
        (Failed(), 60, Verdict.NOTHING),
        (Completed(), 60, Verdict.NOTHING),
        (Scheduled(), 60, Verdict.NOTHING),
    ],
)
def test_a_run_without_a_living_process_is_judged_by_its_state_and_age(
    state: State, minutes: float, verdict: Verdict
) -> None:
    assert judge(run(state, minutes), None, NOW) == verdict


def test_a_run_whose_process_gives_signs_of_life_needs_nothing() -> None:
    states: tuple[State, ...] = (Running(), Cancelling())
    for state in states:
        living = run(state, 60)
        assert judge(living, claim(living, 1), NOW) == Verdict.NOTHING


def test_a_sign_of_life_that_is_old_or_another_runs_or_the_last_one_is_none() -> None:
    dead = run(Running(), 60)
    assert judge(dead, claim(dead, 5), NOW) == Verdict.RESUME
    assert judge(dead, claim(dead, 1, ended=True), NOW) == Verdict.RESUME
    assert judge(dead, claim(run(Running(), 1), 1), NOW) == Verdict.RESUME


def test_how_long_a_silence_is_that_of_a_dead_process_is_for_the_run_to_say() -> None:
    crashed = run(Crashed(), 1)
    assert judge(crashed, claim(crashed, 1), NOW) == Verdict.NOTHING
    assert judge(crashed, claim(crashed, 1), NOW, timedelta(seconds=50)) == Verdict.RESUME
    assert judge(crashed, claim(crashed, 0.5), NOW, timedelta(seconds=50)) == Verdict.NOTHING


def test_a_run_that_was_to_go_on_with_what_is_no_build_is_ended_and_keeps_nobody_from_the_others() -> None:
    server = create_autospec(SyncPrefectClient, instance=True)
    mistyped = run(Cancelling(), 20)
    mistyped.parameters = {"resume_build": "0123"}
    look_after(server, mistyped, NOW)
    (ended,) = server.set_flow_run_state.call_args_list
    assert (ended.args[0], ended.args[1].type) == (mistyped.id, StateType.CANCELLED)
