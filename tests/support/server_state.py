"""What a server remembers: as text, and where it has no room."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from localazure.database import Database


def database_text(state: Path) -> str:
    """Every row of the server's database."""
    with closing(sqlite3.connect(state / "state.sqlite")) as database:
        return "\n".join(database.iterdump())


@contextmanager
def filled(database: Database, *, entirely: bool = False) -> Iterator[None]:
    """A disk without room for more of the state; ``entirely``: nor for any change of it."""
    connection = database._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    connection.execute(f"PRAGMA query_only={'ON' if entirely else 'OFF'}")
    yield
    connection.execute("PRAGMA query_only=OFF")
    connection.execute("PRAGMA max_page_count=1000000")
