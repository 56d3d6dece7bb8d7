"""One command on one SSH channel: what goes in, what comes out, and how it ends."""

from __future__ import annotations

import select
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

import paramiko

from mintage.errors import ConnectionFailed
from mintage.waiting import Clock

OnData = Callable[[bytes], None]
_CHUNK = 65536
_QUIET = 2.0
"""Seconds without output after which an ended command counts as silent, although a daemon it left holds the pipe."""
_POLL = 0.5
_OPEN_TIMEOUT = 60.0
_STALLED = 120.0
"""Seconds the guest may take none of what is sent to it."""


class Overdue(Exception):
    """The command still runs at its deadline."""


class Ended(Exception):
    """The command takes no more input because it has ended. ``Execution.read`` tells how."""


class Execution:
    """A context manager. Leaving it closes the channel, which is how the guest learns that the command is given up."""

    def __init__(
        self, transport: paramiko.Transport | None, command: str, *, where: str, clock: Clock, deadline: float
    ) -> None:
        self._where, self._clock, self._deadline = where, clock, deadline
        if transport is None or not transport.is_active():
            raise self._broken("The connection to the guest is closed")
        try:
            self._channel = transport.open_session(timeout=_OPEN_TIMEOUT)
            self._channel.settimeout(_STALLED)
            self._channel.exec_command(command)
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._broken("The guest did not take a command", error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # To a guest that is gone nothing can be said; paramiko tells that by EOFError, too.
        with suppress(OSError, EOFError):
            self._channel.close()

    def write(self, data: bytes) -> int:
        """Send all of it to the command's standard input.

        Raises Ended, Overdue when the deadline has passed before, and ConnectionFailed when it fails.
        """
        if self._clock() > self._deadline:
            raise Overdue
        try:
            self._channel.sendall(data)
        except (OSError, EOFError) as error:
            if self._channel.closed or self._channel.exit_status_ready():
                raise Ended from error
            raise self._broken("The guest stopped taking what was sent to it", error) from error
        return len(data)

    def end_input(self) -> None:
        with suppress(OSError, EOFError):
            self._channel.shutdown_write()

    def read(self, deadline: float, on_output: OnData, on_error: OnData) -> int:
        """Hand over what comes until the command ends; its exit code. Raises Overdue and ConnectionFailed."""
        last_data = self._clock()
        while True:
            if self._hand_over(on_output, on_error):
                last_data = self._clock()
            elif self._ended(last_data):
                return self._exit_code()
            if self._clock() > deadline:
                raise Overdue
            self._wait(deadline)

    def _hand_over(self, on_output: OnData, on_error: OnData) -> bool:
        output = self._channel.recv(_CHUNK) if self._channel.recv_ready() else b""
        errors = self._channel.recv_stderr(_CHUNK) if self._channel.recv_stderr_ready() else b""
        if output:
            on_output(output)
        if errors:
            on_error(errors)
        return bool(output or errors)

    def _ended(self, last_data: float) -> bool:
        if not self._channel.exit_status_ready():
            return False
        return bool(self._channel.eof_received) or self._channel.closed or self._clock() - last_data > _QUIET

    def _wait(self, deadline: float) -> None:
        seconds = max(0.0, min(_POLL, deadline - self._clock()))
        if self._channel.eof_received or self._channel.closed:
            # Readable for good from here on: only the exit code is still to come.
            self._channel.status_event.wait(seconds)
        elif self._channel.exit_status_ready():
            self._wait_readable(min(seconds, _QUIET / 4))
        else:
            self._wait_readable(seconds)

    def _wait_readable(self, seconds: float) -> None:
        poll = select.poll()
        poll.register(self._channel.fileno(), select.POLLIN)
        poll.poll(seconds * 1000)

    def _exit_code(self) -> int:
        code = self._channel.recv_exit_status()
        if code == -1:
            # The launcher turns a script's signal into 128+n, so this is the connection, or the machine going down.
            raise self._broken("The connection to the guest broke while a command ran")
        return code

    def _broken(self, what: str, error: Exception | None = None) -> ConnectionFailed:
        seen = f"{type(error).__name__}: {error}" if error else ""
        return ConnectionFailed(what, where=self._where, seen=seen, remedy="Connect and run the step again.")
