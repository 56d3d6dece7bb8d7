"""How long a build that died is waited for, and how often any is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, TaskRun
from prefect.states import Completed, Crashed, Running

from deployments.local_stack import run as module
from deployments.local_stack.run import follow, pause_after
from tasks.supervising import LONGEST_FORSAKEN

MOMENT = timedelta(seconds=10)


class Server:
    """Has another state of the run at each look, and no task runs."""

    def __init__(self, *states: State[None]) -> None:
        self._states: Iterator[State[None]] = iter(states)
        self._now: State[None] | None = None
        self.asked_for_steps = 0

    def read_flow_run(self, _run: object) -> FlowRun:
        self._now = next(self._states, self._now)
        return FlowRun(flow_id=uuid4(), state=self._now)

    def read_task_runs(self, **_: object) -> list[TaskRun]:
        self.asked_for_steps += 1
        return []


def crashed(ago: timedelta) -> State[None]:
    return Crashed(timestamp=datetime.now(UTC) - ago)


@pytest.mark.parametrize(
    ("ago", "outcome"), [(LONGEST_FORSAKEN - MOMENT, "Completed"), (LONGEST_FORSAKEN + MOMENT, "Crashed")]
)
def test_a_build_that_died_is_waited_for_until_the_supervision_must_have_found_it(
    ago: timedelta, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL_SECONDS", 0)
    server = Server(*([crashed(ago)] * 3), Completed())
    ended, _ = follow(server, uuid4(), None, lambda: None)  # type: ignore[arg-type]
    assert ended.state is not None
    assert ended.state.name == outcome


@pytest.mark.parametrize(("took", "pause"), [(0.01, 0.5), (0.1, 2.5), (5, 4)])
def test_a_server_that_is_slow_to_answer_is_asked_less_often(took: float, pause: float) -> None:
    assert pause_after(took) == pytest.approx(pause)


def test_steps_that_nobody_looks_at_are_asked_for_at_the_end_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_POLL_SECONDS", 0)
    server = Server(Running(), Running(), Completed())
    follow(server, uuid4(), None, lambda: None)  # type: ignore[arg-type]
    assert server.asked_for_steps == 1
