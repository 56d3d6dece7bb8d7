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
from mintage.errors import AzureBusy
from mintage.waiting import Sleep

_ENDS: ContextVar[float] = ContextVar("_ENDS", default=math.inf)
_OVERTIME = 30.0
"""Seconds. Of the VM that is looked at, Azure gives a call back every five."""


@contextmanager
def ending_after(seconds: float) -> Iterator[None]:
    """What this thread does in the block has to be over then; an earlier end that was set around it stays."""
    token = _ENDS.set(min(_ENDS.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _ENDS.reset(token)


def pause(seconds: float, *, where: str, seen: str, sleep: Sleep = time.sleep) -> None:
    """Sleep so long. Where there is much less time, raise AzureBusy, with what was ``seen``, when that is over.

    Not at once: the step is soon tried again, and its attempts would be used up before Azure wants to hear of it. And
    not as a deadline that passed: those tell of guests that do not answer. Whoever waits for one makes a last look in
    spite of a short pause, and tells what that saw.
    """
    left = _ENDS.get() - time.monotonic()
    in_time = seconds <= left + _OVERTIME
    sleep(seconds if in_time else max(0.0, left))
    if not in_time:
        raise AzureBusy(
            "A call could not be sent in time",
            where=where,
            seen=f"{seen}; it was to wait {seconds:.0f} s",
            remedy="run the step again: it goes on with what was begun",
        )


class PunctualRetries(RetryPolicy[Any, Any]):
    """azure-core's own, whose pauses end with the time there is."""

    def sleep(self, settings: dict[str, Any], transport: Any, response: Any = None) -> None:  # noqa: ANN401
        pausing: Any = _Pausing(transport, *_failed(settings["history"], response))
        super().sleep(settings, pausing, response)


def _failed(history: list[Any], response: Any) -> tuple[str, str]:  # noqa: ANN401 - any transport's
    """Which call it was, and what became of it. Of an answer that broke off, the policy keeps no history."""
    if response is not None:
        asked, answer = response.http_request, response.http_response
        return kind_of(asked.method, asked.url), f"{answer.status_code}: {': '.join(said_in(answer))}"
    if history and history[-1].error:
        asked = history[-1].http_request
        return kind_of(asked.method, asked.url), str(history[-1].error)
    return "Azure Resource Manager", "an answer that broke off"


class _Pausing:
    """Stands for the transport, of which the policy wants nothing else here."""

    def __init__(self, transport: Any, where: str, seen: str) -> None:  # noqa: ANN401 - any transport's
        self._transport, self._where, self._seen = transport, where, seen

    def sleep(self, seconds: float) -> None:
        pause(seconds, where=self._where, seen=self._seen, sleep=self._transport.sleep)
