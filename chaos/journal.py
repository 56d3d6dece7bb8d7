"""What the processes of one build did, line by line in a file that outlives each of them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Event(StrEnum):
    BEGUN = "begun"
    DONE = "done"
    FOUND = "found"
    """Done before, and not again."""
    FAILED = "failed"
    STRUCK = "struck"
    """What was to go wrong began here; ``step`` says in which, and what was being called."""
    MISSED = "missed"
    """It could not happen here."""
    ENDED = "ended"
    """The flow itself."""


class Entry(BaseModel):
    """One thing that happened to a step, or to the flow."""

    model_config = ConfigDict(frozen=True)

    event: Event
    step: str = ""
    key: str = ""
    """Where the result is of a step that was done: elsewhere when it was done again since the build went back."""
    attempt: int = 1
    error: str = ""
    error_kind: str = ""
    fault: int | None = None
    """The number of the fault that was to strike."""
    strike: int | None = None
    """Which of the case's strikes it was."""


class Journal:
    def __init__(self, file: Path) -> None:
        self._file = file

    def write(self, entry: Entry) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(entry.model_dump_json() + "\n")

    def read(self) -> list[Entry]:
        if not self._file.exists():
            return []
        return [Entry.model_validate_json(line) for line in self._file.read_text(encoding="utf-8").splitlines()]
