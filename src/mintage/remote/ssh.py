"""A way into a Linux guest over SSH, with nothing but exec channels: no SFTP, no pty, no agent, no known_hosts."""

from __future__ import annotations

import shlex
import time
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from mintage.artifacts import Address
from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed
from mintage.remote.base import (
    DEFAULT_TIMEOUT,
    NO_ENVIRONMENT,
    QUESTION_TIMEOUT,
    SEND_TIMEOUT,
    CommandResult,
    OnLine,
    RunAs,
    ignore_line,
)
from mintage.remote.execution import Execution
from mintage.remote.launcher import command_line, launch_command, launch_input, shell_text
from mintage.remote.lines import Lines
from mintage.remote.login import Login
from mintage.remote.session import Session
from mintage.remote.transfer import Entry, file_entry, tree_entries, write_tar
from mintage.waiting import Clock, Meanwhile, NotYet, Sleep, nothing

_PROBE_TIMEOUT = 30.0
_VERIFY = 'cd -- "$1" && exec sha256sum --check --quiet --strict >&2'


def connect(  # noqa: PLR0913 - the clock's two halves are for tests
    address: Address,
    private_key: str,
    *,
    deadline: float,
    login_grace: float = 90.0,
    question_timeout: float = QUESTION_TIMEOUT,
    meanwhile: Meanwhile = nothing,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
) -> SshRemote:
    """Log in as soon as the guest answers, or fail when ``clock()`` passes ``deadline``.

    The guest must prove to be ``address.host_key``; no other key type is negotiated. Raises HostKeyMismatch at the
    first other key, LoginRefused when the right host has refused the user for ``login_grace`` seconds, DeadlinePassed
    with what was last met otherwise. ``output`` may take ``question_timeout``;
    ``meanwhile`` is called whenever the guest is waited for, and may raise what makes that vain.
    """
    login = Login(address, private_key, grace=login_grace, clock=clock)
    session = Session(login, clock=clock, sleep=sleep, meanwhile=meanwhile)
    session.open(deadline)
    return SshRemote(session, question_timeout)


class SshRemote:
    """Implements ``mintage.remote.base.Remote``; also a context manager that closes it."""

    def __init__(self, session: Session, question_timeout: float = QUESTION_TIMEOUT) -> None:
        self._session, self._question_timeout = session, question_timeout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(
        self,
        script: str,
        *,
        run_as: RunAs = "root",
        environment: Mapping[str, str] = NO_ENVIRONMENT,
        timeout: float = DEFAULT_TIMEOUT,
        on_line: OnLine = ignore_line,
        exit_codes: Collection[int] = (0,),
    ) -> CommandResult:
        started, lines = self._session.clock(), Lines(on_line)
        command, given = launch_command(script, merged=True, run_as=run_as), launch_input(script, environment)
        code = self._session.execute(command, lambda stream: stream.write(given), lines.feed, lines, timeout)
        if code not in exit_codes:
            raise self._session.failed(code, lines)
        return CommandResult(code, self._session.clock() - started, lines.last)

    def output(
        self,
        script: str,
        *,
        run_as: RunAs = "root",
        environment: Mapping[str, str] = NO_ENVIRONMENT,
    ) -> str:
        return self._output(script, run_as, environment, self._question_timeout)

    def send_file(
        self, source: Path, destination: PurePosixPath, *, mode: str, owner: str, timeout: float = SEND_TIMEOUT
    ) -> None:
        self._send([file_entry(source, destination.name, mode)], destination.parent, owner, timeout)

    def send_tree(self, source: Path, destination: PurePosixPath, *, owner: str, timeout: float = SEND_TIMEOUT) -> None:
        self._send(tree_entries(source), destination, owner, timeout)

    def fetch_text(self, path: PurePosixPath) -> str:
        return self.output(f"exec cat -- {shlex.quote(str(path))}")

    def boot_id(self) -> str:
        question = "cat /proc/sys/kernel/random/boot_id"
        return self._output(question, "user", NO_ENVIRONMENT, _PROBE_TIMEOUT).strip()

    def wait_for_reboot(self, old_boot_id: str, deadline: float) -> None:
        def attempt() -> None:
            # Never over the old connection: a machine that was reset closes none, and a new channel on it waits for
            # an answer for a minute (measured: 125 s for a reboot that took 60 s).
            self._session.reconnect()
            try:
                seen = self.boot_id()
            except (ConnectionFailed, DeadlinePassed) as error:
                raise NotYet(f"the guest answered, then the connection broke: {error}") from error
            if seen == old_boot_id:
                raise NotYet(f"the guest answers, and its boot id is still {old_boot_id}")

        remedy = "Look at the VM's serial log, and at whether the script reboots at all."
        self._session.wait(attempt, "The guest did not reboot in time", deadline, remedy)

    def close(self) -> None:
        self._session.close()

    def _output(self, script: str, run_as: RunAs, environment: Mapping[str, str], timeout: float) -> str:
        command, given = launch_command(script, merged=False, run_as=run_as), launch_input(script, environment)
        return self._session.succeed(command, lambda stream: stream.write(given), timeout).decode(errors="replace")

    def _send(self, entries: Iterable[Entry], folder: PurePosixPath, owner: str, timeout: float) -> None:
        deadline = self._session.clock() + timeout
        manifest = bytearray()

        def send_entries(stream: Execution) -> None:
            manifest.extend(write_tar(entries, owner, stream))
            stream.end_input()

        receive = command_line(shell_text("receive.sh"), str(folder), owner)
        self._session.succeed(receive, send_entries, timeout)
        if manifest:
            self._verify(bytes(manifest), folder, deadline - self._session.clock())

    def _verify(self, manifest: bytes, folder: PurePosixPath, timeout: float) -> None:
        def send_manifest(stream: Execution) -> None:
            stream.write(manifest)
            stream.end_input()

        try:
            self._session.succeed(command_line(_VERIFY, str(folder)), send_manifest, timeout)
        except CommandFailed as error:
            what, remedy = "What arrived in the guest is not what was sent", "Run the step again."
            raise ConnectionFailed(what, where=f"{error.where}:{folder}", seen=error.seen, remedy=remedy) from error
