"""The event logs, in the order of writing."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from localazure.windows.machine.errors import NotFound
from localazure.windows.machine.waiting import Time

Level = Literal["Critical", "Error", "Warning", "Information", "Verbose"]
_LOGS = ("Application", "Security", "Setup", "System", "Windows PowerShell")
_MOST = 1000
_NO_SUCH_CHANNEL = 15007


class Event(BaseModel):
    record_id: int
    provider: str
    event_id: int
    level: Level
    time: datetime
    message: str
    user: str = ""


class EventsState(BaseModel):
    logs: dict[str, list[Event]] = {name: [] for name in _LOGS}
    sources: dict[str, str] = {}
    """Source to log, of those that somebody registered."""
    next_record: int = 1


class Events:
    def __init__(self, state: EventsState, time: Time, lock: threading.RLock) -> None:
        self.state, self._time, self._lock = state, time, lock

    def logs(self) -> list[str]:
        return sorted(self.state.logs)

    def read(self, log: str) -> list[Event]:
        """Oldest first. Raises NotFound for a log that is not there."""
        with self._lock:
            return list(self.state.logs[self._name(log)])

    def write(self, log: str, provider: str, event_id: int, message: str, level: Level = "Information") -> Event:
        with self._lock:
            kept = self.state.logs[self._name(log)]
            event = Event(
                record_id=self.state.next_record,
                provider=provider,
                event_id=event_id,
                level=level,
                time=self._time.now(),
                message=message,
            )
            self.state.next_record += 1
            kept.append(event)
            del kept[:-_MOST]
            return event

    def create(self, log: str, source: str) -> None:
        with self._lock:
            self.state.logs.setdefault(log, [])
            self.state.sources[source] = log

    def clear(self, log: str) -> None:
        with self._lock:
            self.state.logs[self._name(log)].clear()

    def _name(self, log: str) -> str:
        found = next((name for name in self.state.logs if name.lower() == log.lower()), None)
        if found is None:
            raise NotFound(log, _NO_SUCH_CHANNEL)
        return found
