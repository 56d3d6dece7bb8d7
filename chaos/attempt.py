"""One process of a build: forked from this one, which has all modules in memory, so that it begins at once."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import State

from chaos.engine import Engine, store_in
from chaos.journal import Entry, Event, Journal
from chaos.points import Point, points_passed
from chaos.trial import Kill, Strike, Victim
from chaos.world import World
from flows.build_image import build_image
from localazure.faults.client import FaultRefused

ENDED, FAILED = 0, 1


@dataclass(frozen=True)
class Attempt:
    """What a process is to do. ``folder`` holds what it keeps, its journal and its log."""

    world: World
    folder: Path
    run_id: UUID
    parameters: dict[str, Any]
    history: list[State[Any]]
    strikes: Sequence[Strike] = ()

    def run(self, longest: float) -> int | None:
        """Run it to its end: the exit code, or None when it was killed. One that lasts longer (seconds) has failed."""
        child = os.fork()
        if child == 0:
            self._child()
        try:
            return _wait(child, self.world, longest)
        except TimeoutError as error:
            Journal(self.folder / "journal").write(Entry(event=Event.ENDED, error=str(error), error_kind="Hung"))
            return FAILED

    def _child(self) -> None:
        code = FAILED
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            log = os.open(self.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 1)
            os.dup2(log, 2)
            code = self._build()
        except BaseException:  # noqa: BLE001 - nothing may get out of a forked process
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _build(self) -> int:
        os.environ.update(self.world.environment)
        os.environ["PREFECT__FLOW_RUN_ID"] = str(self.run_id)
        journal = Journal(self.folder / "journal")
        engine = Engine(store_in(str(self.folder / "results")), journal, self.history)
        strikes = {each.at: each for each in self.strikes}

        def passed(point: Point, what: str) -> None:
            with (self.folder / "points").open("a") as file:
                file.write(f"{point.where} {point.number} {point.when} {what}\n")
            if point in strikes:
                self._strike(strikes[point], what, journal)

        with engine.installed(), points_passed(self.world.environment["MINTAGE_RESOURCE_MANAGER"], passed):
            try:
                build_image.fn(**self.parameters)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                traceback.print_exc()
                journal.write(Entry(event=Event.ENDED, error=str(error), error_kind=type(error).__name__))
                return FAILED
        journal.write(Entry(event=Event.ENDED))
        return ENDED

    def _strike(self, strike: Strike, what: str, journal: Journal) -> None:
        if not isinstance(strike.does, Kill):
            try:
                with self.world.faults() as faults:
                    faults.add(strike.does)
            except FaultRefused as refused:
                # Nobody is there whom it could befall, such as a machine that is made only now.
                journal.write(Entry(event=Event.MISSED, step=what, error=str(refused)))
                return
        journal.write(Entry(event=Event.STRUCK, step=what))
        if isinstance(strike.does, Kill):
            victim = os.getpid() if strike.does.victim is Victim.BUILD else self.world.pid
            os.kill(victim, signal.SIGKILL)


def _wait(child: int, world: World, longest: float) -> int | None:
    """Its exit code; localazure is started again when it dies meanwhile, as a service manager does.

    Raises TimeoutError when it had to be ended.
    """
    begun = time.monotonic()
    try:
        while True:
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                child = 0
                return None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)
            if time.monotonic() - begun > longest:
                message = f"the build did not end within {longest:.0f} s"
                raise TimeoutError(message)
            world.revive()
            time.sleep(0.02)
    finally:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
