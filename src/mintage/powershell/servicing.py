"""Restarting Windows, and waiting until it has stopped servicing itself."""

from __future__ import annotations

import contextlib
import time

from mintage.errors import ConnectionFailed
from mintage.powershell.answers import parse_answer
from mintage.powershell.scripts import script
from mintage.remote.windows import WindowsRemote
from mintage.waiting import Clock, NotYet, Sleep, wait_for

QUIET_SECONDS = 15.0
"""TiWorker comes and goes: it counts as gone after so long without it (seen in actions/runner-images' scripts)."""


def wait_until_idle(
    remote: WindowsRemote, deadline: float, *, clock: Clock = time.monotonic, sleep: Sleep = time.sleep
) -> None:
    """Return when TiWorker has been away for ``QUIET_SECONDS``. Raises DeadlinePassed."""
    text = script("powershell/system.ps1", "powershell/idle.ps1")
    quiet_since: float | None = None

    def attempt() -> None:
        nonlocal quiet_since
        if parse_answer(remote.output(text), where="idle")["busy"]:
            quiet_since = None
            raise NotYet("TiWorker runs")
        quiet_since = clock() if quiet_since is None else quiet_since
        if clock() - quiet_since < QUIET_SECONDS:
            raise NotYet("TiWorker has only just gone")

    wait_for(
        attempt,
        "Windows did not stop servicing itself in time",
        where="TiWorker",
        deadline=deadline,
        remedy="let the recipe wait for its updates, or give it a longer timeout",
        pause=5.0,
        clock=clock,
        sleep=sleep,
    )


def restart(remote: WindowsRemote, deadline: float) -> None:
    """Restart the guest and wait until it answers again."""
    old = remote.boot_id()
    # 1115: a restart is under way already.
    with contextlib.suppress(ConnectionFailed):
        seconds = deadline - time.monotonic()
        remote.run("& shutdown.exe /r /t 1\nexit $LASTEXITCODE\n", timeout=seconds, exit_codes=(0, 1115))
    remote.wait_for_reboot(old, deadline)
