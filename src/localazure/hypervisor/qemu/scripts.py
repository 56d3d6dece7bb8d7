"""Scripts for the agent of a real machine, which may stop before one of them ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait

from localazure.guest.run_command import ScriptDesk
from localazure.hypervisor.base import HypervisorError, Script, ScriptResult

_LOOK_SECONDS = 2.0
STOPPED = "The machine stopped before the script ended. Start it, and run the script again if that is safe."


def begin_script(desk: ScriptDesk, script: Script, *, runs: Callable[[], bool]) -> Future[ScriptResult]:
    """Hand the script to the guest's agent; the future fails when ``runs`` says that the machine has stopped."""
    ended = desk.begin(script)
    threading.Thread(target=_watch, args=(desk, ended, runs), name="localazure-script", daemon=True).start()
    return ended


def _watch(desk: ScriptDesk, ended: Future[ScriptResult], runs: Callable[[], bool]) -> None:
    """A guest that turns itself off, or whose QEMU is killed, tells nobody."""
    while not wait([ended], timeout=_LOOK_SECONDS).done:
        try:
            gone = not runs()
        except HypervisorError:
            # It was deleted.
            gone = True
        if gone:
            desk.close(STOPPED)
