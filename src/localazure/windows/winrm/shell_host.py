"""What the WS-Management server needs of the machine it runs on: accounts to admit, and programs to run.

The server knows nothing else of the machine. Implementations must be callable from several threads at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class ShellHostError(Exception):
    """The machine refuses: a Windows error number, and Windows' own text for it.

    Raised by :meth:`ShellHost.start`; the client gets both in a WSManFault.

    Attributes:
        code: a Win32 error code (2 for a missing file, 267 for a folder that is none) or an HRESULT.
    """

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Output:
    """What a process wrote since it was last asked, in the code page of its shell."""

    stdout: bytes = b""
    stderr: bytes = b""

    def __bool__(self) -> bool:
        return bool(self.stdout or self.stderr)


class Accounts(Protocol):
    """Who may come in over WS-Management: Windows lets in administrators and Remote Management Users.

    A name comes without its domain and in any case (``builder``).
    A disabled account, or one without the right to come in, is answered like one that does not exist.
    """

    def nt_hash(self, user: str) -> bytes | None:
        """The account's NT hash (MD4 of the UTF-16-LE password, 16 bytes), or None if it may not come in."""

    def check_password(self, user: str, password: str) -> str | None:
        """The account's name if that is its password and it may come in, else None."""

    def for_certificate(self, certificate: bytes) -> str | None:
        r"""The account a client certificate (DER) is mapped to and may come in as, else None.

        The mapping (``WSMan:\localhost\ClientCertificate``) decides about issuer and subject; the TLS handshake has
        only proved that the client holds the certificate's key.
        """


class HostedProcess(Protocol):
    """A program a shell started. One thread reads while others write and signal."""

    def write(self, data: bytes) -> None:
        """Give the program input; blocks while it does not take it. Input for a program that has ended is lost."""

    def close_stdin(self) -> None:
        """End the program's input. Closing twice is no error."""

    def read(self, timeout: float, limit: int) -> Output:
        """Wait until there is output or the program has ended, at most ``timeout`` seconds, and take the output.

        Args:
            timeout: seconds; 0 only looks.
            limit: how many bytes to take at most, both streams together; the rest stays for the next call.

        Returns:
            Nothing written yet, or nothing more to come, is an empty output; ``exit_code`` tells them apart.
        """

    @property
    def exit_code(self) -> int | None:
        """None while the program runs or has output that nobody has read."""

    def terminate(self, signal: str) -> None:
        """End the program and its children, or interrupt it.

        Args:
            signal: ``terminate``, ``ctrl_c`` or ``ctrl_break``. After ``terminate`` an exit code follows within a
                moment, whatever the program does; a program that has ended is left alone.
        """


class ShellHost(Protocol):
    """Where a shell's programs run."""

    @property
    def computer_name(self) -> str:
        """As faults give it to clients that address the computer by no name; may change between calls."""

    def start(
        self, user: str, command_line: str, environment: Mapping[str, str], cwd: str | None, codepage: int
    ) -> HostedProcess:
        """Start a program as a network logon of a user.

        Args:
            user: an account :class:`Accounts` let in; its case may be the client's.
            command_line: what CreateProcess would get, ``cmd.exe`` already put before it where the client wanted that.
            environment: variables the shell adds to the user's own.
            cwd: a Windows path, or None for the user's profile folder.
            codepage: the console's code page, such as 437 or 65001.

        Raises:
            ShellHostError: Windows could not start it.
        """
