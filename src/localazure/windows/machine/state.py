"""What ``machine.json`` holds: all of the machine that is not a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from localazure.windows.machine.accounts import AccountsState
from localazure.windows.machine.events import EventsState
from localazure.windows.machine.file_attributes import FileAttributes
from localazure.windows.machine.licensing import LicensingState


class MachineState(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    what: str
    """For who opens the file."""
    registry: dict[str, Any] = {}
    attributes: dict[str, FileAttributes] = {}
    accounts: AccountsState
    events: EventsState = EventsState()
    licensing: LicensingState = LicensingState()
    boot_time: datetime | None = None
    boots: int = 0
