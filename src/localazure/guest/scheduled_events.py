"""What Azure is going to do to one VM, as its guest is told: that a Spot VM is taken back.

Behaviour after Microsoft's page "Azure Metadata Service: Scheduled Events": names, states, and the least notice.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from localazure.files import write_whole

PREEMPT_SECONDS = 30.0
"""The least that a guest is told of an eviction before it happens."""


class ScheduledEvent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: str
    kind: str
    description: str
    not_before: datetime
    started: bool = False


class _Events(BaseModel):
    """All of a guest's, and how often that changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    incarnation: int = 1
    events: tuple[ScheduledEvent, ...] = ()


class ScheduledEvents:
    """Those of one guest, in ``path``. Thread-safe; a reader sees the old or the new ones, whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def preempt(self, not_before: datetime) -> None:
        """Announce that the machine is taken back; once more changes nothing."""
        with self._lock:
            if not self._read().events:
                text = "The Spot virtual machine is taken back."
                event = ScheduledEvent(event_id=str(uuid4()), kind="Preempt", description=text, not_before=not_before)
                self._write((event,))

    def start(self, event_ids: set[str]) -> bool:
        """The guest is ready for these; whether there are such events."""
        with self._lock:
            events = self._read().events
            if not event_ids <= {each.event_id for each in events}:
                return False
            self._write(tuple(each.model_copy(update={"started": each.event_id in event_ids}) for each in events))
            return True

    def clear(self) -> None:
        """It is over, or the machine begins anew."""
        with self._lock:
            if self._read().events:
                self._write(())

    def document(self, machine: str) -> dict[str, Any]:
        """As the metadata service shows it."""
        found = self._read()
        return {"DocumentIncarnation": found.incarnation, "Events": [_shown(each, machine) for each in found.events]}

    def _read(self) -> _Events:
        return _Events.model_validate_json(self._path.read_bytes()) if self._path.exists() else _Events()

    def _write(self, events: tuple[ScheduledEvent, ...]) -> None:
        write_whole(self._path, _Events(incarnation=self._read().incarnation + 1, events=events).model_dump_json())


def _shown(event: ScheduledEvent, machine: str) -> dict[str, Any]:
    """An event that has begun has no time any more."""
    begun = event.started or event.not_before <= datetime.now(UTC)
    return {
        "EventId": event.event_id,
        "EventStatus": "Started" if begun else "Scheduled",
        "EventType": event.kind,
        "ResourceType": "VirtualMachine",
        "Resources": [machine],
        "NotBefore": "" if begun else format_datetime(event.not_before, usegmt=True),
        "Description": event.description,
        "EventSource": "Platform",
        "DurationInSeconds": -1,
    }
