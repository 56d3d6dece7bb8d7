"""A connection with one shell held open across commands; both can be made again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed
from mintage.remote.windows import ENDED_WITH_MACHINE
from mintage.remote.winrm.client import ShellClient
from mintage.remote.winrm.credential import Credential
from mintage.remote.winrm.execution import Execution
from mintage.remote.winrm.faults import ShellLost
from mintage.remote.winrm.launcher import command_line
from mintage.remote.winrm.login import Login
from mintage.waiting import Clock, Meanwhile, Sleep, nothing, wait_for


class Session:
    """``meanwhile`` is asked whenever the guest is waited for."""

    def __init__(self, login: Login, *, clock: Clock, sleep: Sleep, meanwhile: Meanwhile = nothing) -> None:
        self._login, self.clock, self._sleep, self._meanwhile = login, clock, sleep, meanwhile
        self._client: ShellClient | None = None
        self._shell: str | None = None
        self._abandoned: list[str] = []
        self.where = login.where

    @property
    def credential(self) -> Credential:
        return self._login.credential

    def open(self, deadline: float) -> None:
        """Log in as soon as the guest answers; see ``connect`` for what it raises."""
        remedy = "Look at the VM's boot diagnostics, and at whether its address and port are open to this machine."
        try:
            self.wait(self._log_in, "No WinRM login to the guest in time", deadline, remedy)
        except DeadlinePassed as late:
            self.close()
            raise self._login.refusal or late from None
        except BaseException:
            self.close()
            raise

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
        """Make connection and shell again, in one attempt; raises as ``Login.attempt`` does."""
        self._hang_up()
        self._log_in()

    def start(self) -> Execution:
        """Start PowerShell, which waits for what ``launcher.call`` makes. A shell that was lost meanwhile is replaced.

        Raises ConnectionFailed.
        """
        client = self._connected()
        if self._shell is not None:
            with suppress(ShellLost):
                return self._start_in(client, self._shell)
        self._shell = client.open_shell()
        return self._start_in(client, self._shell)

    @property
    def shell(self) -> str:
        """The id of the shell in which the next command starts. Raises ConnectionFailed."""
        self._shell = self._shell or self._connected().open_shell()
        return self._shell

    def end_shell(self, shell: str) -> None:
        """End a shell of another connection. Raises ConnectionFailed when it may still be there."""
        if not self._connected().close_shell(shell):
            what, remedy = "A shell of an earlier connection could not be ended", "Run the step again."
            raise ConnectionFailed(what, where=f"{self.where}: {shell}", remedy=remedy)

    def own_failed(self, code: int, last_lines: tuple[str, ...]) -> CommandFailed | ConnectionFailed:
        """Of a command of Mintage's own, which ends with such a code only together with its machine."""
        if code not in ENDED_WITH_MACHINE:
            return self.failed(code, last_lines)
        return ConnectionFailed(
            f"The guest ended a command (exit code {code:#x}), as it does on its way down",
            where=self.where,
            seen=told(last_lines),
        )

    def failed(self, code: int, last_lines: tuple[str, ...]) -> CommandFailed:
        return CommandFailed(
            f"A command in the guest ended with exit code {code}",
            where=self.where,
            seen=told(last_lines),
            remedy="Its last lines say why.",
        )

    def overdue(self, timeout: float, last_lines: tuple[str, ...]) -> DeadlinePassed:
        return DeadlinePassed(
            f"A command in the guest still ran after {timeout:.0f} s, and was ended",
            where=self.where,
            seen=told(last_lines),
            remedy="Give it a longer timeout if it does useful work for so long.",
        )

    def close(self) -> None:
        if self._client is not None:
            self._drop_shell()
        self._hang_up()
        self._login.close()

    def _start_in(self, client: ShellClient, shell: str) -> Execution:
        return Execution(client, shell, command_line(), clock=self.clock, forsake=self._drop_shell)

    def _connected(self) -> ShellClient:
        if self._client is None:
            raise ConnectionFailed("The connection to the guest is closed", where=self.where)
        return self._client

    def _drop_shell(self) -> None:
        """End the shell: what a command that is given up has started ends with it."""
        shell, self._shell = self._shell, None
        if self._client is not None and shell is not None and not self._client.close_shell(shell):
            self._abandoned.append(shell)

    def _hang_up(self) -> None:
        if self._shell is not None:
            self._abandoned.append(self._shell)
        client, self._client, self._shell = self._client, None, None
        if client is not None:
            client.close()

    def _log_in(self) -> None:
        self._client, self._shell = self._login.attempt()
        # What runs in them may hold files that are needed again.
        while self._abandoned:
            self._client.close_shell(self._abandoned.pop())


def told(last_lines: tuple[str, ...]) -> str:
    return "\n".join(last_lines) or "no output"
