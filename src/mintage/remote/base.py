"""What a transport into a Linux guest offers, which ``ssh`` implements; of Windows see ``windows``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Literal, Protocol

RunAs = Literal["root", "user"]
"""``root`` is the administrator; ``user`` the one who logged in."""
OnLine = Callable[[str], None]
NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})
DEFAULT_TIMEOUT = 1800.0
SEND_TIMEOUT = 2 * 3600.0
QUESTION_TIMEOUT = 120.0
"""These are for who uses a transport alone: builds go by their recipes, which the protocols see to."""


def ignore_line(line: str) -> None:
    """Where a caller has no use for the output."""


@dataclass(frozen=True)
class CommandResult:
    """A command that ended with a valid exit code."""

    exit_code: int
    seconds: float
    last_lines: tuple[str, ...]
    """The end of its output, for a reader; never the place to take data from (see ``Remote.output``)."""


class Remote(Protocol):
    """An open, authenticated way into one guest. Every call may raise ConnectionFailed, which is worth a retry.

    Timeouts are seconds, deadlines readings of ``time.monotonic``. Not for use by several threads at once.
    """

    def run(
        self,
        script: str,
        *,
        run_as: RunAs = "root",
        environment: Mapping[str, str] = NO_ENVIRONMENT,
        timeout: float,
        on_line: OnLine = ignore_line,
        exit_codes: Collection[int] = (0,),
    ) -> CommandResult:
        """Run a script, its output and errors merged and handed over line by line while it runs.

        The interpreter is the one its ``#!`` line names, else the transport's usual one. Raises CommandFailed when the
        exit code is not valid, DeadlinePassed at the timeout, when the script and all its children are ended.
        An exception of ``on_line`` ends them too.
        """

    def output(
        self,
        script: str,
        *,
        run_as: RunAs = "root",
        environment: Mapping[str, str] = NO_ENVIRONMENT,
    ) -> str:
        """Run a short script and return what it wrote to standard output, as it is; else as ``run``.

        It may take as long as the connection was told to wait for answers.
        """

    def send_file(self, source: Path, destination: PurePosixPath, *, mode: str, owner: str, timeout: float) -> None:
        """Put one file in place, making parent folders; ``mode`` is octal, ``owner`` is ``user:group``.

        Raises CommandFailed when the guest cannot, ConnectionFailed when what arrived is not what was sent,
        DeadlinePassed at the timeout.
        """

    def send_tree(self, source: Path, destination: PurePosixPath, *, owner: str, timeout: float) -> None:
        """Put all that a folder holds into ``destination``; what else is there stays. Modes are the source's."""

    def fetch_text(self, path: PurePosixPath) -> str:
        """The content of one file, read as root. Raises CommandFailed when it is not there."""

    def boot_id(self) -> str:
        """Names this boot of the guest."""

    def wait_for_reboot(self, old_boot_id: str, deadline: float) -> None:
        """Return when the guest answers with another boot id. Raises DeadlinePassed with what was last seen."""

    def close(self) -> None:
        """End the connection, and with it what still runs through it. May be called twice."""
