"""A connection that commands run through, and that can be made again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import paramiko

from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed
from mintage.outside import OUTSIDE
from mintage.remote.base import ignore_line
from mintage.remote.execution import Ended, Execution, OnData, Overdue
from mintage.remote.lines import Lines
from mintage.remote.login import Login
from mintage.waiting import Clock, Meanwhile, Sleep, nothing, wait_for

Feed = Callable[[Execution], object]
"""Writes a command's input."""
_LARGEST_OUTPUT = 16 * 1024 * 1024
_GIVE_UP_TIMEOUT = 15.0
"""Seconds for the launcher to end a script that is given up; it kills what ignores SIGTERM after five."""


class Session:
    """``meanwhile`` is asked whenever the guest is waited for."""

    def __init__(self, login: Login, *, clock: Clock, sleep: Sleep, meanwhile: Meanwhile = nothing) -> None:
        self._login, self.clock, self._sleep, self._meanwhile = login, clock, sleep, meanwhile
        self._client = paramiko.SSHClient()
        self.where = login.where

    def open(self, deadline: float) -> None:
        """Log in as soon as the guest answers; see ``ssh.connect`` for what it raises."""
        remedy = "Look at the VM's serial log, and at whether its address and port are open to this machine."
        self.wait(self._log_in, "No SSH login to the guest in time", deadline, remedy)

    def wait(self, attempt: Callable[[], None], what: str, deadline: float, remedy: str) -> None:
        wait_for(
            attempt,
            what,
            where=self.where,
            deadline=deadline,
            remedy=remedy,
            meanwhile=self._meanwhile,
            clock=self.clock,
            sleep=self._sleep,
        )

    def reconnect(self) -> None:
        """Make the connection again, in one attempt; raises as ``Login.attempt`` does."""
        self.close()
        self._log_in()

    def execute(self, command: str, feed: Feed, on_output: OnData, lines: Lines, timeout: float) -> int:
        """Run a command to its end; its exit code. What it writes to standard error goes to ``lines``.

        Raises ConnectionFailed, and DeadlinePassed once the command is given up and ended.
        """
        deadline = self.clock() + timeout
        with (
            OUTSIDE.running(),
            Execution(
                self._client.get_transport(), command, where=self.where, clock=self.clock, deadline=deadline
            ) as execution,
        ):
            try:
                with suppress(Ended):
                    feed(execution)
                return execution.read(deadline, on_output, lines.feed)
            except Overdue:
                self._give_up(execution)
                raise self._overdue(timeout, lines) from None
            finally:
                lines.close()

    def succeed(self, command: str, feed: Feed, timeout: float) -> bytes:
        """Run a command that must end with 0, and return what it wrote. Raises CommandFailed and as ``execute``."""
        collected, errors = bytearray(), Lines(ignore_line)

        def collect(data: bytes) -> None:
            if len(collected) + len(data) > _LARGEST_OUTPUT:
                raise CommandFailed("A command wrote more than 16 MiB", where=self.where)
            collected.extend(data)

        code = self.execute(command, feed, collect, errors, timeout)
        if code != 0:
            raise self.failed(code, errors)
        return bytes(collected)

    def failed(self, code: int, lines: Lines) -> CommandFailed:
        return CommandFailed(
            f"A command in the guest ended with exit code {code}",
            where=self.where,
            seen=_told(lines),
            remedy="Its last lines say why.",
        )

    def close(self) -> None:
        self._client.close()

    def _log_in(self) -> None:
        self._client = self._login.attempt()

    def _give_up(self, execution: Execution) -> None:
        execution.end_input()
        with suppress(Overdue, ConnectionFailed):
            execution.read(self.clock() + _GIVE_UP_TIMEOUT, _discard, _discard)

    def _overdue(self, timeout: float, lines: Lines) -> DeadlinePassed:
        lines.close()
        return DeadlinePassed(
            f"A command in the guest still ran after {timeout:.0f} s, and was ended",
            where=self.where,
            seen=_told(lines),
            remedy="Give it a longer timeout if it does useful work for so long.",
        )


def _told(lines: Lines) -> str:
    return "\n".join(lines.last) or "no output"


def _discard(data: bytes) -> None:
    """Nobody reads on once a command is given up."""
