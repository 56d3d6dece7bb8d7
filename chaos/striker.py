"""Does, in the build's own process, what is to be done when it comes to its points, and notes the points it passed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from chaos.engine import Engine
from chaos.journal import Entry, Event
from chaos.points import Moment, Spot
from chaos.trial import Kill, Strike, Victim
from chaos.world import World
from localazure.faults.client import FaultRefused
from localazure.faults.kinds.every import AnyFault
from localazure.faults.ledger import StandingFault
from mintage.waiting import NotYet, wait_for

_BACK_SECONDS = 60.0


@dataclass
class Striker:
    """Of one process. ``strikes``: those that nobody has done yet. ``passed``: the file in which the points go."""

    world: World
    engine: Engine
    strikes: Mapping[int, Strike]
    passed: Path
    _met: dict[int, int] = field(default_factory=dict)
    """How many moments each strike has counted."""

    def tell(self, moment: Moment) -> None:
        step = self.engine.step
        if moment.when == "before":
            with self.passed.open("a") as file:
                file.write("\t".join((str(os.getpid()), moment.where, step, moment.called)) + "\n")
        for which, each in self.strikes.items():
            if each.at.fits(moment, step):
                self._met[which] = self._met.get(which, 0) + 1
                if self._met[which] == each.at.number:
                    self._strike(which, each, moment)

    def _strike(self, which: int, strike: Strike, moment: Moment) -> None:
        what = f"{self.engine.step}: {moment.called}: {strike.what}"
        if isinstance(strike.does, Kill):
            self._note(Entry(event=Event.STRUCK, step=what, strike=which))
            # It may be that localazure was killed a moment ago, and is not up again.
            with suppress(ProcessLookupError):
                os.kill(os.getpid() if strike.does.victim is Victim.BUILD else self.world.pid, signal.SIGKILL)
            return
        fault = strike.does
        try:
            standing = wait_for(
                lambda: self._added(fault),
                "localazure did not come back",
                where=what,
                deadline=time.monotonic() + _BACK_SECONDS,
                pause=0.1,
            )
        except FaultRefused as refused:
            # Nobody is there whom it could befall, such as a machine that is made only now.
            self._note(Entry(event=Event.MISSED, step=what, strike=which, error=str(refused)))
        else:
            self._note(Entry(event=Event.STRUCK, step=what, strike=which, fault=standing.id))

    def _added(self, fault: AnyFault) -> StandingFault:
        """As of a localazure that may have been killed a moment ago."""
        try:
            with self.world.faults() as faults:
                return faults.add(fault)
        except (httpx.ConnectError, FileNotFoundError) as away:
            raise NotYet(str(away)) from away

    def _note(self, entry: Entry) -> None:
        self.engine.journal.write(entry)


def spots_passed(file: Path) -> tuple[Spot, ...]:
    """All that the first process of a build came to, in order."""
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    counts: dict[tuple[str, ...], int] = {}
    found = []
    for process, *words in lines:
        if process == lines[0][0]:
            counts[tuple(words)] = number = counts.get(tuple(words), 0) + 1
            where, step, called = words
            found.append(Spot.model_validate({"where": where, "step": step, "called": called, "number": number}))
    return tuple(found)
