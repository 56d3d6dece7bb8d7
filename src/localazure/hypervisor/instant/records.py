"""What the driver remembers of a machine between two servers: one JSON file each, and its serial log beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from localazure.hypervisor.base import HypervisorError, Machine, PowerState


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid")

    machine: Machine
    power: PowerState = PowerState.STOPPED
    boot_id: str | None = None
    crash: str | None = None
    provisioned: bool = False
    agent_version: str | None = None
    agent_stopped_at: float | None = None
    """Seconds since the epoch; None while the agent reports."""


class Records:
    def __init__(self, state: Path) -> None:
        self._folder = state / "machines"
        self._folder.mkdir(exist_ok=True)
        self._folder.chmod(0o711)

    def folder(self, vm_id: str) -> Path:
        return self._folder / quote(vm_id, safe="").replace(".", "%2E")

    def load(self, vm_id: str) -> Record | None:
        path = self.folder(vm_id) / "machine.json"
        return Record.model_validate_json(path.read_text()) if path.exists() else None

    def require(self, vm_id: str) -> Record:
        record = self.load(vm_id)
        if record is None:
            raise HypervisorError(f"The instant hypervisor has no machine {vm_id}")
        return record

    def save(self, record: Record) -> None:
        path = self.folder(record.machine.vm_id) / "machine.json"
        self.make_folder(record.machine.vm_id)
        new = path.with_suffix(".new")
        # It holds the machine's custom data.
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(record.model_dump_json())
        new.replace(path)

    def make_folder(self, vm_id: str) -> Path:
        """Guests may pass through it, to the files that stand for their kernel, and read nothing else there."""
        folder = self.folder(vm_id)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)
        return folder

    def forget(self, vm_id: str) -> None:
        shutil.rmtree(self.folder(vm_id), ignore_errors=True)

    def serial_log(self, vm_id: str) -> Path:
        return self.folder(vm_id) / "serial.log"
