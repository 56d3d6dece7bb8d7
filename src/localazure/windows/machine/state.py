"""What ``machine.json`` holds: all of the machine that is not a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from localazure.windows.machine.accounts import AccountsState
from localazure.windows.machine.appx import AppxPackage
from localazure.windows.machine.certificates import StoredCertificate
from localazure.windows.machine.cim import Hardware
from localazure.windows.machine.events import EventsState
from localazure.windows.machine.features import FeatureState
from localazure.windows.machine.file_attributes import FileAttributes
from localazure.windows.machine.licensing import LicensingState
from localazure.windows.machine.network import NetworkState
from localazure.windows.machine.tasks import TasksState
from localazure.windows.machine.updates import UpdatesState
from localazure.windows.machine.volumes import Volume


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
    tasks: TasksState = TasksState()
    features: dict[str, FeatureState] = {}
    appx: list[AppxPackage] = []
    volumes: list[Volume] = [Volume(letter="C", label="Windows")]
    network: NetworkState = NetworkState()
    certificates: list[StoredCertificate] = []
    updates: UpdatesState = UpdatesState()
    hardware: Hardware = Hardware()
    as_system: bool = False
    """Sysprep generalized it as SYSTEM, which Windows does not support: OOBE will not come up."""
    instance_id: str = ""
    """The Azure VM that the machine was provisioned as."""
    boot_time: datetime | None = None
    boots: int = 0
