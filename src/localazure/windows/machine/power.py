"""Requests to shut down or restart: kept here, carried out by whoever runs the machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.waiting import Time

PowerKind = Literal["shutdown", "restart"]


@dataclass(frozen=True)
class PowerRequest:
    kind: PowerKind
    reason: str
    delay: float
    """Windows' seconds until it happens."""
    by: str = ""


class Power:
    """``when_due`` is called once, from a thread of its own, when a request's delay has passed."""

    def __init__(self, time: Time) -> None:
        self._time, self._lock = time, threading.Lock()
        self._timer: threading.Timer | None = None
        self.pending: PowerRequest | None = None
        self.when_due: Callable[[PowerRequest], None] = lambda _request: None

    def request(self, kind: PowerKind, *, reason: str = "", delay: float = 0, by: str = "") -> PowerRequest:
        """Ask for it. Raises MachineError: 1190 one is on its way with a delay, 1115 one is being carried out."""
        with self._lock:
            if self.pending:
                raise MachineError(1190 if self.pending.delay else 1115, kind)
            asked = PowerRequest(kind, reason, delay, by)
            self.pending = asked
            self._timer = threading.Timer(self._time.pace.seconds(delay), self._due, (asked,))
            self._timer.daemon = True
            self._timer.start()
            return asked

    def abort(self) -> None:
        """Raises MachineError: 1116 nothing to abort."""
        with self._lock:
            if self.pending is None or self._timer is None:
                raise MachineError(1116)
            self._timer.cancel()
            self.pending = self._timer = None

    def reset(self) -> None:
        """The machine is off, or boots: nothing is pending."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            self.pending = self._timer = None

    def _due(self, request: PowerRequest) -> None:
        if self.pending is request:
            self.when_due(request)
