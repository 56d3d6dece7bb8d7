"""Every way of being told to stop is one exception: Ctrl-C, kill, and the terminal going away."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ToldToStop(BaseException):
    """Like KeyboardInterrupt, no ``except Exception`` may hold it up."""


@contextmanager
def told_to_stop() -> Iterator[None]:
    """Within the block, raise ToldToStop in the main thread at every signal."""
    before = {number: signal.signal(number, _raise) for number in _ALL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within the block, ignore signals: it puts things in order, and has deadlines of its own."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _ALL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise(number: int, _frame: FrameType | None) -> None:
    raise ToldToStop(signal.Signals(number).name)
