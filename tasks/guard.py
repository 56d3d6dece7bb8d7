"""Beside the work on a build, in threads: what keeps the process's claim alive, and its flow run's state true.

Prefect's server knows only what it is told: that a process died (a worker's second report of an earlier one, a server
that was down for longer than heartbeats may be missing), or that a run is to be cancelled (when its worker is gone).
The claim does not wait for it: a server that hangs must not make a process that lives look dead.
"""

from __future__ import annotations

import contextvars
import faulthandler
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import MissingContextError, PrefectException
from prefect.runtime import flow_run
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from prefect.states import Running

from tasks.claim import BEAT_SECONDS, Claim, beaten, demand_free, living_claim, own_claim, read_claim, write_claim
from tasks.holding import holding
from tasks.turns import take_turn, taken_from

_NOT_SO = frozenset({StateType.CRASHED, StateType.SCHEDULED, StateType.PENDING})
"""States that are wrong of a run whose process lives."""
_UNWANTED = frozenset({StateType.CANCELLING, StateType.CANCELLED})
_WORKERS_TURN = 4
"""Looks for which a cancelled run is left to its worker, which ends the process and then cleans up: 20 s."""


def _awake_or_not() -> float:
    """Seconds that go on while the host sleeps, or this process is stopped."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@contextmanager
def claimed(build_id: str) -> Iterator[None]:
    """Hold the build for this process within the block. Raises BuildTaken when another flow run works on it.

    When another process of this very flow run does, this one is one too many: it ends here, and says nothing.
    """
    own, run_id = _taken(build_id), UUID(flow_run.id)
    _show_stacks_on_request()
    guard = Guard(build_id, own, lambda: _state(run_id), lambda: _say_it_runs(run_id))
    try:
        with guard.watching(), holding(guard):
            yield
    finally:
        guard.end()


def _taken(build_id: str) -> Claim:
    own = own_claim(flow_run.id)
    while True:
        before = read_claim(build_id)
        found = living_claim(lambda: read_claim(build_id), own)
        demand_free(found, own, build_id)
        if found is not None:
            leave(f"Process {found.pid} on {found.host} works on this build; this one was begun by mistake.")
        if mine := take_turn(build_id, own, before):
            return mine


def _show_stacks_on_request() -> None:
    """Whoever sends SIGUSR1 finds in the worker's output what each thread of this process is at."""
    with suppress(ValueError, OSError):
        # Without a file to write to there is no such answer, and the signal ends the process as it does any other.
        faulthandler.register(signal.SIGUSR1)


def leave(why: str) -> None:
    """End this process at once, and leave the flow run's state as it is: it is another process's."""
    with suppress(MissingContextError):
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
    _beaten: float = field(default_factory=_awake_or_not, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def beat(self) -> None:
        """Give a sign of life, or leave when the build was taken over. Raises OSError when nobody can tell."""
        with self._lock:
            if self.own.ended:
                return
            if other := taken_from(self.build_id, self.own):
                self.leave(f"{other} has taken the build over.")
                return
            self.own = beaten(self.own)
            write_claim(self.build_id, self.own)
            self._beaten = _awake_or_not()

    @property
    def is_sure(self) -> bool:
        """Whether a sign of life was given so lately that nobody can have taken the build over since."""
        return _awake_or_not() - self._beaten < 2 * BEAT_SECONDS

    def look(self) -> None:
        """What is done every five seconds about the state that the server has."""
        state = self.state()
        if state is None:
            return
        self._unwanted = self._unwanted + 1 if state.type in _UNWANTED else 0
        if self._unwanted == _WORKERS_TURN:
            self.stop()
        elif state.type in _NOT_SO:
            self.say_it_runs()

    def end(self) -> None:
        """Say that the work on the build is over, unless it is another's by now."""
        with self._lock, suppress(OSError):
            if not taken_from(self.build_id, self.own):
                self.own = self.own.model_copy(update={"ended": True})
                write_claim(self.build_id, self.own)

    @contextmanager
    def watching(self) -> Iterator[None]:
        over = threading.Event()
        threads = [_again_and_again(name, each, over) for name, each in (("claim", self.beat), ("guard", self.look))]
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join(timeout=2)


def _again_and_again(name: str, act: Callable[[], None], over: threading.Event) -> threading.Thread:
    def watch() -> None:
        # What failed is done again soon enough.
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
            while not over.wait(BEAT_SECONDS):
                with suppress(httpx.HTTPError, PrefectException, OSError):
                    act()

    # Settings and the run's logger are in the context, which threads do not inherit.
    thread = threading.Thread(target=contextvars.copy_context().run, args=(watch,), daemon=True, name=name)
    thread.start()
    return thread


def _client() -> SyncPrefectClient:
    return get_client(httpx_settings={"timeout": BEAT_SECONDS}, sync_client=True)


def _state(run_id: UUID) -> State | None:
    with _client() as client:
        return client.read_flow_run(run_id).state


def _say_it_runs(run_id: UUID) -> None:
    with _client() as client:
        client.set_flow_run_state(run_id, Running(message="Its process lives."), force=True)
