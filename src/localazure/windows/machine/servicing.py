"""Component servicing: while it works, TiWorker runs; what it leaves for the next boot is in the registry."""

from __future__ import annotations

from datetime import UTC, datetime

from localazure.windows.machine.processes import Processes
from localazure.windows.machine.registry import Registry
from localazure.windows.machine.registry_values import RegistryKind
from localazure.windows.machine.waiting import Time

CBS_KEY = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing"
WINDOWS_UPDATE_KEY = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update"
SESSION_MANAGER_KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager"
RENAMES = "PendingFileRenameOperations"
_TIWORKER = (
    r"C:\Windows\winsxs\amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.20348.1_none_model\TiWorker.exe"
)


class Servicing:
    def __init__(self, registry: Registry, processes: Processes, time: Time) -> None:
        self._registry, self._processes, self._time = registry, processes, time
        self._until: datetime | None = None
        self._pids: list[int] = []
        processes.before_listing.append(self._end_when_due)

    @property
    def active(self) -> bool:
        self._end_when_due()
        return bool(self._pids)

    def work(self, seconds: float) -> None:
        """Keep TiWorker busy for that many of Windows' seconds, from now."""
        self._until = max(self._time.after(seconds), self._until or self._time.now())
        if not self._pids:
            trusted = self._processes.show("TrustedInstaller.exe", r"C:\Windows\servicing\TrustedInstaller.exe")
            self._pids = [trusted, self._processes.show("TiWorker.exe", _TIWORKER)]

    def work_without_end(self) -> None:
        """As an update that hangs: until the machine goes down."""
        self.work(0)
        self._until = datetime.max.replace(tzinfo=UTC)

    def require_reboot(self, *, by_update: bool = False) -> None:
        """Both keys are volatile: any boot takes them."""
        self._registry.create_key(rf"{CBS_KEY}\RebootPending", volatile=True)
        if by_update:
            self._registry.create_key(rf"{WINDOWS_UPDATE_KEY}\RebootRequired", volatile=True)

    def rename_at_boot(self, source: str, target: str = "") -> None:
        """MoveFileEx with MOVEFILE_DELAY_UNTIL_REBOOT; without a target the file is to be deleted."""
        known = self._registry.get(SESSION_MANAGER_KEY, RENAMES, [])
        pairs = list(known) if isinstance(known, list) else []
        pairs += [rf"\??\{source}", rf"!\??\{target}" if target else ""]
        self._registry.set(SESSION_MANAGER_KEY, RENAMES, pairs, RegistryKind.MULTI_STRING)

    @property
    def reboot_pending(self) -> list[str]:
        """The signs of it that are there: registry paths."""
        keys = [rf"{CBS_KEY}\RebootPending", rf"{CBS_KEY}\PackagesPending", rf"{WINDOWS_UPDATE_KEY}\RebootRequired"]
        found = [key for key in keys if self._registry.key_exists(key)]
        if self._registry.value(SESSION_MANAGER_KEY, RENAMES):
            found.append(rf"{SESSION_MANAGER_KEY}\{RENAMES}")
        return found

    def stop(self) -> None:
        """What a shutdown does."""
        for pid in self._pids:
            self._processes.hide(pid)
        self._pids, self._until = [], None

    def _end_when_due(self) -> None:
        if self._until is not None and self._time.now() >= self._until:
            self.stop()
