"""A way into a Windows guest over WinRM."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from mintage.artifacts import WinrmAddress
from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed, LoginRefused
from mintage.remote.base import (
    DEFAULT_TIMEOUT,
    NO_ENVIRONMENT,
    QUESTION_TIMEOUT,
    SEND_TIMEOUT,
    CommandResult,
    OnLine,
    ignore_line,
)
from mintage.remote.lines import LAST_LINES, Lines
from mintage.remote.windows import WindowsRunAs
from mintage.remote.winrm.clixml import ErrorText
from mintage.remote.winrm.credential import Credential
from mintage.remote.winrm.download import download
from mintage.remote.winrm.elevated import ElevatedRun, boot_time
from mintage.remote.winrm.execution import Ended, OnData, Overdue
from mintage.remote.winrm.launcher import call
from mintage.remote.winrm.login import Login
from mintage.remote.winrm.session import Session
from mintage.remote.winrm.tree import send_tree
from mintage.remote.winrm.tree_download import fetch_tree
from mintage.remote.winrm.upload import Upload
from mintage.waiting import Clock, Meanwhile, NotYet, Sleep, nothing

_LARGEST_OUTPUT = 16 * 1024 * 1024


def connect(  # noqa: PLR0913 - the clock's two halves are for tests
    address: WinrmAddress,
    credential: Credential,
    *,
    deadline: float,
    login_grace: float = 90.0,
    question_timeout: float = QUESTION_TIMEOUT,
    meanwhile: Meanwhile = nothing,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
) -> WinrmRemote:
    """Log in as soon as the guest answers, or fail when ``clock()`` passes ``deadline``.

    The guest must show exactly ``address.certificate``. Raises HostKeyMismatch at the first other one,
    CertificateRefused when it has expired or does not name the address, LoginRefused when the right host has refused
    the user for ``login_grace`` seconds or still does at the deadline, DeadlinePassed with what was last met otherwise.
    ``output`` may take ``question_timeout``; ``meanwhile`` is called whenever the guest is waited for, and may raise
    what makes that vain.
    """
    login = Login(address, credential, grace=login_grace, clock=clock)
    session = Session(login, clock=clock, sleep=sleep, meanwhile=meanwhile)
    session.open(deadline)
    return WinrmRemote(session, question_timeout)


class WinrmRemote:
    """Implements ``mintage.remote.windows.WindowsRemote``; also a context manager that closes it.

    A script is as it is: it ends with its own ``exit``, with 1 at an error that nobody caught, else with the exit code
    of the last program it ran. Only ``$ProgressPreference`` is set to SilentlyContinue. It reads nothing.
    """

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
        environment: Mapping[str, str] = NO_ENVIRONMENT,
        timeout: float = DEFAULT_TIMEOUT,
        on_line: OnLine = ignore_line,
        exit_codes: Collection[int] = (0,),
    ) -> CommandResult:
        started, tail = self._session.clock(), Tail(on_line)
        lines = Lines(tail)
        code = self._execute(call(script, environment), lines.feed, tail, timeout, lines)
        return self._result(code, exit_codes, started, tail.last)

    def run_elevated(
        self,
        script: str,
        *,
        run_as: WindowsRunAs = "administrator",
        environment: Mapping[str, str] = NO_ENVIRONMENT,
        timeout: float = DEFAULT_TIMEOUT,
        on_line: OnLine = ignore_line,
        exit_codes: Collection[int] = (0,),
        run_name: str = "",
    ) -> CommandResult:
        """Run a script in a scheduled task; see ``elevated.ElevatedRun`` for what happens when the connection drops."""
        started, lines = self._session.clock(), Lines(on_line)
        code = ElevatedRun(self._session, script, environment, run_as, run_name).run(timeout, lines)
        return self._result(code, exit_codes, started, lines.last)

    def output(self, script: str, *, environment: Mapping[str, str] = NO_ENVIRONMENT) -> str:
        collected, tail = bytearray(), Tail(ignore_line)

        def collect(data: bytes) -> None:
            if len(collected) + len(data) > _LARGEST_OUTPUT:
                raise CommandFailed("A command wrote more than 16 MiB", where=self._session.where)
            collected.extend(data)

        code = self._execute(call(script, environment), collect, tail, self._question_timeout)
        if code != 0:
            raise self._session.own_failed(code, tail.last)
        return collected.decode(errors="replace")

    @property
    def shell(self) -> str:
        return self._session.shell

    def end_shell(self, shell: str) -> None:
        self._session.end_shell(shell)

    def send_file(self, source: Path, destination: PureWindowsPath, *, timeout: float = SEND_TIMEOUT) -> None:
        """Put one file in place, making parent folders; nothing of it is there before it is whole.

        Raises RecipeError when it is no file, CommandFailed when the guest cannot take it, DeadlinePassed at the
        timeout.
        """
        Upload(self._session, source, destination, timeout=timeout).run()

    def send_tree(self, source: Path, destination: PureWindowsPath, *, timeout: float = SEND_TIMEOUT) -> None:
        send_tree(self._session, source, destination, timeout)

    def fetch_file(self, source: PureWindowsPath, destination: Path) -> None:
        """Bring one file here. Raises CommandFailed when it is not there."""
        download(self._session, source, destination)

    def fetch_tree(self, source: PureWindowsPath, destination: Path) -> None:
        fetch_tree(self._session, source, destination)

    def fetch_text(self, path: PureWindowsPath) -> str:
        """The text of one file: by its byte order mark, else UTF-8."""
        with TemporaryDirectory(prefix="mintage-fetch-") as folder:
            here = Path(folder) / "text"
            download(self._session, path, here)
            content = here.read_bytes()
        is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        return content.decode("utf-16" if is_utf16 else "utf-8-sig", errors="replace")

    def boot_id(self) -> str:
        return boot_time(self._session)

    def wait_for_reboot(self, old_boot_id: str, deadline: float) -> None:
        def attempt() -> None:
            # Never over the old connection: see ssh.SshRemote.
            self._session.reconnect()
            try:
                seen = self.boot_id()
            except LoginRefused:
                raise
            except (ConnectionFailed, DeadlinePassed, CommandFailed) as error:
                # On its way down a guest ends what runs in it, and what still starts fails.
                raise NotYet(f"the guest answered, then the connection or the script broke: {error}") from error
            if seen == old_boot_id:
                raise NotYet(f"the guest answers, and its boot id is still {old_boot_id}")

        remedy = "Look at the VM's boot diagnostics, and at whether the script restarts it at all."
        self._session.wait(attempt, "The guest did not reboot in time", deadline, remedy)

    def close(self) -> None:
        self._session.close()

    def _execute(self, given: bytes, on_output: OnData, tail: Tail, timeout: float, lines: Lines | None = None) -> int:
        errors = Lines(tail)
        error_text = ErrorText(errors.feed)
        try:
            try:
                return self._run_to_end(given, on_output, error_text.feed, self._session.clock() + timeout)
            finally:
                error_text.close()
                for each in (errors, lines) if lines else (errors,):
                    each.close()
        except Overdue:
            raise self._session.overdue(timeout, tail.last) from None

    def _run_to_end(self, given: bytes, on_output: OnData, on_errors: OnData, deadline: float) -> int:
        with self._session.start() as execution:
            with suppress(Ended):
                execution.write(given, end=True)
            return execution.read(deadline, on_output, on_errors)

    def _result(
        self, code: int, exit_codes: Collection[int], started: float, last_lines: tuple[str, ...]
    ) -> CommandResult:
        if code not in exit_codes:
            raise self._session.failed(code, last_lines)
        return CommandResult(code, self._session.clock() - started, last_lines)


class Tail:
    """Passes lines of two streams on, and keeps the last of both together."""

    def __init__(self, on_line: OnLine) -> None:
        self._on_line, self._last = on_line, deque[str](maxlen=LAST_LINES)

    def __call__(self, line: str) -> None:
        self._last.append(line)
        self._on_line(line)

    @property
    def last(self) -> tuple[str, ...]:
        return tuple(self._last)
