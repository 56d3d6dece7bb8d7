"""One build, from its first process to its last: processes that die are followed by another, as the automations do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from prefect.client.schemas.objects import State
from prefect.states import AwaitingRetry, Crashed, Failed, Running

from chaos.attempt import ENDED, Attempt
from chaos.engine import store_in
from chaos.journal import Entry, Event, Journal
from chaos.outcome import Outcome, done_again, finished_twice, first_end
from chaos.points import Spot
from chaos.striker import spots_passed
from chaos.trial import Strike
from chaos.world import Hypervisor, World, is_excluded
from tasks.build_id import new_build_id
from tasks.course import COURSE, Course
from tasks.going_back import GoOnFrom
from tasks.history import RESUMED
from tasks.keeping import result_key

_MOST_ATTEMPTS = 12
LONGEST: dict[Hypervisor, float] = {"instant": 300, "qemu": 3600}
"""Seconds for one process; a build on machines that are models takes four, on emulated ones ten minutes."""


@dataclass
class Build:
    """``folder`` is to be made, and holds what its processes keep and tell."""

    world: World
    folder: Path
    parameters: dict[str, Any]
    run_id: UUID = field(default_factory=uuid4)
    build_id: str = ""
    _history: list[State[Any]] = field(default_factory=lambda: [Running()])
    _before: frozenset[str] = frozenset()
    """What was there already."""
    _attempts: int = 0
    _code: int | None = None
    _seconds: float = 0.0
    _progress: int = 0

    def __post_init__(self) -> None:
        self._before = self.world.strays()
        self.build_id = new_build_id(self.run_id)

    @property
    def has_failed(self) -> bool:
        return self._code != ENDED

    @property
    def seconds(self) -> float:
        return round(self._seconds, 2)

    def run(self, strikes: Sequence[Strike] = ()) -> None:
        """Run it to its end."""
        self.folder.mkdir(parents=True)
        self._to_the_end(strikes)

    def press_on(self, go_on_from: str | None) -> None:
        """Press Retry; or start a run that goes on from a step."""
        self._code = None
        if go_on_from is None:
            self._history += [Failed(), AwaitingRetry()]
        else:
            self.run_id, self._history = uuid4(), [Running()]
            self.parameters = self.parameters | {"resume_build": self.build_id, "go_on_from": GoOnFrom(go_on_from)}
        self._to_the_end(())

    def spots(self) -> tuple[Spot, ...]:
        """All that its first process came to."""
        return spots_passed(self.folder / "points")

    def journal(self) -> list[Entry]:
        return Journal(self.folder / "journal").read()

    def outcome(self) -> Outcome:
        """What it came to. Sweeps."""
        entries = self.journal()
        ends = [each for each in entries if each.event == Event.ENDED]
        versions = self.world.versions(self.build_id)
        public = {str(each["id"]) for each in versions if not is_excluded(each)}
        left = self.world.strays() - self._before - public
        self.world.sweep()
        leaked = self.world.strays() - self._before - public
        return Outcome(
            published=self._code == ENDED and bool(public),
            end=first_end(entries),
            last_error=ends[-1].error if ends else "",
            attempts=self._attempts,
            seconds=self.seconds,
            retried=tuple(each.step for each in entries if each.event == Event.FAILED),
            steps_again=done_again(entries),
            finished_twice=finished_twice(entries),
            swept=tuple(sorted(left - leaked)),
            leaked=tuple(sorted(leaked)),
            versions=len(versions),
            unverified=0 if self._is_proved() else len(public),
        )

    def _to_the_end(self, strikes: Sequence[Strike]) -> None:
        begun, ended = time.monotonic(), self._attempts + _MOST_ATTEMPTS + len(strikes)
        while self._code is None and self._attempts < ended:
            self._attempts += 1
            due = self._due(strikes)
            attempt = Attempt(self.world, self.folder, self.run_id, self.parameters, self._history, due)
            self._code = attempt.run(LONGEST[self.world.hypervisor])
            self.world.revive()
            if self._code is None:
                self._died()
        self._seconds += time.monotonic() - begun

    def _due(self, strikes: Sequence[Strike]) -> dict[int, Strike]:
        """Those that the next process may do."""
        done = {each.strike for each in self.journal() if each.event in {Event.STRUCK, Event.MISSED}}
        mine = {None, self._attempts}
        return {which: each for which, each in enumerate(strikes) if which not in done and each.process in mine}

    def _died(self) -> None:
        done = [entry for entry in self.journal() if entry.event == Event.DONE]
        if len(done) > self._progress:
            # A step was finished: the count of resumptions begins anew.
            self._progress = len(done)
            self._history[:] = [Running()]
        now = datetime.now(UTC)
        self._history += [Crashed(timestamp=now), AwaitingRetry(message=RESUMED, timestamp=now)]

    def _is_proved(self) -> bool:
        store = store_in(str(self.folder / "results"))
        kept = result_key(self.build_id, COURSE)
        course = store.read(kept).result if store.exists(kept) else Course()
        key = result_key(self.build_id, course.result_name("verify"))
        return store.exists(key) and not store.read(key).result.failed
