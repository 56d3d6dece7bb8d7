"""WS-Management's remote shell: pywinrm, its errors told apart, and without its endless waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from winrm.exceptions import WinRMOperationTimeoutError
from winrm.protocol import Protocol

from mintage.artifacts import WinrmAddress
from mintage.errors import CertificateRefused, MintageError
from mintage.outside import OUTSIDE
from mintage.remote.winrm.faults import ShellLost, not_taken, told_apart
from mintage.remote.winrm.peer import check_peer
from mintage.waiting import NotYet

OPERATION_TIMEOUT = 20
"""Seconds that the service may keep an answer back while it has nothing to say."""
_READ_TIMEOUT = 50
"""Seconds until an answer must have come. More than the above, so that the service speaks first."""
_FAREWELL = 10
_UTF8 = 65001
_IDLE = "PT180S"
"""How long a shell lasts that nobody asks about. What a builder that died left in it must not hold files for long, nor
use up the user's 30 shells; one that is missed is opened again."""


@dataclass(frozen=True)
class Received:
    output: bytes
    errors: bytes
    exit_code: int | None
    """None while the command runs."""


class ShellClient:
    """``how`` is what ``winrm.protocol.Protocol`` takes beside the endpoint and what is fixed here."""

    def __init__(self, address: WinrmAddress, where: str, how: dict[str, Any]) -> None:
        self._address, self._where = address, where
        host, port = address.host, address.port
        name = f"[{host}]" if ":" in host else host
        with told_apart(where):
            self._protocol = Protocol(
                f"https://{name}:{port}/wsman",
                server_cert_validation="validate",
                proxy=None,
                operation_timeout_sec=OPERATION_TIMEOUT,
                read_timeout_sec=_READ_TIMEOUT,
                **how,
            )
            # Neither proxies nor a .netrc of whoever runs this.
            self._protocol.transport.build_session().trust_env = False

    def open_shell(self) -> str:
        """The id of a new shell whose programs write UTF-8."""
        return str(self._ask(self._protocol.open_shell, codepage=_UTF8, idle_timeout=_IDLE))

    def start(self, shell: str, command: str) -> str:
        """The id of a command that was started, its input a pipe."""
        return str(self._ask(self._protocol.run_command, shell, command, console_mode_stdin=False))

    def send(self, shell: str, command: str, data: bytes, *, end: bool) -> None:
        self._ask(self._protocol.send_command_input, shell, command, data, end=end)

    def receive(self, shell: str, command: str, seconds: float) -> Received | None:
        """What a command wrote, or that it ended; None when there was neither for about that many seconds."""
        self._protocol.operation_timeout_sec = max(1, min(OPERATION_TIMEOUT, round(seconds)))
        try:
            with self._told_apart():
                output, errors, code, done = self._protocol.get_command_output_raw(shell, command)
        except WinRMOperationTimeoutError:
            return None
        finally:
            self._protocol.operation_timeout_sec = OPERATION_TIMEOUT
        return Received(output, errors, code % 2**32 if done else None)

    def terminate(self, shell: str, command: str) -> None:
        """End a command, or have one that ended forgotten."""
        self._ask(self._protocol.cleanup_command, shell, command)

    def close_shell(self, shell: str) -> bool:
        """End a shell and all that runs in it. False when the service could not be told to."""
        self._protocol.transport.read_timeout_sec = _FAREWELL
        try:
            self._ask(self._protocol.close_shell, shell, close_session=False)
        except ShellLost:
            return True
        except MintageError:
            return False
        finally:
            self._protocol.transport.read_timeout_sec = _READ_TIMEOUT
        return True

    def close(self) -> None:
        self._protocol.transport.close_session()

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        try:
            with told_apart(self._where):
                yield
        except CertificateRefused:
            # Another host may have come in the VM's place since the login: that is told with both fingerprints.
            with suppress(NotYet):
                check_peer(self._address)
            raise

    def _ask(self, operation: Any, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on
        try:
            with OUTSIDE.running(), self._told_apart():
                return operation(*arguments, **options)
        except WinRMOperationTimeoutError as error:
            raise not_taken(self._where, error) from error
