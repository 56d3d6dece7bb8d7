"""Windows Update as its COM session shows it: what is offered, downloaded and installed, and the reboot it wants."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.services import StartType
from localazure.windows.machine.tokens import Token

if TYPE_CHECKING:
    from localazure.windows.machine.machine import Machine

ACCESS_DENIED = 0x80070005
SERVICE_DISABLED = 0x80070422
_EULA_NOT_ACCEPTED = 0x80240023
_NOT_DOWNLOADED = 0x80246008
_DOWNLOAD_BYTES_PER_SECOND = 50_000_000
_INSTALL_SECONDS = 60.0
_SERVICING_SECONDS = 30.0
_SERVICE = "wuauserv"
_CLIENT = "Microsoft-Windows-WindowsUpdateClient"


class Update(BaseModel):
    update_id: str
    title: str
    kb: str
    """Digits, without ``KB``."""
    categories: list[str] = ["Security Updates", "Windows Server 2022"]
    size: int = 50_000_000
    severity: str = "Critical"
    reboot: bool = False
    eula_accepted: bool = True
    hidden: bool = False
    after: str | None = None
    """The KB that must be in force before this one is offered."""
    downloaded: bool = False
    installed: bool = False
    waits_for_reboot: bool = False
    """Installed, and in force after the next boot."""
    failure: int = 0
    """The HRESULT that installing it ends with; 0 for one that can be installed."""


class HistoryEntry(BaseModel):
    title: str
    kb: str
    date: datetime
    result_code: int
    """2 succeeded, 4 failed."""


class UpdatesState(BaseModel):
    updates: list[Update] = []
    history: list[HistoryEntry] = []


class Updates:
    def __init__(self, state: UpdatesState, machine: Machine) -> None:
        self.state, self._machine = state, machine
        self._lock = machine.lock

    def search(self, user: Token, *, installed: bool = False, hidden: bool = False) -> list[Update]:
        """What is offered, or with ``installed`` what is there. Raises 0x80070422 while the service is disabled."""
        self._need_service()
        self._local_or_remote(user)
        with self._lock:
            return [
                u for u in self.state.updates
                if u.installed == installed and u.hidden == hidden and (installed or self._offered(u))
            ]  # fmt: skip

    def accept_eula(self, user: Token, update: Update) -> None:
        self._only_local(user)
        update.eula_accepted = True

    def download(self, user: Token, updates: Sequence[Update], cancelled: threading.Event | None = None) -> None:
        """Takes as long as their size needs. Raises 0x80070005 for a network logon, 0x80070422, or Cancelled."""
        self._only_local(user)
        self._need_service()
        for update in updates:
            if not update.eula_accepted:
                raise MachineError(_EULA_NOT_ACCEPTED, update.title, "The license terms were not accepted.")
            self._machine.time.wait(update.size / _DOWNLOAD_BYTES_PER_SECOND, cancelled)
            update.downloaded = True

    def install(self, user: Token, updates: Sequence[Update], cancelled: threading.Event | None = None) -> None:
        """Install those that can be. Raises like ``download``, and 0x80246008 for one that was not downloaded.

        TiWorker works while it lasts and a while longer.
        """
        self._only_local(user)
        self._need_service()
        for update in updates:
            if not update.downloaded:
                raise MachineError(_NOT_DOWNLOADED, update.title, "The update was not downloaded.")
        for update in updates:
            self._machine.servicing.work(_INSTALL_SECONDS + _SERVICING_SECONDS)
            self._machine.time.wait(_INSTALL_SECONDS, cancelled)
            self._finish(update)

    @property
    def reboot_required(self) -> bool:
        """What Microsoft.Update.SystemInfo says."""
        return any(path.endswith("RebootRequired") for path in self._machine.servicing.reboot_pending)

    def history(self) -> list[HistoryEntry]:
        """Newest first."""
        return list(reversed(self.state.history))

    def finish_pending(self) -> list[Update]:
        """What a boot does; returns what came into force."""
        found = [update for update in self.state.updates if update.waits_for_reboot]
        for update in found:
            update.waits_for_reboot = False
        return found

    def _finish(self, update: Update) -> None:
        now, code = self._machine.time.now(), 4 if update.failure else 2
        with self._lock:
            self.state.history.append(HistoryEntry(title=update.title, kb=update.kb, date=now, result_code=code))
            if not update.failure:
                update.installed, update.waits_for_reboot = True, update.reboot
        if update.failure:
            text = (
                "Installation Failure: Windows failed to install the following update with error "
                f"{update.failure:#x}: {update.title}."
            )
            self._machine.events.write("System", _CLIENT, 20, text, "Error")
            return
        if update.reboot:
            self._machine.servicing.require_reboot(by_update=True)
        text = f"Installation Successful: Windows successfully installed the following update: {update.title}"
        self._machine.events.write("System", _CLIENT, 19, text)

    def _offered(self, update: Update) -> bool:
        if update.after is None:
            return True
        return any(u.kb == update.after and u.installed and not u.waits_for_reboot for u in self.state.updates)

    def _need_service(self) -> None:
        service = self._machine.services.find(_SERVICE)
        if service is None or service.start_type is StartType.DISABLED:
            raise MachineError(SERVICE_DISABLED, _SERVICE)
        if service.status != "Running":
            self._machine.services.start(_SERVICE)

    @staticmethod
    def _only_local(user: Token) -> None:
        """Remote callers may search only (learn.microsoft.com, "Using WUA From a Remote Computer")."""
        if user.logon == "network" or not user.is_administrator:
            raise MachineError(ACCESS_DENIED, "Windows Update")

    @staticmethod
    def _local_or_remote(user: Token) -> None:
        if not user.is_administrator and user.logon == "network":
            raise MachineError(ACCESS_DENIED, "Windows Update")
