"""The blob service's memory, beside the files that hold the pages."""

from __future__ import annotations

from pathlib import Path

from localazure.database import Database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (account TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS containers (
    account TEXT, container TEXT, document TEXT NOT NULL, PRIMARY KEY (account, container));
CREATE TABLE IF NOT EXISTS blobs (
    account TEXT, container TEXT, blob TEXT, document TEXT NOT NULL, PRIMARY KEY (account, container, blob));
CREATE TABLE IF NOT EXISTS pages (file TEXT, first INTEGER, ends INTEGER, PRIMARY KEY (file, first));
"""


def open_database(path: Path) -> Database:
    return Database(path, _SCHEMA)


def document(database: Database, sql: str, *values: object) -> str | None:
    """The first column of the first row, if there is one."""
    found = database.first(sql, *values)
    return str(found[0]) if found else None
