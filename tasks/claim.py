"""One process at a time works on a build. The claim it keeps with the build's results says which, and that it lives.

Processes take turns. A turn is taken once: who finds that the next one was taken has lost the build, however long it
slept, and whatever the claim says.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from mintage.artifacts import Artifact
from mintage.errors import BuildTaken
from mintage.waiting import Clock, Sleep
from tasks.keeping import keep, recall

CLAIM = "claim"
BEAT_SECONDS = 5.0
DEAD_SECONDS = 3 * BEAT_SECONDS + 1
"""A claim that stayed the same for so long is a dead process's. Seen, not computed: clocks of two hosts differ."""

STOPPED = timedelta(seconds=60)
"""A process of this host that is there, and was silent for so long, is ended before another takes its build over."""
_LATELY = timedelta(minutes=70)
"""Longer than a death may stay unseen by all but the supervision, with an hour for workers that are away: till then the
build may go on, and is no leftover."""
_SAME_BIRTH = 2.0
"""Seconds."""


class Claim(Artifact):
    """A process at work on a build, on whichever host."""

    flow_run_id: str
    host: str
    pids: str = ""
    """Whose pids are meant: of which boot of which kernel, and of which container. Hosts and containers share names."""
    pid: int
    born: float
    """When the process was started, in seconds since the epoch: pids are used again."""
    seen: datetime
    """When it last gave a sign of life, by its host's clock."""
    turn: int = 0
    """Counts the processes that worked on the build, from 1."""
    beats: int = 0
    ended: bool = False

    @property
    def process(self) -> tuple[str, int, float]:
        return self.pids, self.pid, self.born


def own_claim(flow_run_id: str) -> Claim:
    pid, host = os.getpid(), socket.gethostname()
    born = psutil.Process(pid).create_time()
    return Claim(flow_run_id=flow_run_id, host=host, pids=_pids(), pid=pid, born=born, seen=datetime.now(UTC))


def beaten(claim: Claim) -> Claim:
    """One sign of life more."""
    return claim.model_copy(update={"beats": claim.beats + 1, "seen": datetime.now(UTC)})


def read_claim(build_id: str) -> Claim | None:
    """The claim on a build; None when there is none. Raises OSError when nobody can tell."""
    return recall(build_id, CLAIM, Claim)


def write_claim(build_id: str, claim: Claim) -> None:
    keep(build_id, CLAIM, claim)


def is_at_work(claim: Claim | None, now: datetime) -> bool:
    """Whether a process works on the build, or died so lately that another may go on with it.

    ``now`` is this host's: others' clocks may differ by minutes.

    For those who need no more than that, and cannot wait to see the claim change.
    """
    return claim is not None and not claim.ended and now - claim.seen < _LATELY


def living_claim(
    read: Callable[[], Claim | None],
    own: Claim,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
) -> Claim | None:
    """The claim of another process, if that lives. Of one that does not it takes 16 s to know, unless it was here.

    One on this host that is there lives, also when it is silent because the host is busy; but for one that is stopped,
    which is ended here and now.
    """
    first = read()
    if first is None or first.ended or first.process == own.process or _is_dead_here(first, own):
        return None
    until = clock() + DEAD_SECONDS
    while clock() < until:
        sleep(1)
        now = read()
        if now is not None and now != first:
            return None if now.ended else now
    if first.pids != own.pids or _is_dead_here(first, own):
        return None
    return None if _silent_for(first) > STOPPED and _ended(first) else first


def demand_free(found: Claim | None, own: Claim, build_id: str) -> None:
    """Raise BuildTaken when a living process of another flow run works on the build."""
    if found is not None and found.flow_run_id != own.flow_run_id:
        raise BuildTaken(
            "Another flow run works on this build",
            where=f"build {build_id}",
            seen=f"flow run {found.flow_run_id}, process {found.pid} on {found.host}",
            remedy="let it end, or cancel it",
        )


def _pids() -> str:
    return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()} {Path('/proc/self/ns/pid').readlink()}"


def _is_dead_here(claim: Claim, own: Claim) -> bool:
    """Whether it is a process that would be seen from here, and is gone."""
    return claim.pids == own.pids and _process_of(claim) is None


def _process_of(claim: Claim) -> psutil.Process | None:
    """The claim's process, of this host, if it is there."""
    try:
        process = psutil.Process(claim.pid)
        # The kernel counts from the boot, whose time a clock that is set right moves.
        same = abs(process.create_time() - claim.born) < _SAME_BIRTH
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def _silent_for(claim: Claim) -> timedelta:
    """Of a process of this host, whose clock is this one's."""
    return datetime.now(UTC) - claim.seen


def _ended(claim: Claim) -> bool:
    """End the process; whether it is gone. Killed, it can do nothing more, and the build goes on as from any death."""
    process = _process_of(claim)
    if process is None:
        return True
    try:
        process.kill()
        process.wait(timeout=DEAD_SECONDS)
    except psutil.NoSuchProcess:
        return True
    except (psutil.AccessDenied, psutil.TimeoutExpired):
        return _process_of(claim) is None
    return True
