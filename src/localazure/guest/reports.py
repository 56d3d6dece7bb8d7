"""What a guest told about itself. Kept in a file, since the guest tells some of it only once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from localazure.files import write_whole
from localazure.hypervisor.base import Agent


class GuestReport(BaseModel):
    """All a guest has told so far. Times are seconds since the epoch, by the host's clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provisioned: bool = False
    provisioning_failure: str | None = None
    agent_version: str | None = None
    agent_status: str = ""
    agent_message: str = ""
    agent_reported_at: float = 0.0

    def agent(self) -> Agent | None:
        if self.agent_version is None:
            return None
        return Agent(
            version=self.agent_version,
            status=self.agent_status,
            message=self.agent_message,
            seconds_since_report=max(0.0, time.time() - self.agent_reported_at),
        )


class GuestReports:
    """The report of one guest, in ``path``. Thread-safe; a reader sees the old or the new one, whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def read(self) -> GuestReport:
        if not self._path.exists():
            return GuestReport()
        return GuestReport.model_validate_json(self._path.read_bytes())

    def ready(self) -> None:
        self._change(provisioned=True, provisioning_failure=None)

    def failed(self, reason: str) -> None:
        self._change(provisioning_failure=reason)

    def agent(self, *, version: str, status: str, message: str) -> None:
        now = time.time()
        self._change(agent_version=version, agent_status=status, agent_message=message, agent_reported_at=now)

    def _change(self, **values: object) -> None:
        with self._lock:
            write_whole(self._path, self.read().model_copy(update=values).model_dump_json())
