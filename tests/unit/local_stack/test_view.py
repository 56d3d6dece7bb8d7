from io import StringIO
from uuid import uuid4

from prefect.client.schemas.objects import FlowRun
from prefect.states import Running
from rich.console import Console

from deployments.local_stack.view import open_view
from mintage.artifacts import StepReport, StepState

RUN = FlowRun(flow_id=uuid4(), name="debian-12-web 1.0.0", state=Running())


def step(state: StepState, seconds: float | None = None, attempts: int = 1) -> StepReport:
    return StepReport(name="[provision]", state=state, seconds=seconds, attempts=attempts)


def test_without_a_terminal_a_step_is_a_line_when_it_begins_and_a_line_when_it_ends() -> None:
    out = StringIO()
    with open_view(Console(file=out, width=40)) as view:
        view.show(RUN, ())
        view.show(RUN, (step(StepState.PENDING),))
        view.show(RUN, (step(StepState.RUNNING, 1.0),))
        view.show(RUN, (step(StepState.RUNNING, 2.0),))
        view.show(RUN, (step(StepState.COMPLETED, 2.54, 2),))

    assert out.getvalue().splitlines() == [
        "debian-12-web 1.0.0: Running",
        "  running    [provision]",
        "  completed  [provision]  2.5 s, 2 attempts",
    ]


def test_two_steps_of_one_name_are_told_apart_and_each_said_once() -> None:
    out = StringIO()
    with open_view(Console(file=out, width=40)) as view:
        for _ in range(3):
            view.show(RUN, (step(StepState.COMPLETED, 2.0), step(StepState.RUNNING, 1.0)))

    assert out.getvalue().splitlines()[1:] == ["  completed  [provision]  2.0 s", "  running    [provision]"]


def test_on_a_terminal_all_steps_are_shown_with_their_times() -> None:
    out = StringIO()
    with open_view(Console(file=out, width=80, force_terminal=True)) as view:
        view.show(RUN, (step(StepState.RUNNING, 1.0),))
        view.show(RUN, (step(StepState.COMPLETED, 2.0),))

    assert "[provision]" in out.getvalue()
    assert "2.0 s" in out.getvalue()
