"""In the place of Prefect's engine: the same flow and tasks, results kept and retries made by the same rules.

Prefect's own needs a server, a second for each flow run and seconds for each process. Whole builds that go on under a
real server are tested in tests/contract/builds.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import httpx
from prefect import Task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.filesystems import LocalFileSystem
from prefect.logging import disable_run_logger
from prefect.results import ResultStore
from prefect.serializers import JSONSerializer
from prefect.states import Completed, Failed, Running

from chaos.journal import Entry, Event, Journal
from chaos.points import BETWEEN, Moment, Tell

_LONGEST_DELAY = 2.0
"""Seconds; a build waits minutes where nothing happens meanwhile."""


@dataclass
class Engine:
    """Of one process."""

    store: ResultStore
    journal: Journal
    history: list[State[Any]]
    """The states of the flow run so far."""
    tell: Tell = lambda _: None
    """Told each step that was done."""
    _steps: list[str] = field(default_factory=list)

    @property
    def step(self) -> str:
        """What is being done."""
        return self._steps[-1] if self._steps else BETWEEN

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Within the block, tasks run by this engine, and Prefect's server does not answer."""
        with ExitStack() as patches:
            for target, stand_in in self._stand_ins().items():
                patches.enter_context(patch(target, stand_in))
            patches.enter_context(patch.object(Task, "__call__", lambda task, *args, **kw: self.call(task, args, kw)))
            patches.enter_context(disable_run_logger())
            yield

    def call(self, task: Task[..., Any], args: tuple[Any, ...], given: dict[str, Any]) -> Any:  # noqa: ANN401
        """Run a task as a call of it does."""
        as_state = given.pop("return_state", False)
        try:
            result = self._kept(task, args, given)
        except Exception as error:
            if not as_state:
                raise
            return Failed(data=error)
        return Completed(data=result) if as_state else result

    def _kept(self, task: Task[..., Any], args: tuple[Any, ...], given: dict[str, Any]) -> Any:  # noqa: ANN401
        if task.cache_key_fn is None:
            return self._tried(task, task.name, args, given)
        parameters = inspect.signature(task.fn).bind(*args, **given).arguments
        key = str(task.cache_key_fn(_no_context(), dict(parameters)))
        name = key.rpartition("/")[2]
        if self.store.exists(key):
            self.journal.write(Entry(event=Event.FOUND, step=name))
            return self.store.read(key).result
        result = self._tried(task, name, args, given)
        self._keep(name, key, result)
        return result

    def _keep(self, name: str, key: str, result: Any) -> None:  # noqa: ANN401
        with self._in(name):
            self.tell(Moment("step", "done", "before"))
            self.store.write(result, key=key)
            self.journal.write(Entry(event=Event.DONE, step=name, key=key))
            self.tell(Moment("step", "done", "after"))

    def _tried(self, task: Task[..., Any], name: str, args: tuple[Any, ...], given: dict[str, Any]) -> Any:  # noqa: ANN401
        retries = task.retries or 0
        for attempt in range(1, retries + 2):
            self.journal.write(Entry(event=Event.BEGUN, step=name, attempt=attempt))
            try:
                with self._in(name):
                    return task.fn(*args, **given)
            except Exception as error:
                self._note(name, attempt, error)
                if attempt > retries or not self._may_retry(task, attempt, error):
                    raise
                time.sleep(_delay(task, attempt))
        raise AssertionError

    @contextmanager
    def _in(self, name: str) -> Iterator[None]:
        self._steps.append(name)
        try:
            yield
        finally:
            self._steps.pop()

    def _may_retry(self, task: Task[..., Any], attempt: int, error: Exception) -> bool:
        run = TaskRun(task_key=task.task_key, dynamic_key=str(uuid4()), run_count=attempt)
        condition: Callable[..., Any] | None = task.retry_condition_fn
        return condition is None or bool(condition(task, run, Failed(data=error)))

    def _note(self, name: str, attempt: int, error: Exception) -> None:
        kind = type(error).__name__
        self.journal.write(Entry(event=Event.FAILED, step=name, attempt=attempt, error=str(error), error_kind=kind))

    def _stand_ins(self) -> dict[str, Callable[..., Any]]:
        return {
            "tasks.keeping.get_result_store": lambda: self.store,
            "tasks.history._read": lambda _run: (self.history, []),
            "tasks.guard._state": lambda _run: Running(),
            "tasks.guard._say_it_runs": lambda _run: None,
            "tasks.report._task_runs": lambda _run: [],
            "tasks.naming.get_client": _no_server,
            "tasks.run_artifacts.get_client": _no_server,
        }


def store_in(folder: str) -> ResultStore:
    return ResultStore(result_storage=LocalFileSystem(basepath=folder), serializer=JSONSerializer())


def _delay(task: Task[..., Any], attempt: int) -> float:
    delays: Any = task.retry_delay_seconds
    seconds = float(delays[attempt - 1] if isinstance(delays, list) else delays)
    return min(_LONGEST_DELAY, seconds / 10)


def _no_context() -> TaskRunContext:
    """Keys are made of parameters alone."""
    return None  # type: ignore[return-value]


def _no_server(*_: object, **__: object) -> None:
    message = "there is no Prefect server"
    raise httpx.ConnectError(message)
