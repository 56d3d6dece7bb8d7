"""What a driver of models remembers of a machine: one JSON file each, and its serial log beside it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from localazure.hypervisor.base import Agent, HypervisorError, Machine, PowerState

_REPORT_SECONDS = 15.0
"""The agent reports its health this often."""


class MachineRecord(BaseModel):
    """What every driver keeps of a machine."""

    model_config = ConfigDict(extra="forbid")

    machine: Machine
    power: PowerState = PowerState.STOPPED
    crash: str | None = None
    provisioned: bool = False
    agent_version: str | None = None
    agent_stopped_at: float | None = None
    """Seconds since the epoch; None while the agent reports."""


AnyRecord = TypeVar("AnyRecord", bound=MachineRecord)


class Records(Generic[AnyRecord]):
    """``driver``: what error messages call the hypervisor whose machines these are."""

    def __init__(self, state: Path, kind: type[AnyRecord], driver: str) -> None:
        self._folder, self._kind, self._driver = state / "machines", kind, driver
        self._folder.mkdir(exist_ok=True)
        self._folder.chmod(0o711)

    def folder(self, vm_id: str) -> Path:
        return self._folder / quote(vm_id, safe="").replace(".", "%2E")

    def load(self, vm_id: str) -> AnyRecord | None:
        path = self.folder(vm_id) / "machine.json"
        return self._kind.model_validate_json(path.read_text()) if path.exists() else None

    def require(self, vm_id: str) -> AnyRecord:
        record = self.load(vm_id)
        if record is None:
            raise HypervisorError(f"{self._driver} has no machine {vm_id}")
        return record

    def save(self, record: AnyRecord) -> None:
        path = self.folder(record.machine.vm_id) / "machine.json"
        self.make_folder(record.machine.vm_id)
        new = path.with_suffix(".new")
        # It holds the machine's custom data.
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(record.model_dump_json())
        new.replace(path)

    def make_folder(self, vm_id: str) -> Path:
        """Other users of this host, such as a guest's, may pass through it and read nothing there by name."""
        folder = self.folder(vm_id)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)
        return folder

    def forget(self, vm_id: str) -> None:
        shutil.rmtree(self.folder(vm_id), ignore_errors=True)

    def serial_log(self, vm_id: str) -> Path:
        return self.folder(vm_id) / "serial.log"


def without_password(machine: Machine) -> Machine:
    """For a record, which stays on the disk."""
    profile = machine.identity.os_profile
    if profile is None:
        return machine
    identity = machine.identity.model_copy(update={"os_profile": profile.model_copy(update={"admin_password": None})})
    return machine.model_copy(update={"identity": identity})


def reported_agent(record: MachineRecord) -> Agent | None:
    """What the agent reported last, None when it never did."""
    if record.agent_version is None:
        return None
    now = time.time()
    age = now % _REPORT_SECONDS if record.agent_stopped_at is None else now - record.agent_stopped_at
    return Agent(
        version=record.agent_version, status="Ready", message="Guest Agent is running", seconds_since_report=age
    )
