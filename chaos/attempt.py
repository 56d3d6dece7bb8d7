"""One process of a build: forked from this one, which has all modules in memory, so that it begins at once."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from prefect.client.schemas.objects import State

from chaos.engine import Engine, store_in
from chaos.journal import Entry, Event, Journal
from chaos.points import points_passed
from chaos.striker import Striker
from chaos.trial import Strike
from chaos.world import World
from flows.build_image import build_image

ENDED, FAILED = 0, 1


@dataclass(frozen=True)
class Attempt:
    """What a process is to do. ``folder`` holds what it keeps, its journal and its log."""

    world: World
    folder: Path
    run_id: UUID
    parameters: dict[str, Any]
    history: list[State[Any]]
    strikes: Mapping[int, Strike]

    def run(self, longest: float) -> int | None:
        """Run it to its end: the exit code, or None when it was killed. One that lasts longer (seconds) has failed."""
        child = os.fork()
        if child == 0:
            self.work()
        try:
            return _wait(child, self.world, longest)
        except TimeoutError as error:
            Journal(self.folder / "journal").write(Entry(event=Event.ENDED, error=str(error), error_kind="Hung"))
            return FAILED

    def work(self) -> NoReturn:
        """Be that process. Ends it."""
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
        striker = Striker(self.world, engine, self.strikes, self.folder / "points")
        engine.tell = striker.tell
        with engine.installed(), points_passed(self.world.environment["MINTAGE_RESOURCE_MANAGER"], striker.tell):
            try:
                build_image.fn(**self.parameters)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                traceback.print_exc()
                journal.write(Entry(event=Event.ENDED, error=str(error), error_kind=type(error).__name__))
                return FAILED
        journal.write(Entry(event=Event.ENDED))
        return ENDED


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
