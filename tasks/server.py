"""Asking Prefect's server, which may be away for a while: no build is lost for that."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import httpx
from prefect import get_run_logger
from prefect.exceptions import MissingContextError

from mintage.errors import DeadlinePassed
from mintage.waiting import Clock, NotYet, Sleep, wait_for

Result = TypeVar("Result")
_AWAY_SECONDS = 300.0


def patiently(ask: Callable[[], Result], *, clock: Clock = time.monotonic, sleep: Sleep = time.sleep) -> Result:
    """Ask until the server answers. Raises DeadlinePassed when it is away, or fails, for five minutes."""

    def attempt() -> Result:
        try:
            return ask()
        except httpx.HTTPError as error:
            if not _may_pass(error):
                raise
            raise NotYet(f"{type(error).__name__}: {error}") from error

    what, remedy = "Prefect's server does not answer", "start it again: builds go on by themselves"
    deadline = clock() + _AWAY_SECONDS
    return wait_for(
        attempt, what, where="PREFECT_API_URL", deadline=deadline, remedy=remedy, pause=2, clock=clock, sleep=sleep
    )


def if_it_answers(show: Callable[[], object]) -> None:
    """Show something in the UI; what cannot be shown now is no reason to fail."""
    try:
        show()
    except (httpx.HTTPError, DeadlinePassed) as error:
        if not _may_pass(error):
            raise
        _warn(f"Prefect's server did not take what was to be shown: {error}")


def _may_pass(error: Exception) -> bool:
    """Whether it is the server's: away, or so busy that it cannot reach its database in time (500, 503)."""
    return not isinstance(error, httpx.HTTPStatusError) or error.response.is_server_error


def _warn(text: str) -> None:
    try:
        get_run_logger().warning(text)
    except MissingContextError:
        # Hooks have no run of their own.
        return
