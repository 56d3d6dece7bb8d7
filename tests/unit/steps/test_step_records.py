from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import AwaitingRetry, Completed, Crashed, Failed, Running

from mintage.artifacts import StepState
from mintage.errors import RecipeError
from tasks.build_id import build_id_of, new_build_id
from tasks.records import steps_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(name: str, state: State, start: int, end: int | None, attempts: int = 1) -> TaskRun:
    fields = {
        "task_key": f"task-{name}",
        "dynamic_key": str(uuid4()),
        "name": name,
        "state": state,
        "start_time": NOON + timedelta(seconds=start),
        "end_time": None if end is None else NOON + timedelta(seconds=end),
        "run_count": attempts,
    }
    return TaskRun.model_validate(fields)


def test_a_step_found_done_by_a_retry_keeps_the_time_it_took() -> None:
    done = [run("provision", Completed(), 0, 30), run("provision", Completed(name="Cached"), 100, 100)]

    (step,) = steps_of(done)

    assert (step.state, step.seconds, step.attempts) == (StepState.CACHED, 30, 1)


def test_a_step_that_failed_and_was_done_by_a_retry_is_one_step_with_all_its_attempts() -> None:
    (step,) = steps_of([run("capture", Failed(), 0, 5, attempts=3), run("capture", Completed(), 50, 57)])

    assert (step.state, step.seconds, step.attempts) == (StepState.COMPLETED, 7, 4)


def test_a_step_that_runs_or_waits_for_its_retry_is_running_up_to_now() -> None:
    now = NOON + timedelta(seconds=12)
    states: tuple[State, ...] = (Running(), AwaitingRetry())
    for state in states:
        (step,) = steps_of([run("verify", state, 2, None)], now=now)
        assert (step.state, step.seconds) == (StepState.RUNNING, 10)


def test_what_crashed_was_cancelled_if_somebody_wished_so_and_failed_otherwise() -> None:
    crashed = [run("customize", Crashed(), 0, 3)]

    assert steps_of(crashed)[0].state == StepState.FAILED
    assert steps_of(crashed, cancelled=True)[0].state == StepState.CANCELLED


def test_a_recipes_step_called_like_one_of_the_builds_is_another_step() -> None:
    own = run("capture", Completed(), 5, 6).model_copy(update={"task_key": "customize"})

    assert len(steps_of([run("capture", Completed(), 0, 1), own])) == 2


def test_a_build_is_known_by_its_run_unless_it_resumes_another() -> None:
    run_id = UUID("01a2075d-fedc-7db5-b011-4b52bdaa2e85")

    assert new_build_id(run_id) == "4b52bdaa2e85"
    assert build_id_of(run_id, None) == "4b52bdaa2e85"
    assert build_id_of(run_id, "0123456789ab") == "0123456789ab"
    with pytest.raises(RecipeError, match="no such build"):
        build_id_of(run_id, "../../else")
