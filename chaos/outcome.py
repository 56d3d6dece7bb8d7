"""What a build came to, and what it left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from chaos.journal import Entry, Event


class End(BaseModel):
    """How a build ended that nobody had pressed on yet. ``error`` is empty when it was published."""

    model_config = ConfigDict(frozen=True)

    error: str = ""
    error_kind: str = ""
    tries: int = 0
    """How often the step was tried that it ended with."""


class Outcome(BaseModel):
    model_config = ConfigDict(frozen=True)

    published: bool
    """In the end."""
    end: End
    """Its first: that before a person pressed on."""
    last_error: str = ""
    attempts: int
    """Processes that worked on it."""
    seconds: float
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


def first_end(entries: Sequence[Entry]) -> End:
    """How the first process ended that was not killed; not published either when all were."""
    for place, entry in enumerate(entries):
        if entry.event == Event.ENDED:
            return End(error=entry.error, error_kind=entry.error_kind, tries=_tries(entries[:place], entry.error))
    return End(error="no process came to an end", error_kind="Killed")


def _tries(entries: Sequence[Entry], error: str) -> int:
    return sum(each.event == Event.FAILED and each.error == error for each in entries) if error else 0


def finished_twice(entries: Iterable[Entry]) -> tuple[str, ...]:
    done = Counter((each.step, each.key) for each in entries if each.event == Event.DONE)
    return tuple(step for (step, _), times in done.items() if times > 1)


def done_again(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The steps that were done once more because the build had gone back, each as often as it was."""
    done = dict.fromkeys((each.step, each.key) for each in entries if each.event == Event.DONE)
    steps = [step for step, _ in done]
    return tuple(step for place, step in enumerate(steps) if step in steps[:place])
