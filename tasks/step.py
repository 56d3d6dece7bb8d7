"""What all steps of a build share: results kept under the build's id, and retries of what may pass."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from mintage.errors import (
    DeadlinePassed,
    GuestSilent,
    IdentityUnknown,
    MachineLost,
    MintageError,
    StepInterrupted,
)
from tasks.course import result_name
from tasks.holding import held
from tasks.keeping import result_key

P = ParamSpec("P")
R = TypeVar("R")
Named = Callable[[dict[str, Any]], str]
"""Tells by its parameters under which name the result of a function is kept that is several steps."""

MINUTE = 60.0
DELAYS = [5, 15, MINUTE, 3 * MINUTE, 5 * MINUTE]
"""Seconds before each retry of a step: together, what an outage may last."""
FIRST_STEP = "resolve source"
"""The first to ask Azure something: an identity that it does not know was given wrongly, and does not become right."""
_TRIES_OF_DEADLINES = 2


class CutShort(Exception):
    """A step came to a state of the machine from which only a way back leads on."""

    def __init__(self, step: str, why: MintageError) -> None:
        super().__init__(step)
        self.step, self.why = step, why


class Step(Generic[P, R]):
    """A step of the build: done once, however often its flow run is retried or resumed, unless it is due again.

    Raises CutShort where the build must go back first.
    """

    def __init__(self, task: Task[P, R], name: Named) -> None:
        self.task, self._name = task, name
        self._signature = inspect.signature(task.fn)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        parameters = self._signature.bind(*args, **kwargs).arguments
        # Here and not when Prefect asks for it: where that raises an error, Prefect does the step and keeps no result.
        key = self.key(parameters)
        try:
            return self.task.with_options(cache_key_fn=lambda *_: key)(*args, **kwargs)
        except (StepInterrupted, MachineLost) as why:
            raise CutShort(self._name(parameters), why) from why

    def key(self, parameters: dict[str, Any]) -> str:
        """Return where the result is kept of a call with these parameters; what is not there is due."""
        build_id = parameters["plan"].build_id
        return result_key(build_id, result_name(build_id, self._name(parameters)))


def may_pass(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again is worth it: only what Mintage itself calls passing is.

    What took all its time once, an hour perhaps, is tried less often than what Azure or a guest did not answer: Azure
    itself waits forty minutes for a guest. An identity that no longer is one has a token that expired, or comes from a
    service that is away.
    """
    error = state.data
    if isinstance(error, DeadlinePassed | GuestSilent):
        return run.run_count <= _TRIES_OF_DEADLINES
    if isinstance(error, IdentityUnknown):
        return task.name != FIRST_STEP
    return isinstance(error, MintageError) and error.transient


def step(
    name: str, *, run_name: str | None = None, key: Callable[..., str] | None = None
) -> Callable[[Callable[P, R]], Step[P, R]]:
    """Make a function a step of the build.

    The function takes the build's ``plan``. Its result must be an artifact, which is kept as JSON: pickles would bind
    it to the code's version, and could run code of whoever may write to the storage. ``key``, given the parameters,
    tells apart the runs of a function that is several steps.
    """

    def named(parameters: dict[str, Any]) -> str:
        return key(**parameters) if key else name

    def made(function: Callable[P, R]) -> Step[P, R]:
        decorate = task(
            name=name,
            task_run_name=run_name or name,
            persist_result=True,
            result_serializer="json",
            retries=len(DELAYS),
            retry_delay_seconds=DELAYS,
            retry_jitter_factor=0.2,
            retry_condition_fn=may_pass,
            log_prints=False,
        )
        return Step(decorate(held(function)), named)

    return made


def action(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function a part of the flow that is done in every attempt: it looks, and does what is left to do."""
    decorate = task(
        name=name,
        task_run_name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=len(DELAYS),
        retry_delay_seconds=DELAYS,
        retry_condition_fn=may_pass,
        log_prints=False,
    )

    def made(function: Callable[P, R]) -> Task[P, R]:
        return decorate(held(function))

    return made
