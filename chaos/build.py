"""One build, from its first process to its last: processes that die are followed by another, as the automations do."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from prefect.client.schemas.objects import State
from prefect.states import AwaitingRetry, Crashed, Running
from pydantic import BaseModel, ConfigDict

from chaos.attempt import ENDED, Attempt
from chaos.engine import store_in
from chaos.journal import Entry, Event, Journal
from chaos.kills import Kill, When
from chaos.world import World, is_excluded
from tasks.build_id import new_build_id
from tasks.history import RESUMED
from tasks.keeping import result_key

_MOST_ATTEMPTS = 12


class Outcome(BaseModel):
    """What a build came to, and what it left."""

    model_config = ConfigDict(frozen=True)

    published: bool
    attempts: int
    seconds: float
    error: str = ""
    error_kind: str = ""
    retried: tuple[str, ...] = ()
    """Steps that failed and were tried again, or were the last."""
    steps_again: tuple[str, ...] = ()
    """Steps that were done once more since the build went back."""
    finished_twice: tuple[str, ...] = ()
    """Steps that were done once more although they were finished, and nobody went back."""
    swept: tuple[str, ...] = ()
    """What it left for the sweeper, which removed it: ids."""
    leaked: tuple[str, ...] = ()
    """What is there after the sweep, and should not be: ids."""
    versions: int = 0
    """That it made and that are left, before the sweep."""
    unverified: int = 0
    """Published without a proof."""


@dataclass
class Build:
    """``folder`` is to be made, and holds what its processes keep and tell."""

    world: World
    folder: Path
    parameters: dict[str, Any]
    run_id: UUID = field(default_factory=uuid4)
    _history: list[State[Any]] = field(default_factory=lambda: [Running()])
    _before: frozenset[str] = frozenset()
    """What was there already."""
    _attempts: int = 0
    _code: int | None = None
    _seconds: float = 0.0
    _progress: int = 0

    def __post_init__(self) -> None:
        self._before = self.world.strays()

    @property
    def build_id(self) -> str:
        return new_build_id(self.run_id)

    def run(self, kill: Kill | None = None) -> None:
        """Run it to its end, with a process killed at one call of the first."""
        self.folder.mkdir(parents=True)
        begun = time.monotonic()
        while self._code is None and self._attempts < _MOST_ATTEMPTS:
            attempt = Attempt(self.world, self.folder, self.run_id, self.parameters, self._history)
            self._code = attempt.run(None if self._attempts else kill)
            self._attempts += 1
            self.world.revive()
            if self._code is None:
                self._died()
        self._seconds = time.monotonic() - begun

    def _died(self) -> None:
        done = [entry for entry in self.journal() if entry.event == Event.DONE]
        if len(done) > self._progress:
            # A step was finished: the count of resumptions begins anew.
            self._progress = len(done)
            self._history[:] = [Running()]
        now = datetime.now(UTC)
        self._history += [Crashed(timestamp=now), AwaitingRetry(message=RESUMED, timestamp=now)]

    def calls(self, when: When) -> dict[int, str]:
        """What the first process to make so many calls called, by number: those it came to before, or to after."""
        found: dict[int, str] = {}
        for line in (self.folder / "calls").read_text(encoding="utf-8").splitlines():
            number, side, what = line.split(" ", 2)
            if side == when:
                found.setdefault(int(number), what)
        return found

    def journal(self) -> list[Entry]:
        return Journal(self.folder / "journal").read()

    def outcome(self) -> Outcome:
        """What it came to. Sweeps."""
        entries = self.journal()
        last = next((each for each in reversed(entries) if each.event == Event.ENDED), Entry(event=Event.ENDED))
        versions = self.world.versions(self.build_id)
        public = {str(each["id"]) for each in versions if not is_excluded(each)}
        left = self.world.strays() - self._before - public
        self.world.sweep()
        leaked = self.world.strays() - self._before - public
        return Outcome(
            published=self._code == ENDED and bool(public),
            attempts=self._attempts,
            seconds=round(self._seconds, 2),
            error=last.error,
            error_kind=last.error_kind,
            retried=tuple(each.step for each in entries if each.event == Event.FAILED),
            steps_again=tuple(each.step for each in entries if each.event == Event.AGAIN),
            finished_twice=finished_twice(entries),
            swept=tuple(sorted(left - leaked)),
            leaked=tuple(sorted(leaked)),
            versions=len(versions),
            unverified=0 if self._is_proved() else len(public),
        )

    def _is_proved(self) -> bool:
        store, key = store_in(str(self.folder / "results")), result_key(self.build_id, "verify")
        return store.exists(key) and not store.read(key).result.failed


def finished_twice(entries: Iterable[Entry]) -> tuple[str, ...]:
    done: Counter[str] = Counter()
    for each in entries:
        if each.event == Event.DONE:
            done[each.step] += 1
        elif each.event == Event.AGAIN:
            done[each.step] -= 1
    return tuple(step for step, times in done.items() if times > 1)
