"""The blob service's memory: one SQLite file, which survives any death of the server."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (account TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS containers (
    account TEXT, container TEXT, document TEXT NOT NULL, PRIMARY KEY (account, container));
CREATE TABLE IF NOT EXISTS blobs (
    account TEXT, container TEXT, blob TEXT, document TEXT NOT NULL, PRIMARY KEY (account, container, blob));
CREATE TABLE IF NOT EXISTS pages (file TEXT, first INTEGER, ends INTEGER, PRIMARY KEY (file, first));
"""


class Database:
    """Thread-safe. What is done inside ``changing()`` is one transaction, and no other thread's comes between."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def changing(self) -> Iterator[None]:
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with self._lock:
            return list(self._connection.execute(sql, values))

    def document(self, sql: str, *values: object) -> str | None:
        """The first column of the first row, if there is one."""
        found = self.rows(sql, *values)
        return str(found[0][0]) if found else None

    def execute(self, sql: str, *values: object) -> None:
        with self.changing():
            self._connection.execute(sql, values)

    def close(self) -> None:
        with self._lock:
            self._connection.close()
