"""Beside the work on a build, in a thread: what keeps the process's claim alive, and its flow run's state true.

Prefect's server knows only what it is told: that a process died (a worker's second report of an earlier one, a server
that was down for longer than heartbeats may be missing), or that a run is to be cancelled (when its worker is gone).
"""

from __future__ import annotations

import contextvars
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import PrefectException
from prefect.runtime import flow_run
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from prefect.states import Running

from tasks.claim import BEAT_SECONDS, Claim, beaten, demand_free, living_claim, own_claim, read_claim, write_claim

_NOT_SO = frozenset({StateType.CRASHED, StateType.SCHEDULED, StateType.PENDING})
"""States that are wrong of a run whose process lives."""
_UNWANTED = frozenset({StateType.CANCELLING, StateType.CANCELLED})
_WORKERS_TURN = 4
"""Looks for which a cancelled run is left to its worker, which ends the process and then cleans up: 20 s."""


@contextmanager
def claimed(build_id: str) -> Iterator[None]:
    """Hold the build for this process within the block. Raises BuildTaken when another flow run works on it.

    When another process of this very flow run does, this one is one too many: it ends here, and says nothing.
    """
    own, run_id = own_claim(flow_run.id), UUID(flow_run.id)
    found = living_claim(lambda: read_claim(build_id), own)
    demand_free(found, own, build_id)
    if found is not None:
        leave(f"Process {found.pid} on {found.host} works on this build; this one was begun by mistake.")
    write_claim(build_id, own)
    guard = Guard(build_id, own, lambda: _state(run_id), lambda: _say_it_runs(run_id))
    try:
        with guard.watching():
            yield
    finally:
        write_claim(build_id, own.model_copy(update={"ended": True}))


def leave(why: str) -> None:
    """End this process at once, and leave the flow run's state as it is: it is another process's."""
    get_run_logger().warning(why)
    for handler in logging.getLogger("prefect.flow_runs").handlers:
        handler.flush()
    os._exit(0)


def stop_own_process() -> None:
    """As Prefect's worker does to cancel: every ``finally`` of the main thread runs."""
    os.kill(os.getpid(), signal.SIGTERM)


@dataclass
class Guard:
    """One process's. ``state`` reads what the server says of the run, ``say_it_runs`` puts that right."""

    build_id: str
    own: Claim
    state: Callable[[], State | None]
    say_it_runs: Callable[[], None]
    leave: Callable[[str], None] = leave
    stop: Callable[[], None] = stop_own_process
    _unwanted: int = field(default=0, init=False)

    def look(self) -> None:
        """What is done every five seconds."""
        found = read_claim(self.build_id)
        if found is not None and found.process != self.own.process:
            self.leave(f"Process {found.pid} on {found.host} has taken the build over.")
            return
        self.own = beaten(self.own)
        write_claim(self.build_id, self.own)
        self._set_right(self.state())

    def _set_right(self, state: State | None) -> None:
        if state is None:
            return
        self._unwanted = self._unwanted + 1 if state.type in _UNWANTED else 0
        if self._unwanted == _WORKERS_TURN:
            self.stop()
        elif state.type in _NOT_SO:
            self.say_it_runs()

    @contextmanager
    def watching(self) -> Iterator[None]:
        over = threading.Event()

        def watch() -> None:
            # A look that failed is made again soon enough; one that waits for a server keeps the claim from beating.
            with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
                while not over.wait(BEAT_SECONDS):
                    with suppress(httpx.HTTPError, PrefectException, OSError):
                        self.look()

        # Settings and the run's logger are in the context, which threads do not inherit.
        thread = threading.Thread(target=contextvars.copy_context().run, args=(watch,), daemon=True, name="guard")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(timeout=2)


def _state(run_id: UUID) -> State | None:
    with get_client(httpx_settings={"timeout": BEAT_SECONDS}, sync_client=True) as client:
        return client.read_flow_run(run_id).state


def _say_it_runs(run_id: UUID) -> None:
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(run_id, Running(message="Its process lives."), force=True)
