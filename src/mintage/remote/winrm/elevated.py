"""A script in a scheduled task: with rights Windows keeps from remote callers, and not ended with the connection."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from contextlib import suppress

from mintage.errors import ConnectionFailed, DeadlinePassed, LoginRefused, MintageError
from mintage.remote.lines import Lines
from mintage.remote.windows import WindowsRunAs
from mintage.remote.winrm.conversation import Conversation, ask
from mintage.remote.winrm.launcher import call, line, script_text
from mintage.remote.winrm.resume import come_back, tell_lost
from mintage.remote.winrm.session import Session

_START_TIMEOUT = 120.0
_REMOVE_TIMEOUT = 60.0
_RECONNECT = 180.0
"""Seconds that a lost connection may take to come back before the call gives up; the task goes on meanwhile."""
_GONE = -1
"""What task_follow.ps1 says instead of an exit code, which has no sign, when there is no such task."""
_GRACE = 600
"""Seconds after which Windows itself ends a task that its caller has not."""


class ElevatedRun:
    """One call. Its task is named after script, environment and user: the same call again finds it and follows it.

    What ended before the guest's last restart is not found: then the script starts again. With a ``run_name``, which is
    a part of the name, the task stays when the script has ended.
    """

    def __init__(
        self,
        session: Session,
        script: str,
        environment: Mapping[str, str],
        run_as: WindowsRunAs,
        run_name: str = "",
    ) -> None:
        self._session, self._run_as, self._stays = session, run_as, bool(run_name)
        self._call = call(script, environment)
        self.name = f"mintage-{hashlib.sha256(f'{run_as}{run_name}'.encode() + self._call).hexdigest()[:20]}"
        self._offset, self._boot, self._seen_boot = 0, "", ""

    def run(self, timeout: float, lines: Lines) -> int:
        """The script's exit code; its output goes to ``lines``.

        Raises DeadlinePassed, the task ended; ConnectionFailed when the connection is lost for good, or the guest
        restarted under the task, which is then left for the same call again. CommandFailed when it cannot start.
        """
        deadline = self._session.clock() + timeout
        try:
            self._start(timeout)
            code = self._follow(deadline, timeout, lines)
        except ConnectionFailed:
            raise
        except BaseException:
            with suppress(MintageError):
                self._remove()
            raise
        finally:
            lines.close()
        if not self._stays:
            # It has done what it should: what is left of it is taken away with all that the build left.
            with suppress(MintageError):
                self._remove()
        return code

    def _start(self, timeout: float) -> None:
        is_system = self._run_as == "system"
        task = {
            "name": self.name,
            "system": is_system,
            "password": "" if is_system else self._session.credential.password_text(),
            "seconds": int(timeout) + _GRACE,
        }
        worker = script_text("task_worker.ps1", "run.ps1")
        more = line(worker) + self._call
        self._boot = str(ask(self._session, "task_start.ps1", task, timeout=_START_TIMEOUT, more=more)["boot"])

    def _follow(self, deadline: float, timeout: float, lines: Lines) -> int:
        while True:
            try:
                code = self._tail(deadline, lines)
            except DeadlinePassed:
                raise self._session.overdue(timeout, lines.last) from None
            except LoginRefused:
                raise
            except ConnectionFailed as error:
                self._come_back(error, deadline)
            else:
                return self._exit_code(code)

    def _tail(self, deadline: float, lines: Lines) -> int:
        given = {"name": self.name, "offset": self._offset}
        left = deadline - self._session.clock()
        with Conversation(self._session, "task_follow.ps1", given, timeout=left) as conversation:
            for answer in conversation.answers():
                if "exitCode" in answer:
                    return int(answer["exitCode"])
                output = base64.b64decode(answer["output"])
                self._offset += len(output)
                lines.feed(output)
        raise ConnectionFailed("The output of a scheduled task ended before the task", where=self._session.where)

    def _exit_code(self, code: int) -> int:
        if code == _GONE:
            what, remedy = "A scheduled task is gone before it ended", "Does something in the guest remove tasks?"
            raise ConnectionFailed(what, where=f"{self._session.where}: {self.name}", remedy=remedy)
        return code % 2**32

    def _come_back(self, error: ConnectionFailed, deadline: float) -> None:
        """Connect again for the rest of the output. Raises the error when that fails, or the guest restarted."""
        tell_lost(self._session, error)
        until = min(deadline, self._session.clock() + _RECONNECT)
        try:
            come_back(self._session, self._reconnect, until)
        except DeadlinePassed as late:
            raise error from late
        if self._seen_boot != self._boot:
            raise error

    def _reconnect(self) -> None:
        self._session.reconnect()
        self._seen_boot = boot_time(self._session)

    def _remove(self) -> None:
        ask(self._session, "task_remove.ps1", {"name": self.name}, timeout=_REMOVE_TIMEOUT)


def boot_time(session: Session) -> str:
    """When the guest was started, in UTC (ISO 8601)."""
    return str(ask(session, "boot_time.ps1", {}, timeout=_REMOVE_TIMEOUT)["boot"])
