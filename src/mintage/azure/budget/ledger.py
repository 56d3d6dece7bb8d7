"""The tokens that are left, in one SQLite file that all processes of the machine write to."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mintage.azure.budget.limits import Limit
from mintage.waiting import Clock

_TABLES = """
CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, tokens REAL NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS learned (kind TEXT, name TEXT, capacity REAL, per_minute REAL, PRIMARY KEY (kind, name));
"""
_FORGOTTEN_SECONDS = 3600
"""After this every bucket is full again, so that its row says nothing."""
_LOCK_SECONDS = 30


def open_ledger(file: Path) -> Ledger:
    """A damaged one is made anew. Raises OSError and sqlite3.Error when there can be none."""
    try:
        return Ledger(file)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        for each in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            each.unlink(missing_ok=True)
        return Ledger(file)


class Ledger:
    """Buckets by name. Tokens may go below zero: those are calls that others wait to send, each in its turn."""

    def __init__(self, file: Path, clock: Clock = time.time) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._clock, self._lock = clock, threading.Lock()
        self._database = sqlite3.connect(file, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False)
        self._use_wal()
        # Syncs none of the commits: what a power cut takes is at most some seconds of budget.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(_TABLES)
        with self._writing():
            self._database.execute("DELETE FROM bucket WHERE at < ?", (clock() - _FORGOTTEN_SECONDS,))

    def _use_wal(self) -> None:
        """Of several processes that open a new file at once, SQLite turns all but one away here, and lets none wait."""
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # The code's low byte says what; the rest, where in SQLite.
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

    def close(self) -> None:
        self._database.close()

    def take(self, limits: Sequence[Limit]) -> float:
        """Take a token of each. Returns the seconds after which the call may be sent."""
        with self._writing():
            left = {limit: self._tokens(limit) - 1 for limit in limits}
            for limit, tokens in left.items():
                self._write(limit, tokens)
        return max((-tokens * 60 / limit.per_minute for limit, tokens in left.items() if tokens < 0), default=0.0)

    def give_back(self, limits: Sequence[Limit]) -> None:
        """The call of which tokens were taken is not sent."""
        with self._writing():
            for limit in limits:
                self._write(limit, min(limit.capacity, self._tokens(limit) + 1))

    def correct(self, limit: Limit, left: float) -> None:
        """Azure says how many are left: it knows of others than us, and not yet of calls that are on their way."""
        with self._writing():
            self._write(limit, min(left, self._tokens(limit)))

    def refused(self, limit: Limit, seconds: float) -> None:
        """Azure wants no such call for so long."""
        with self._writing():
            self._write(limit, min(self._tokens(limit), 1 - seconds * limit.per_minute / 60))

    def learn(self, kind: str, limit: Limit) -> None:
        """Calls of a kind count against a budget that Azure told of; the largest that was seen left is its size."""
        with self._writing():
            self._database.execute(
                "INSERT INTO learned VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET capacity = excluded.capacity, per_minute = excluded.per_minute WHERE capacity < excluded.capacity",
                (kind, limit.name, limit.capacity, limit.per_minute),
            )

    def learned(self, kind: str) -> tuple[Limit, ...]:
        with self._lock:
            rows = self._database.execute("SELECT name, capacity, per_minute FROM learned WHERE kind = ?", (kind,))
            return tuple(Limit(*row) for row in rows)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                self._database.execute("COMMIT")

    def _tokens(self, limit: Limit) -> float:
        row = self._database.execute("SELECT tokens, at FROM bucket WHERE name = ?", (limit.name,)).fetchone()
        if row is None:
            return limit.capacity
        # A clock that was set back gives nothing, and takes nothing.
        passed = max(0.0, self._clock() - row[1])
        return min(limit.capacity, float(row[0] + passed * limit.per_minute / 60))

    def _write(self, limit: Limit, tokens: float) -> None:
        self._database.execute("INSERT OR REPLACE INTO bucket VALUES (?, ?, ?)", (limit.name, tokens, self._clock()))
