"""What was called, in the order in which it came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from localazure.faults.occasions import Occasion
from localazure.store import Store


class RecordedCall(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    number: int = 0
    """Its place in the recording, from 1. A fault of the same patterns and ``after=number - 1`` strikes it."""
    at: datetime
    operation: str
    resource: str
    path: str
    status: int | None = None
    """None while it is served, and for good when nobody got an answer."""
    faults: tuple[int, ...] = ()
    """The faults that struck it."""


class Recordings:
    """One for each fault of kind ``record``; gone with it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, fault_id: int, occasion: Occasion) -> int:
        """Write down a call that came in. Returns its key for ``finish``."""
        call = RecordedCall(
            at=datetime.now(UTC), operation=occasion.operation, resource=occasion.resource, path=occasion.path
        )
        sql = "INSERT INTO recorded_calls (fault, document) VALUES (?, ?)"
        return self._store.execute(sql, fault_id, call.model_dump_json())

    def finish(self, key: int, status: int | None, faults: Sequence[int]) -> None:
        """Add how it ended."""
        with self._store.changing():
            for (document,) in self._store.rows("SELECT document FROM recorded_calls WHERE number = ?", key):
                call = RecordedCall.model_validate_json(document)
                ended = call.model_copy(update={"status": status, "faults": tuple(faults)})
                self._store.execute(
                    "UPDATE recorded_calls SET document = ? WHERE number = ?", ended.model_dump_json(), key
                )

    def calls(self, fault_id: int) -> list[RecordedCall]:
        rows = self._store.rows("SELECT document FROM recorded_calls WHERE fault = ? ORDER BY number", fault_id)
        calls = (RecordedCall.model_validate_json(document) for (document,) in rows)
        return [call.model_copy(update={"number": number}) for number, call in enumerate(calls, 1)]

    def remove(self, *fault_ids: int) -> None:
        for fault_id in fault_ids:
            self._store.execute("DELETE FROM recorded_calls WHERE fault = ?", fault_id)
