"""Pauses that Azure asks for before a call is sent again: no longer than there is time for what needs it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from azure.core.pipeline.policies import RetryPolicy

from mintage.azure.calls import kind_of
from mintage.azure.errors import said_in
from mintage.errors import DeadlinePassed
from mintage.waiting import Sleep

_ENDS: ContextVar[float] = ContextVar("_ENDS", default=math.inf)


@contextmanager
def ending_after(seconds: float) -> Iterator[None]:
    """What this thread does in the block has to be over then; an earlier end that was set around it stays."""
    token = _ENDS.set(min(_ENDS.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _ENDS.reset(token)


def pause(seconds: float, *, where: str, seen: str, sleep: Sleep = time.sleep) -> None:
    """Sleep so long. Where there is less time, raise DeadlinePassed, with what was ``seen``, when that is over.

    Not at once: the step is soon tried again, and its attempts would be used up before Azure wants to hear of it.
    """
    left = _ENDS.get() - time.monotonic()
    sleep(max(0.0, min(seconds, left)))
    if seconds > left:
        raise DeadlinePassed(
            "A call could not be sent in time",
            where=where,
            seen=f"{seen}; it was to wait {seconds:.0f} s",
            remedy="run the step again: it goes on with what was begun",
        )


class PunctualRetries(RetryPolicy[Any, Any]):
    """azure-core's own, whose pauses end with the time there is."""

    def sleep(self, settings: dict[str, Any], transport: Any, response: Any = None) -> None:  # noqa: ANN401
        pausing: Any = _Pausing(transport, settings["history"][-1])
        super().sleep(settings, pausing, response)


class _Pausing:
    """Stands for the transport, of which the policy wants nothing else here."""

    def __init__(self, transport: Any, last: Any) -> None:  # noqa: ANN401 - any transport's
        self._transport, self._last = transport, last

    def sleep(self, seconds: float) -> None:
        asked, answer = self._last.http_request, self._last.http_response
        where = kind_of(asked.method, asked.url)
        seen = f"{answer.status_code}: {': '.join(said_in(answer))}" if answer else str(self._last.error)
        pause(seconds, where=where, seen=seen, sleep=self._transport.sleep)
