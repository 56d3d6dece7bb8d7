"""What a service is: its start type, its status and what the registry says of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    STOPPED = "Stopped"
    START_PENDING = "StartPending"
    STOP_PENDING = "StopPending"
    RUNNING = "Running"
    PAUSED = "Paused"


class StartType(StrEnum):
    BOOT = "Boot"
    SYSTEM = "System"
    AUTOMATIC = "Automatic"
    MANUAL = "Manual"
    DISABLED = "Disabled"


START_NUMBERS = {
    StartType.BOOT: 0,
    StartType.SYSTEM: 1,
    StartType.AUTOMATIC: 2,
    StartType.MANUAL: 3,
    StartType.DISABLED: 4,
}


@dataclass(frozen=True)
class Service:
    """A service, or a driver, as the registry describes it."""

    name: str
    display_name: str
    description: str
    start_type: StartType
    delayed: bool
    """Automatic, but some time after the boot."""
    account: str
    image_path: str
    depends_on: tuple[str, ...]
    is_driver: bool
    status: Status
    can_stop: bool
