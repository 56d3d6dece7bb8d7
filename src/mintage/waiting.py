"""Waiting for a condition until a deadline, and saying what was last seen when it passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from mintage.errors import DeadlinePassed
from mintage.outside import OUTSIDE

Clock = Callable[[], float]
"""Seconds that only grow; a deadline is a reading of it."""
Sleep = Callable[[float], None]
Result = TypeVar("Result")


Meanwhile = Callable[[], None]
"""Looks at what would make waiting vain, and raises it."""


def nothing() -> None:
    """Where nothing is known that would."""


class NotYet(Exception):
    """What an attempt raises when it is worth making again; its text is what was seen."""


def wait_for(  # noqa: PLR0913 - the clock's two halves are for tests, the rest is what a reader of the error needs
    attempt: Callable[[], Result],
    what: str,
    *,
    where: str,
    deadline: float,
    remedy: str = "",
    pause: float = 1.0,
    meanwhile: Meanwhile = nothing,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
) -> Result:
    """Make the attempt, at least once, until it returns instead of raising ``NotYet``. Anything else it raises passes.

    ``what`` is the error's first words, such as "The guest did not answer in time". Raises DeadlinePassed with the
    text of the last ``NotYet`` once ``clock()`` would be past the deadline; pauses that many seconds between attempts.
    Before each pause ``meanwhile`` is called, which may raise what ends the wait.
    """
    with OUTSIDE.running():
        while True:
            try:
                return attempt()
            except NotYet as seen:
                if clock() + pause > deadline:
                    raise DeadlinePassed(what, where=where, seen=str(seen), remedy=remedy) from seen
                meanwhile()
                sleep(pause)
