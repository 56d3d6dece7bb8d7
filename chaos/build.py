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
from chaos.kills import Kill
from chaos.world import World
from tasks.build_id import new_build_id
from tasks.history import RESUMED

_MOST_ATTEMPTS = 12


class Outcome(BaseModel):
    """What a build came to, and what it left."""

    model_config = ConfigDict(frozen=True)

    published: bool
    attempts: int
    seconds: float
    error: str = ""
    error_kind: str = ""
    steps_again: tuple[str, ...] = ()
    """Steps that were done once more since the build went back."""
    finished_twice: tuple[str, ...] = ()
    """Steps that were done once more although they were finished, and nobody went back."""
    leaked: tuple[str, ...] = ()
    versions: int = 0
    unverified: int = 0
    """Published without a proof."""


@dataclass
class Build:
    world: World
    folder: Path
    parameters: dict[str, Any]
    run_id: UUID = field(default_factory=uuid4)
    history: list[State[Any]] = field(default_factory=lambda: [Running()])

    @property
    def build_id(self) -> str:
        return new_build_id(self.run_id)

    def run(self, kills: Iterable[Kill] = (), seconds: Iterable[float] = ()) -> Outcome:
        """Run it with a process killed at each of the calls, or after so many seconds, one after the other."""
        self.folder.mkdir(parents=True)
        begun, planned, ends = time.monotonic(), list(kills), list(seconds)
        attempts, code = 0, None
        while code is None and attempts < _MOST_ATTEMPTS:
            attempts += 1
            attempt = Attempt(self.world, self.folder, self.run_id, self.parameters, self.history)
            code = attempt.run(planned.pop(0) if planned else None, ends.pop(0) if ends else None)
            self.world.revive()
            if code is None:
                self._died()
        return self._outcome(code == ENDED, attempts, time.monotonic() - begun)

    def _died(self) -> None:
        done = [entry for entry in self.journal() if entry.event == Event.DONE]
        if len(done) > getattr(self, "_progress", 0):
            # A step was finished: the count of resumptions begins anew.
            self._progress = len(done)
            self.history[:] = [Running()]
        now = datetime.now(UTC)
        self.history += [Crashed(timestamp=now), AwaitingRetry(message=RESUMED, timestamp=now)]

    def journal(self) -> list[Entry]:
        return Journal(self.folder / "journal").read()

    def _outcome(self, published: bool, attempts: int, seconds: float) -> Outcome:
        entries = self.journal()
        last = next((each for each in reversed(entries) if each.event == Event.ENDED), Entry(event=Event.ENDED))
        with self.world.clients() as clients:
            versions = self.world.versions(clients, self.build_id)
        public = [each for each in versions if not _excluded(each)]
        return Outcome(
            published=published,
            attempts=attempts,
            seconds=round(seconds, 2),
            error=last.error,
            error_kind=last.error_kind,
            steps_again=tuple(each.step for each in entries if each.event == Event.AGAIN),
            finished_twice=_finished_twice(entries),
            leaked=self.world.leftovers(self.build_id),
            versions=len(versions),
            unverified=len(public) if not self._is_proved() else 0,
        )

    def _is_proved(self) -> bool:
        store, key = store_in(str(self.folder / "results")), f"build/{self.build_id}/verify"
        return store.exists(key) and not store.read(key).result.failed


def _finished_twice(entries: Iterable[Entry]) -> tuple[str, ...]:
    done: Counter[str] = Counter()
    for each in entries:
        if each.event == Event.DONE:
            done[each.step] += 1
        elif each.event == Event.AGAIN:
            done[each.step] -= 1
    return tuple(step for step, times in done.items() if times > 1)


def _excluded(version: Any) -> bool:  # noqa: ANN401 - as Azure writes it
    profile = version["properties"].get("publishingProfile") or {}
    return bool(profile.get("excludeFromLatest", True))
