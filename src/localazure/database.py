"""One SQLite file that several threads change: what was changed together is there together, after any death."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class StoreError(Exception):
    """The state cannot be written, as on a full disk: why, and what to do."""


class Database:
    """Thread-safe. Reads and writes inside ``changing()`` are one transaction, and no other thread's come between.

    After a death of the server every transaction is there whole or not at all. With ``durable`` each that ended is
    there even when the host itself fails; else the last ones may be lost then.
    """

    def __init__(self, path: Path, schema: str, *, durable: bool = False) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        if not durable:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(schema)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """All or nothing. May be nested: the outermost decides. Raises StoreError when nothing can be written."""
        with self._lock:
            outermost = self._depth == 0
            self._depth += 1
            try:
                if outermost:
                    self._connection.execute("BEGIN IMMEDIATE")
                yield
                if outermost:
                    self._connection.execute("COMMIT")
            except sqlite3.OperationalError as error:
                self._roll_back(outermost)
                message = (
                    f"localazure cannot write its state to {self._path}: {error}. Make room there, then try again."
                )
                raise StoreError(message) from error
            except BaseException:
                self._roll_back(outermost)
                raise
            finally:
                self._depth -= 1

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What a SELECT finds."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def first(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row that a SELECT finds, if there is one."""
        return next(iter(self.rows(sql, *values)), None)

    def execute(self, sql: str, *values: object) -> int:
        """Change a table. Returns the id of the row it inserted, if it did."""
        with self.changing():
            return self._connection.execute(sql, values).lastrowid or 0

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _roll_back(self, outermost: bool) -> None:
        # SQLite itself has rolled back after some errors, a full disk among them, and after others it has not.
        if outermost and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
