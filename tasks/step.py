"""What all steps of a build share: results kept under the build's id, and retries of what may pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext

from mintage.build_plan import BuildPlan
from mintage.errors import MintageError

P = ParamSpec("P")
R = TypeVar("R")

MINUTE = 60.0


def result_key(build_id: str, step: str) -> str:
    """Return where a step's result is kept in Prefect's result storage, which all workers share."""
    return f"build/{build_id}/{step.replace(' ', '-')}"


def may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again is worth it: only what Mintage itself calls passing is."""
    return isinstance(state.data, MintageError) and state.data.transient


def step(
    name: str, *, retries: int, delays: list[float], run_name: str | None = None, key: Callable[..., str] | None = None
) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function a step of the build: done once, however often its flow run is retried or resumed.

    The function takes the build's ``plan``, or a ``build_id``. Its result must be an artifact, which is kept as JSON:
    pickles would bind it to the code's version, and could run code of whoever may write to the storage. ``key``, given
    the parameters, tells apart the runs of a function that is several steps.
    """

    def kept_under(_context: TaskRunContext, parameters: dict[str, Any]) -> str:
        plan = parameters["plan"]
        assert isinstance(plan, BuildPlan)  # noqa: S101 - for the type checker
        return result_key(plan.build_id, key(**parameters) if key else name)

    return task(
        name=name,
        task_run_name=run_name or name,
        cache_key_fn=kept_under,
        persist_result=True,
        result_serializer="json",
        retries=retries,
        retry_delay_seconds=delays,
        retry_jitter_factor=0.2,
        retry_condition_fn=may_pass,
        log_prints=False,
    )


def action(name: str, *, retries: int, delays: list[float]) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function a part of the flow that is done in every attempt: it looks, and does what is left to do."""
    return task(
        name=name,
        task_run_name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=retries,
        retry_delay_seconds=delays,
        retry_condition_fn=may_pass,
        log_prints=False,
    )
