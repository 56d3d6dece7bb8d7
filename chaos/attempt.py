"""One process of a build: forked from this one, which has all modules in memory, so that it begins at once."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import State

from chaos.engine import Engine, store_in
from chaos.journal import Entry, Event, Journal
from chaos.kills import Kill, When, calls_counted, end_own_process
from chaos.world import World
from flows.build_image import build_image

_LONGEST = 240.0
"""Seconds; a build on machines that are models takes ten to thirty."""
ENDED, FAILED = 0, 1


@dataclass(frozen=True)
class Attempt:
    """What a process is to do. ``folder`` holds what it keeps, its journal and its log."""

    world: World
    folder: Path
    run_id: UUID
    parameters: dict[str, Any]
    history: list[State[Any]]

    def run(self, kill: Kill | None) -> int | None:
        """Run it to its end: the exit code, or None when it was killed at a call. One that hangs has failed."""
        child = os.fork()
        if child == 0:
            self._child(kill)
        try:
            return _wait(child, self.world)
        except TimeoutError as error:
            Journal(self.folder / "journal").write(Entry(event=Event.ENDED, error=str(error), error_kind="Hung"))
            return FAILED

    def _child(self, kill: Kill | None) -> None:
        code = FAILED
        try:
            log = os.open(self.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 1)
            os.dup2(log, 2)
            code = self._build(kill)
        except BaseException:  # noqa: BLE001 - nothing may get out of a forked process
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _build(self, kill: Kill | None) -> int:
        os.environ.update(self.world.environment)
        os.environ["PREFECT__FLOW_RUN_ID"] = str(self.run_id)
        journal = Journal(self.folder / "journal")
        engine = Engine(store_in(str(self.folder / "results")), journal, self.history)
        with engine.installed(), calls_counted(self.world.environment["MINTAGE_RESOURCE_MANAGER"], self._killer(kill)):
            try:
                build_image.fn(**self.parameters)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                traceback.print_exc()
                journal.write(Entry(event=Event.ENDED, error=str(error), error_kind=type(error).__name__))
                return FAILED
        journal.write(Entry(event=Event.ENDED))
        return ENDED

    def _killer(self, kill: Kill | None) -> Callable[[int, When, str], None]:
        def at(number: int, when: When, what: str) -> None:
            with (self.folder / "calls").open("a") as file:
                file.write(f"{number} {when} {what}\n")
            if kill is None or (kill.call, kill.when) != (number, when):
                return
            if kill.whom == "build":
                end_own_process()
            os.kill(self.world.pid, signal.SIGKILL)

        return at


def _wait(child: int, world: World) -> int | None:
    """Its exit code; localazure is started again when it dies meanwhile, as a service manager does.

    Raises TimeoutError when it had to be ended.
    """
    begun = time.monotonic()
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)
        if time.monotonic() - begun > _LONGEST:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise TimeoutError(f"the build did not end within {_LONGEST:.0f} s")
        world.revive()
        time.sleep(0.02)
