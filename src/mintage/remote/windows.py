"""What a transport into a Windows guest offers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path, PureWindowsPath
from typing import Literal, Protocol

from mintage.artifacts import WinrmAddress
from mintage.remote.base import NO_ENVIRONMENT, CommandResult, OnLine, ignore_line
from mintage.waiting import Meanwhile

WindowsRunAs = Literal["administrator", "system"]
ENDED_WITH_MACHINE = (0x40010004, 0xC000013A, 0xC0000142)
"""How a PowerShell ends that is ended with its machine, or is begun while that goes down (DBG_TERMINATE_PROCESS,
STATUS_CONTROL_C_EXIT, STATUS_DLL_INIT_FAILED)."""
Connect = Callable[[WinrmAddress, float, Meanwhile], "WindowsRemote"]
"""Opens a connection as the address's user, or fails at the deadline, a reading of ``time.monotonic``.

Whenever it waits for the guest, then and later, it calls the third, which may raise what makes that vain.
"""


class WindowsRemote(Protocol):
    """An open, authenticated way into one Windows guest. Every call may raise ConnectionFailed, worth a retry.

    Timeouts are seconds, deadlines readings of ``time.monotonic``. Not for use by several threads at once.
    """

    def run(
        self,
        script: str,
        *,
        environment: Mapping[str, str] = NO_ENVIRONMENT,
        timeout: float,
        on_line: OnLine = ignore_line,
        exit_codes: Collection[int] = (0,),
    ) -> CommandResult:
        """Run a PowerShell script as the administrator who logged in, its output handed over line by line.

        Raises CommandFailed when the exit code is not valid, DeadlinePassed at the timeout.
        """

    def run_elevated(
        self,
        script: str,
        *,
        run_as: WindowsRunAs = "administrator",
        environment: Mapping[str, str] = NO_ENVIRONMENT,
        timeout: float,
        on_line: OnLine = ignore_line,
        exit_codes: Collection[int] = (0,),
        run_name: str = "",
    ) -> CommandResult:
        """As ``run``, in a scheduled task, which has the rights that Windows keeps from remote callers.

        ``run_name`` tells a run from others of the same script: called again with it in the same boot, the run is found
        again, also when it has ended. Its task stays in the guest.
        """

    def output(self, script: str, *, environment: Mapping[str, str] = NO_ENVIRONMENT) -> str:
        """Run a short script and return what it wrote to standard output, as it is; else as ``run``.

        It may take as long as the connection was told to wait for answers.
        """

    @property
    def shell(self) -> str:
        """The id of the shell that ``run`` uses; what runs in it is known by that to another connection."""

    def end_shell(self, shell: str) -> None:
        """End a shell of an earlier connection, and what runs in it, if it is still there."""

    def send_file(self, source: Path, destination: PureWindowsPath, *, timeout: float) -> None:
        """Put one file in place, making parent folders. Raises DeadlinePassed at the timeout."""

    def send_tree(self, source: Path, destination: PureWindowsPath, *, timeout: float) -> None:
        """Put all that a folder holds into ``destination``; what else is there stays."""

    def boot_id(self) -> str:
        """Names this boot of the guest."""

    def wait_for_reboot(self, old_boot_id: str, deadline: float) -> None:
        """Return when the guest answers with another boot id. Raises DeadlinePassed with what was last seen."""

    def close(self) -> None:
        """End the connection. May be called twice."""
