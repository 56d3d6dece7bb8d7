"""Time that a test makes pass."""

from __future__ import annotations


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = self._begun = 1000.0

    @property
    def passed(self) -> float:
        return self.now - self._begun

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
