"""From the Command and Arguments of a request to what CreateProcess gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from localazure.windows.winrm.shell_host import Output, ShellHostError

CMD_LIMIT = 8191
"""Characters cmd.exe takes as one command (Microsoft's article "Command prompt line string limitation")."""

_PROCESS_LIMIT = 32_767
_CMD = r"C:\Windows\system32\cmd.exe /C "


@dataclass
class CommandTooLong:
    """What a client gets for a longer command: cmd.exe starts, complains and ends with 1."""

    _output: Output = field(default_factory=lambda: Output(stderr=b"The command line is too long.\r\n"))

    def write(self, data: bytes) -> None:
        """Nobody reads it."""

    def close_stdin(self) -> None:
        """Nobody reads it."""

    def read(self, timeout: float, limit: int) -> Output:  # noqa: ARG002
        output, self._output = self._output, Output()
        return output

    @property
    def exit_code(self) -> int | None:
        return None if self._output else 1

    def terminate(self, signal: str) -> None:
        """It has ended."""


def join(command: str, arguments: Sequence[str]) -> str:
    """The service puts spaces between the arguments and quotes nothing: that is the client's business."""
    return " ".join((command, *arguments))


def process_line(command: str, *, skip_cmd_shell: bool) -> str | None:
    """The line to start, through cmd.exe unless the client asked for none; None if cmd.exe would not take it.

    Raises:
        ShellHostError: longer than any process' command line may be.
    """
    if not skip_cmd_shell:
        return _CMD + command if len(command) <= CMD_LIMIT else None
    if len(command) > _PROCESS_LIMIT:
        raise ShellHostError(206, "The filename or extension is too long.")
    return command
