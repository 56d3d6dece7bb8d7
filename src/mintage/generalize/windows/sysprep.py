"""Sysprep, from its start in a scheduled task to its end, whatever becomes of the connection."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mintage.credentials import Secret
from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed
from mintage.generalize.windows.diagnosis import Diagnosis, diagnose
from mintage.powershell import parse_answer, script
from mintage.remote.windows import WindowsRemote
from mintage.waiting import Clock, NotYet, Sleep, wait_for

Log = Callable[[str], None]
GENERALIZED = "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE"
COMPLETE = "IMAGE_STATE_COMPLETE"
TASK = "Mintage Sysprep"
_SYSTEM, _FOLDER = "powershell/system.ps1", "generalize/windows"
_START_GRACE = 60.0
"""Seconds a task that was started may take to be seen running."""
_LOG_LINES = 200
_LOG_CHARACTERS = 100_000
_LOG_LINES_BY_AZURE = 15
_LOG_CHARACTERS_BY_AZURE = 1_400
"""What of each log fits, as JSON, in the 4,096 bytes that Run Command brings back."""


@dataclass(frozen=True)
class Status:
    """What ``status.ps1`` saw. The state is Windows' own word for what the image is."""

    image_state: str
    running: bool
    ended: bool
    """The task has run to an end, good or bad. What fails before it changes anything leaves the state as it was."""
    last_line: str

    @property
    def generalized(self) -> bool:
        return self.image_state == GENERALIZED and not self.running


class SysprepFailed(Exception):
    """Sysprep ended, or did not, without generalizing: why, and the ends of both logs."""

    def __init__(self, diagnosis: Diagnosis, seen: str, errors: str, actions: str) -> None:
        super().__init__(str(diagnosis))
        self.diagnosis, self.seen, self.errors, self.actions = diagnosis, seen, errors, actions


class Sysprep:
    """One run of Sysprep, begun here or by a process that died.

    ``connect`` opens a connection, in a short time or not at all; ``by_azure`` runs a script through Azure's agent,
    for when generalizing has taken the way in: it costs half a minute a time.
    """

    def __init__(
        self,
        connect: Callable[[], WindowsRemote],
        by_azure: Callable[[str], str],
        log: Log,
        *,
        pause: float = 5.0,
        clock: Clock = time.monotonic,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._connect, self._by_azure, self._log = connect, by_azure, log
        self._pause, self._clock, self._sleep = pause, clock, sleep
        self._remote: WindowsRemote | None = None
        self._told = ""

    def start(self, remote: WindowsRemote, password: Secret, minutes: int) -> None:
        """Start it, unless it runs or has ended well. The password goes no further than the task's own store."""
        text = script(_SYSTEM, f"{_FOLDER}/start.ps1", TaskName=TASK, Limit=minutes)
        answer = parse_answer(remote.output(text, environment={"MINTAGE_PASSWORD": password.text}), where="sysprep")
        self._log(f"sysprep: {answer['found']}")

    def follow(self, seconds: float) -> None:
        """Return when the image is generalized. Raises SysprepFailed, at the latest after ``seconds``."""
        begun = self._clock()

        def attempt() -> Status:
            status = self.status()
            self._tell(status)
            early = status.image_state == COMPLETE and not status.ended and self._clock() - begun < _START_GRACE
            if status.generalized or not (status.running or early or status.image_state == GENERALIZED):
                return status
            raise NotYet(f"{status.image_state}, {status.last_line}")

        try:
            ended = wait_for(
                attempt,
                "Sysprep did not end in time",
                where=TASK,
                deadline=begun + seconds,
                pause=self._pause,
                clock=self._clock,
                sleep=self._sleep,
            )
        except DeadlinePassed as late:
            raise self._failure(f"still at work after {seconds:.0f} s: {late.seen}") from late
        finally:
            self.close()
        if not ended.generalized:
            raise self._failure(f"it ended with ImageState {ended.image_state}")

    def status(self) -> Status:
        answer = self._ask(script(_SYSTEM, f"{_FOLDER}/status.ps1", TaskName=TASK))
        state, line = str(answer["imageState"]), str(answer["lastLine"] or "")
        return Status(state, bool(answer["running"]), bool(answer["ended"]), line)

    def close(self) -> None:
        if self._remote is not None:
            with contextlib.suppress(ConnectionFailed):
                self._remote.close()
            self._remote = None

    def _failure(self, seen: str) -> SysprepFailed:
        try:
            errors, actions = self._logs()
        except CommandFailed as unread:
            # What it failed of is not known then; that it failed is, and the disk can be put back.
            errors, actions = "", f"its logs cannot be read: {unread.seen or unread.what}"
        self.close()
        return SysprepFailed(diagnose(errors, actions), seen, errors, actions)

    def _logs(self) -> tuple[str, str]:
        path = f"{_FOLDER}/logs.ps1"
        try:
            self._remote = self._remote or self._connect()
            text = self._remote.output(script(_SYSTEM, path, Lines=_LOG_LINES, Characters=_LOG_CHARACTERS))
        except (ConnectionFailed, DeadlinePassed):
            self.close()
            text = self._by_azure(script(_SYSTEM, path, Lines=_LOG_LINES_BY_AZURE, Characters=_LOG_CHARACTERS_BY_AZURE))
        answer = parse_answer(text, where="sysprep's logs")
        return str(answer["errors"] or ""), str(answer["actions"] or "")

    def _ask(self, text: str) -> Mapping[str, Any]:
        try:
            self._remote = self._remote or self._connect()
            return parse_answer(self._remote.output(text), where=TASK)
        except (ConnectionFailed, DeadlinePassed):
            # Generalizing resets the network, and the machine may not let anybody in any more.
            self.close()
            return parse_answer(self._by_azure(text), where=TASK)

    def _tell(self, status: Status) -> None:
        line = f"sysprep: {status.image_state}: {status.last_line}"
        if line != self._told:
            self._told = line
            self._log(line)
