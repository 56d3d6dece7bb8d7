"""Transactions: whole or not at all, also where SQLite cannot end one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from localazure.database import Database, StoreError
from tests.support.server_state import filled

SCHEMA = """
CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY, meaning INTEGER REFERENCES meaning (id) DEFERRABLE
    INITIALLY DEFERRED);
CREATE TABLE IF NOT EXISTS meaning (id INTEGER PRIMARY KEY);
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "words.sqlite", SCHEMA)
    yield database
    database.close()


def add(database: Database, word: str) -> None:
    database.execute("INSERT INTO word VALUES (?, NULL)", word)


def words(database: Database) -> list[str]:
    return [text for (text,) in database.rows("SELECT text FROM word ORDER BY text")]


def test_a_failure_in_a_transaction_changes_nothing(database: Database) -> None:
    def change() -> None:
        with database.changing():
            add(database, "a")
            with database.changing():
                add(database, "b")
            raise LookupError

    with pytest.raises(LookupError):
        change()
    assert words(database) == []
    add(database, "c")
    assert words(database) == ["c"]


def test_a_full_disk_is_said_and_is_no_hindrance_once_it_has_room(database: Database) -> None:
    add(database, "before")
    with filled(database):
        for _ in range(2):
            with pytest.raises(StoreError, match=r"words\.sqlite: database or disk is full\. Make room"):
                add(database, "x" * 10**6)
        assert words(database) == ["before"]
    add(database, "x" * 10**6)
    assert len(words(database)) == 2


def test_a_transaction_that_cannot_be_ended_is_rolled_back_and_the_next_one_begins_anew(database: Database) -> None:
    """A COMMIT that fails leaves SQLite's transaction open."""
    database.rows("PRAGMA foreign_keys=ON")

    def change() -> None:
        with database.changing():
            database.execute("INSERT INTO word VALUES ('a', 7)")

    with pytest.raises(sqlite3.IntegrityError):
        change()
    assert words(database) == []
    add(database, "b")
    assert words(database) == ["b"]


def test_where_another_process_reads_a_commit_that_finds_it_in_the_way_is_said(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    durable, reader = Database(path, SCHEMA, durable=True), sqlite3.connect(path, isolation_level=None)
    durable.rows("PRAGMA busy_timeout=0")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM word").fetchall()
    with pytest.raises(StoreError, match=r"words\.sqlite: database is locked"):
        add(durable, "a")
    reader.execute("ROLLBACK")
    add(durable, "b")
    assert words(durable) == ["b"]
    reader.close()
    durable.close()
