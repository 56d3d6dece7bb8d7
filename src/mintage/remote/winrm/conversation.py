"""One of our own scripts in a guest: it is given values, takes input, and answers with JSON objects, a line each."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from mintage.errors import CommandFailed
from mintage.remote.base import ignore_line
from mintage.remote.lines import LAST_LINES, Lines
from mintage.remote.winrm.clixml import ErrorText
from mintage.remote.winrm.execution import Ended, Overdue
from mintage.remote.winrm.launcher import call, line, script_text
from mintage.remote.winrm.session import Session, told

Answer = Mapping[str, Any]


class Conversation:
    """A context manager. ``script`` is a file of ``scripts``; ``given`` is what it reads first.

    Raises ConnectionFailed, and DeadlinePassed after ``timeout`` seconds.
    """

    def __init__(self, session: Session, script: str, given: Answer, *, timeout: float, more: bytes = b"") -> None:
        self._session, self._timeout = session, timeout
        self._deadline = session.clock() + timeout
        self._pending, self._waiting = b"", deque[Answer]()
        self._noise: deque[str] = deque(maxlen=LAST_LINES)
        self._lines = Lines(self._noise.append)
        self._errors = ErrorText(self._lines.feed)
        self._code: int | None = None
        self._execution = session.start()
        self._first = call(script_text("input.ps1", script)) + line(json.dumps(dict(given))) + more

    def __enter__(self) -> Self:
        self._execution.__enter__()
        try:
            self.send(self._first)
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._execution.__exit__(kind, error, trace)

    def send(self, data: bytes, *, end: bool = False) -> None:
        """Give the script input. Raises CommandFailed when it has ended before it took it all, and DeadlinePassed."""
        if self._session.clock() > self._deadline:
            raise self._session.overdue(self._timeout, tuple(self._noise))
        try:
            self._execution.write(data, end=end)
        except Ended:
            raise self._unanswered() from None

    def answer(self) -> Answer:
        """The next answer. Raises CommandFailed when the script ends without one."""
        for answer in self.answers():
            return answer
        raise self._unanswered()

    def answers(self) -> Iterator[Answer]:
        """All further answers. Raises CommandFailed when the script fails."""
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._code is not None:
                break
            self._read_some()
        if self._code != 0:
            raise self._session.own_failed(self._code, tuple(self._noise))

    def _read_some(self) -> None:
        try:
            self._code = self._execution.read_some(self._deadline, self._take, self._errors.feed)
        except Overdue:
            raise self._session.overdue(self._timeout, tuple(self._noise)) from None
        if self._code is not None:
            self._take(b"\n")
            self._errors.close()
            self._lines.close()

    def _take(self, data: bytes) -> None:
        *complete, self._pending = (self._pending + data).split(b"\n")
        for each in complete:
            text = each.decode(errors="replace").strip("\ufeff\r ")
            if text.startswith("{"):
                self._waiting.append(json.loads(text))
            elif text:
                self._noise.append(text)

    def _unanswered(self) -> CommandFailed:
        what, remedy = "A script of Mintage's own ended early in the guest", "Its last lines say why."
        for _ in self.answers():
            pass
        return CommandFailed(what, where=self._session.where, seen=told(tuple(self._noise)), remedy=remedy)


def ask(session: Session, script: str, given: Answer, *, timeout: float, more: bytes = b"") -> Answer:
    """Run one of our scripts that answers once, to its end."""
    with Conversation(session, script, given, timeout=timeout, more=more) as conversation:
        conversation.send(b"", end=True)
        answer = conversation.answer()
        for _ in conversation.answers():
            ignore_line("")
    return answer
