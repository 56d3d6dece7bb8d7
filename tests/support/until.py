"""Waiting for what other threads, processes and machines do."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(condition: Callable[[], bool], within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen within {within} s"
        time.sleep(0.01)
