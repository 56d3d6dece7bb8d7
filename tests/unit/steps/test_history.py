"""Whether a run goes on by itself once more is told by its states alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect.client.schemas.objects import State, StateType, TaskRun
from prefect.states import Cancelled, Cancelling, Completed, Crashed, Pending, Running, Scheduled

from deployments.local_stack.automations import FOLDER, read_automations
from mintage.errors import BuildAbandoned
from tasks.history import (
    LOST_SLOT,
    MOST_RESUMPTIONS,
    REFUSED,
    RESUMED,
    History,
    abandoned,
    has_run_before,
    last_progress,
    may_go_on,
    resumptions,
    was_cancelled,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BY_HAND = "Retry from the UI"


def at(minute: int, state: State) -> State:
    return state.model_copy(update={"timestamp": NOON + timedelta(minutes=minute)})


def retry(message: str = RESUMED) -> State:
    return Scheduled(name="AwaitingRetry", message=message)


def crash(minute: int, message: str = RESUMED) -> list[State]:
    """A crash, reported twice, and what followed."""
    return [at(minute, Crashed()), at(minute, Crashed()), at(minute + 1, retry(message)), at(minute + 1, Running())]


def test_a_run_that_went_on_has_run_before() -> None:
    assert not has_run_before([Pending(), Running()])
    assert has_run_before([Pending(), Running(), *crash(1)])


def test_a_run_that_never_died_went_on_not_once() -> None:
    assert resumptions([Scheduled(), Pending(), Running()], None) == 0


def test_each_time_it_went_on_by_itself_counts_in_whatever_order_the_states_come() -> None:
    states = [*crash(10), *crash(20)]
    assert resumptions(states, None) == 2
    assert resumptions(reversed(states), None) == 2


def test_a_finished_step_sets_the_count_back() -> None:
    assert resumptions([*crash(10), *crash(20), *crash(30)], NOON + timedelta(minutes=25)) == 1


def test_a_person_who_presses_retry_sets_the_count_back() -> None:
    assert resumptions([*crash(10), *crash(20, BY_HAND), *crash(30)], None) == 1


def test_only_steps_that_were_done_are_progress() -> None:
    kept = {"type": "reference", "storage_key": "build/0123456789ab/capture"}

    def run(minute: int, state: State) -> TaskRun:
        fields = {"task_key": "t", "dynamic_key": str(minute), "state": state}
        return TaskRun.model_validate({**fields, "end_time": NOON + timedelta(minutes=minute)})

    runs = [
        run(1, Completed(data=kept)),
        run(2, Completed()),
        run(3, Completed(name="Cached", data=kept)),
        run(4, Crashed()),
    ]

    assert last_progress(runs) == NOON + timedelta(minutes=1)
    assert last_progress([]) is None


@pytest.mark.parametrize(
    ("states", "cancelled"),
    [
        ([Running(), Crashed(), retry()], False),
        ([Running(), Cancelling(), Crashed(), retry()], True),
        ([Running(), Cancelled(), Crashed(), retry()], True),
        ([Running(), Cancelling(), Cancelled(), retry(BY_HAND)], False),
        ([Running(), Crashed(), retry(), Cancelled(message=REFUSED), retry()], False),
        ([Running(), Crashed(), retry(), Pending(), Cancelled(message=LOST_SLOT), retry()], False),
        ([Running(), Cancelling(), Cancelled(message=REFUSED), retry()], True),
    ],
)
def test_a_wish_to_cancel_outlives_the_process_that_was_to_carry_it_out(states: list[State], cancelled: bool) -> None:
    assert was_cancelled([at(minute, state) for minute, state in enumerate(states)]) is cancelled


def test_what_was_refused_a_slot_did_not_go_on() -> None:
    refused = [at(20, retry()), at(21, Cancelled(message=REFUSED))]
    assert resumptions([*crash(10), *refused], None) == 1


@pytest.mark.parametrize(
    ("states", "goes_on"),
    [
        ([Running(), Crashed()], True),
        ([Running(), Crashed(), retry(), Cancelled(message=REFUSED)], True),
        ([Scheduled(), Cancelled(message=REFUSED)], False),
        ([Running(), Crashed(), retry(), Running(), retry(BY_HAND), Cancelled(message=REFUSED)], False),
    ],
)
def test_of_what_was_refused_only_a_build_that_died_goes_on_by_itself(states: list[State], goes_on: bool) -> None:
    assert may_go_on([at(minute, state) for minute, state in enumerate(states)], None) is goes_on


def test_a_build_that_is_given_up_says_how_often_it_died_and_of_what() -> None:
    error = abandoned(6, [at(1, Crashed(message="status code: -9")), at(0, Crashed(message="first"))])
    assert "6 times; the last time: status code: -9" in error.seen
    assert MOST_RESUMPTIONS < 6


def test_a_build_goes_on_by_itself_so_often_and_no_more() -> None:
    deaths = [state for minute in range(MOST_RESUMPTIONS + 1) for state in crash(10 * minute)]
    History(deaths[:-4], []).demand_resumptions_left()
    with pytest.raises(BuildAbandoned, match=f"{MOST_RESUMPTIONS + 1} times"):
        History(deaths, []).demand_resumptions_left()


def test_the_automations_are_what_prefect_takes_and_resume_with_the_message_that_is_counted() -> None:
    automations = {each.name: each for each in read_automations(Path(__file__).parents[3] / FOLDER)}

    (action,) = automations["mintage - go on with crashed builds"].actions
    (mark,) = automations["mintage - mark dead builds"].actions
    assert action.model_dump()["message"] == RESUMED
    assert action.model_dump()["state"] == StateType.SCHEDULED
    assert mark.model_dump()["state"] == StateType.CRASHED
