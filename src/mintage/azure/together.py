"""Things that go on at once, followed in one loop of the main thread.

What waits is a generator: it yields what it last saw each time it has nothing to do, and returns its result. A signal
handler that raises ends the loop at once; what was begun goes on in Azure, and the next call of the same step finds it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from typing import TypeVar

from azure.core.polling import LROPoller

from mintage.azure.errors import translating
from mintage.azure.pauses import ending_after
from mintage.errors import DeadlinePassed, MintageError
from mintage.outside import OUTSIDE
from mintage.waiting import Clock, Sleep

Result = TypeVar("Result")
Waiting = Generator[str, None, Result]
Progress = Callable[[str, str], None]
"""Told the resource and what was seen of it, whenever that changes."""


def silent(where: str, seen: str) -> None:
    """Progress for those who do not care."""


_GRACE = 60.0
"""Seconds after which ``settle_all`` gives up even where something does not look at the clock."""
_TICK = 0.05
"""Seconds between two rounds of the loop. A round costs no call: pollers and pauses have times of their own."""


def finish_all(
    waiting: Mapping[str, Waiting[Result]],
    *,
    seconds: float,
    progress: Progress = silent,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
) -> dict[str, Result]:
    """Follow all until each has its result, by resource in the order given. The first error of any ends the loop.

    Raises DeadlinePassed after ``seconds``, with what was last seen of each that is not done.
    """
    results: dict[str, Result] = {}
    seen: dict[str, str] = {}
    ends = clock() + seconds
    with OUTSIDE.running(), ending_after(seconds):
        while True:
            for where in _pending(waiting, results):
                _advance(where, waiting[where], results, seen, progress)
            if len(results) == len(waiting):
                return {where: results[where] for where in waiting}
            if clock() >= ends:
                raise _late(seen, _pending(waiting, results), seconds)
            sleep(_TICK)


def finish(where: str, waiting: Waiting[Result], *, seconds: float, progress: Progress = silent) -> Result:
    """Follow one, as ``finish_all`` does."""
    return finish_all({where: waiting}, seconds=seconds, progress=progress)[where]


def settle_all(waiting: Mapping[str, Waiting[Result]], *, seconds: float) -> dict[str, Result | MintageError]:
    """Follow all until each has its result or its error: what becomes of one is no matter to the others."""
    ends = time.monotonic() + seconds
    caught = {where: _caught(where, each, ends, seconds) for where, each in waiting.items()}
    return finish_all(caught, seconds=seconds + _GRACE)


def completed(poller: LROPoller[Result]) -> Waiting[Result]:
    """Wait for an operation begun here."""
    while not poller.done():
        yield poller.status()
    return poller.result()


def rest(seconds: float, seen: str) -> Waiting[None]:
    """Let time pass before the next look, so that Azure's budget of calls lasts."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        yield seen


def _caught(where: str, waiting: Waiting[Result], ends: float, seconds: float) -> Waiting[Result | MintageError]:
    seen = ""
    while time.monotonic() < ends:
        try:
            with translating(where):
                seen = next(waiting)
        except StopIteration as end:
            result: Result = end.value
            return result
        except MintageError as error:
            return error
        yield seen
    return _late({where: seen}, [where], seconds)


def _advance(
    where: str, waiting: Waiting[Result], results: dict[str, Result], seen: dict[str, str], progress: Progress
) -> None:
    try:
        with translating(where):
            now = next(waiting)
    except StopIteration as end:
        results[where] = end.value
        return
    if seen.get(where) != now:
        seen[where] = now
        progress(where, now)


def _pending(waiting: Mapping[str, object], results: Mapping[str, object]) -> list[str]:
    return [where for where in waiting if where not in results]


def _late(seen: Mapping[str, str], pending: list[str], seconds: float) -> DeadlinePassed:
    return DeadlinePassed(
        f"Not done after {seconds:.0f} s",
        where=", ".join(pending),
        seen="; ".join(f"{where.rpartition('/')[2]}: {seen[where]}" for where in pending),
        remedy="run the step again: it goes on with what was begun",
    )
