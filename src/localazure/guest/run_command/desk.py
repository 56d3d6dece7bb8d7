"""Scripts for one guest: its agent learns of one by the goal state, fetches it, and tells in its status how it went."""

from __future__ import annotations

import secrets
import threading
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from localazure.guest.run_command.package import NAME
from localazure.hypervisor.base import HypervisorError, Script, ScriptResult

_ENDED = ("success", "error")


@dataclass
class Job:
    """A script on its way. ``number`` tells it from all that the guest, or the one its disk comes from, ever ran."""

    number: int
    script: Script | None = field(repr=False)
    """None once it was fetched."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    ended: Future[ScriptResult] = field(default_factory=Future, repr=False)


@dataclass(frozen=True)
class Wish:
    """What the goal state says of the extension."""

    incarnation: int
    state: Literal["enabled", "uninstall"] | None = None
    """None: nothing was ever asked of it."""
    number: int = 0
    token: str = field(default="", repr=False)


class ScriptDesk:
    """One script at a time. Thread-safe: scripts come from the API's threads, the guest asks in its services'.

    Kept in memory only, since a script may hold secrets. A new server's goal state has no extension, and the agent
    removes what it has of it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._wish = Wish(incarnation=1)

    def wish(self) -> Wish:
        return self._wish

    def begin(self, script: Script) -> Future[ScriptResult]:
        """Cancelling the future ends the script. Raises HypervisorError while another runs."""
        with self._lock:
            if self._job is not None:
                raise HypervisorError("Another script runs in this machine. Wait until it has ended.")
            # By the clock: copies of a disk remember the numbers of its first machine.
            number = max(self._wish.incarnation + 1, int(time.time()))
            job = self._job = Job(number, script)
            self._wish = Wish(number, "enabled", number, job.token)
        job.ended.add_done_callback(lambda _: self._put_away(job))
        return job.ended

    def fetch(self, token: str) -> Script | None:
        """The script, for who knows its token; once."""
        with self._lock:
            job = self._job
            if job is None or job.script is None or not secrets.compare_digest(job.token, token):
                return None
            script, job.script = job.script, None
            return script

    def take(self, aggregate: dict[str, Any]) -> None:
        """What the agent says of its extensions. Raises KeyError or TypeError when that is of another form."""
        job = self._job
        for handler in aggregate.get("handlerAggregateStatus", ()):
            if job is None or handler["handlerName"] != NAME:
                continue
            if "runtimeSettingsStatus" in handler:
                _settle(job, handler["runtimeSettingsStatus"])
            elif handler["code"] and _has_followed(aggregate, job):
                _fail(job, f"The guest's agent could not run the script: {handler['formattedMessage']['message']}")

    def close(self, why: str) -> None:
        """The machine stops, and its script with it."""
        if (job := self._job) is not None:
            _fail(job, why)

    def _put_away(self, job: Job) -> None:
        """The goal state that follows ends the script, if it runs, and removes what is left of the extension."""
        with self._lock:
            if self._job is job:
                self._job = None
                self._wish = Wish(max(self._wish.incarnation + 1, int(time.time())), "uninstall", job.number)


def _has_followed(aggregate: dict[str, Any], job: Job) -> bool:
    """Whether the agent is done with the goal state that asked for this job, and does not speak of an earlier one."""
    seen = aggregate["vmArtifactsAggregateStatus"]["goalStateAggregateStatus"]["inSvdSeqNo"]
    return str(seen) == str(job.number)


def _settle(job: Job, settings: dict[str, Any]) -> None:
    """End the job if the agent says that it has ended; what it says of an earlier one is not meant."""
    status = settings["settingsStatus"]["status"]
    if int(settings["sequenceNumber"]) != job.number or status["status"] not in _ENDED:
        return
    streams = {each["name"]: str(each["formattedMessage"]["message"]) for each in status.get("substatus", ())}
    if not streams:
        _fail(job, str(status["formattedMessage"]["message"]))
        return
    result = ScriptResult(exit_code=int(status["code"]), stdout=streams["StdOut"], stderr=streams["StdErr"])
    with suppress(InvalidStateError):
        job.ended.set_result(result)


def _fail(job: Job, why: str) -> None:
    with suppress(InvalidStateError):
        job.ended.set_exception(HypervisorError(why))
