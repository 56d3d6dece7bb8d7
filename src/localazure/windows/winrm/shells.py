"""Shells and their commands: who has how many, and when they end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from localazure.windows.winrm.commands import Command
from localazure.windows.winrm.envelope import new_id
from localazure.windows.winrm.settings import ServiceSettings
from localazure.windows.winrm.shell_faults import (
    access_denied,
    command_exists,
    command_not_found,
    service_stopping,
    shell_exists,
    shell_not_found,
    too_many_operations,
    too_many_shells,
)


@dataclass(frozen=True)
class ShellSpec:
    """What a client asks of a new shell. ``idle_timeout`` and ``lifetime`` in seconds."""

    resource: str
    name: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    cwd: str | None = None
    codepage: int = 437
    no_profile: bool = False
    input_streams: tuple[str, ...] = ("stdin",)
    output_streams: tuple[str, ...] = ("stdout", "stderr")
    idle_timeout: float = 7200.0
    lifetime: float = 2_147_483.647


@dataclass
class Shell:
    """``started`` and ``used`` are on the table's clock; ``active`` counts requests under way.

    ``starting`` is held while a command starts, so that the quota holds for commands started at once.
    """

    id: str
    owner: str
    address: str
    spec: ShellSpec
    started: float
    used: float
    active: int = 0
    commands: dict[str, Command] = field(default_factory=dict)
    starting: threading.Lock = field(default_factory=threading.Lock)

    def command(self, command_id: str) -> Command:
        """The command with that id.

        Raises:
            Fault: there is none.
        """
        try:
            return self.commands[command_id.upper()]
        except KeyError:
            raise command_not_found() from None

    def running(self) -> int:
        return sum(not each.ended for each in list(self.commands.values()))

    def close(self) -> None:
        for command in list(self.commands.values()):
            command.terminate()


class ShellTable:
    """All shells of the service. A shell nobody asks about for its idle time ends, whatever runs in it."""

    def __init__(self, settings: Callable[[], ServiceSettings], clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self.clock = clock
        self._lock = threading.RLock()
        self._shells: dict[str, Shell] = {}
        self._closed = False

    def open(self, owner: str, address: str, spec: ShellSpec, wanted_id: str = "") -> Shell:
        """A new shell.

        Raises:
            Fault: the user has as many as allowed, the wanted id is taken, or the service is stopping.
        """
        limit = self._settings().max_shells_per_user
        with self._lock:
            if self._closed:
                raise service_stopping()
            if wanted_id in self._shells:
                raise shell_exists()
            if len(self.of(owner)) >= limit:
                raise too_many_shells(limit)
            now = self.clock()
            shell = Shell(wanted_id or new_id(), owner, address, spec, started=now, used=now)
            self._shells[shell.id] = shell
        return shell

    @contextmanager
    def using(self, shell_id: str, user: str) -> Iterator[Shell]:
        """A user's shell for the time of one request, in which it is not idle.

        Raises:
            Fault: there is none with that id, or it is somebody else's.
        """
        with self._lock:
            shell = self._find(shell_id, user)
            shell.active += 1
        try:
            yield shell
        finally:
            with self._lock:
                shell.active -= 1
                shell.used = self.clock()

    def add(self, shell: Shell, wanted_id: str, start: Callable[[], Command]) -> Command:
        """Start a command in a shell, unless it or its user has too many, or the wanted id is taken.

        A quota of processes per shell is met with the code Windows has for too many operations: which one a real
        server answers with when its job object is full is not recorded anywhere we know of.
        """
        with shell.starting:
            self._check_room(shell, wanted_id)
            # Not under the table's lock: other shells go on however long a program takes to start.
            command = start()
            with self._lock:
                if shell.id in self._shells:
                    shell.commands[command.id] = command
                    return command
        command.terminate()
        raise shell_not_found(shell.id)

    def _check_room(self, shell: Shell, wanted_id: str) -> None:
        settings = self._settings()
        if wanted_id in shell.commands:
            raise command_exists()
        if shell.running() >= settings.max_processes_per_shell:
            raise too_many_operations(settings.max_processes_per_shell)
        if sum(len(each.commands) for each in self.of(shell.owner)) >= settings.max_operations_per_user:
            raise too_many_operations(settings.max_operations_per_user)

    def close(self, shell_id: str, user: str) -> None:
        with self._lock:
            shell = self._shells.pop(self._find(shell_id, user).id)
        shell.close()

    def close_expired(self) -> None:
        """End the shells that are idle for too long or too old."""
        now = self.clock()
        with self._lock:
            expired = [each for each in self._shells.values() if _expired(each, now)]
            for shell in expired:
                del self._shells[shell.id]
        for shell in expired:
            shell.close()

    def close_all(self) -> None:
        with self._lock:
            self._closed = True
            shells, self._shells = list(self._shells.values()), {}
        for shell in shells:
            shell.close()

    def of(self, owner: str) -> list[Shell]:
        with self._lock:
            return [each for each in self._shells.values() if each.owner.lower() == owner.lower()]

    def _find(self, shell_id: str, user: str) -> Shell:
        shell = self._shells.get(shell_id)
        if shell is None:
            raise shell_not_found(shell_id)
        if shell.owner.lower() != user.lower():
            raise access_denied()
        return shell


def _expired(shell: Shell, now: float) -> bool:
    idle = shell.active == 0 and now - shell.used > shell.spec.idle_timeout
    return idle or now - shell.started > shell.spec.lifetime
