"""One command in a guest's shell: what goes in, what comes out, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from mintage.errors import ConnectionFailed
from mintage.remote.winrm.client import OPERATION_TIMEOUT, ShellClient
from mintage.remote.winrm.faults import ServiceFault, ShellLost
from mintage.waiting import Clock

OnData = Callable[[bytes], None]
BLOCK = 349_528
"""Bytes of one Send: 256 KiB in base64. In base64 again, and in its envelope, that is 467 KB of the 500 KB allowed."""


class Overdue(Exception):
    """The command still runs at its deadline."""


class Ended(Exception):
    """The command takes no more input because it has ended. ``Execution.read`` tells how."""


class Execution:
    """A context manager. Leaving it before the command has ended ends it; ``forsake`` is called then."""

    def __init__(
        self, client: ShellClient, shell: str, command_line: str, *, clock: Clock, forsake: Callable[[], None]
    ) -> None:
        self._client, self._shell, self._clock, self._forsake = client, shell, clock, forsake
        self._command = client.start(shell, command_line)
        self._exit_code: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # An ended command counts among the user's operations until this is said.
        if not isinstance(error, ConnectionFailed) or isinstance(error, ServiceFault):
            with suppress(ConnectionFailed):
                self._client.terminate(self._shell, self._command)
        if self._exit_code is None:
            self._forsake()

    def write(self, data: bytes, *, end: bool = False) -> None:
        """Send all of it to standard input, and its end. Raises Ended, ConnectionFailed."""
        view = memoryview(data)
        while True:
            block, view = bytes(view[:BLOCK]), view[BLOCK:]
            self._send(block, end=end and not view)
            if not view:
                return

    def read(self, deadline: float, on_output: OnData, on_errors: OnData) -> int:
        """Hand over what comes until the command ends; its exit code. Raises Overdue and ConnectionFailed."""
        while self._exit_code is None:
            self.read_some(deadline, on_output, on_errors)
        return self._exit_code

    def read_some(self, deadline: float, on_output: OnData, on_errors: OnData) -> int | None:
        """Hand over what comes next; the exit code once the command has ended. Raises as ``read``."""
        left = deadline - self._clock()
        if left <= 0:
            raise Overdue
        received = self._client.receive(self._shell, self._command, min(left, OPERATION_TIMEOUT))
        if received:
            # The end is noted first: whoever takes the output may fail.
            self._exit_code = received.exit_code
            on_output(received.output)
            on_errors(received.errors)
        return self._exit_code

    def _send(self, data: bytes, *, end: bool) -> None:
        try:
            self._client.send(self._shell, self._command, data, end=end)
        except ShellLost:
            raise
        except ServiceFault as error:
            raise Ended from error
