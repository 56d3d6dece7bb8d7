"""What a server remembers, as text."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def database_text(state: Path) -> str:
    """Every row of the server's database."""
    with closing(sqlite3.connect(state / "state.sqlite")) as database:
        return "\n".join(database.iterdump())
