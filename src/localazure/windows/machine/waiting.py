"""Time in the machine: an injected clock, and waiting that a pace scales."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from localazure.pace import Pace


class Cancelled(Exception):
    """Whoever waited was told to end."""


@dataclass(frozen=True)
class Time:
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    pace: Pace = field(default_factory=Pace)

    def now(self) -> datetime:
        """Aware, UTC."""
        return self.clock()

    def after(self, seconds: float) -> datetime:
        """When that many of Windows' seconds will have passed."""
        return self.now() + timedelta(seconds=self.pace.seconds(seconds))

    def wait(self, seconds: float, cancelled: threading.Event | None = None) -> None:
        """Let that many of Windows' seconds pass. Raises Cancelled as soon as the event is set."""
        scaled = self.pace.seconds(seconds)
        if cancelled is None:
            time.sleep(scaled)
        elif cancelled.wait(scaled) if scaled > 0 else cancelled.is_set():
            raise Cancelled
