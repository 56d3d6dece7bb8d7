"""Everything localazure remembers, in one SQLite file: resources and operations survive any death of the server."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from localazure.arm.ids import ResourceId
from localazure.database import Database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (key TEXT PRIMARY KEY, type TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS resources_by_type ON resources (type);
CREATE TABLE IF NOT EXISTS operations (id TEXT PRIMARY KEY, status TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS operations_by_status ON operations (status);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, description TEXT NOT NULL,
    matched INTEGER NOT NULL DEFAULT 0, struck INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS recorded_calls (
    number INTEGER PRIMARY KEY AUTOINCREMENT, fault INTEGER NOT NULL, document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS recorded_calls_by_fault ON recorded_calls (fault);
"""


class Resource(BaseModel):
    """A resource as it stands. ``properties`` and ``extra`` are served; ``internal`` never leaves the server."""

    model_config = ConfigDict(extra="forbid")
    id: str
    location: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)
    properties: dict[str, Any] = Field(default_factory=dict)
    extra: dict[str, Any] = Field(default_factory=dict)
    """Top-level members beside the common ones: sku, plan, zones, identity, managedBy, etag."""
    internal: dict[str, Any] = Field(default_factory=dict)
    request: dict[str, Any] = Field(default_factory=dict)
    """The body last accepted, which a PATCH is merged into."""

    @property
    def rid(self) -> ResourceId:
        return ResourceId.parse(self.id)

    @property
    def state(self) -> str:
        return str(self.properties.get("provisioningState", "Succeeded"))


class Store:
    """Thread-safe. Reads and writes inside ``changing()`` are one transaction, and no other thread's come between."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA)

    def changing(self) -> AbstractContextManager[None]:
        """See ``Database.changing``: all or nothing, or StoreError."""
        return self._database.changing()

    def find(self, resource: ResourceId) -> Resource | None:
        rows = self._query("SELECT document FROM resources WHERE key = ?", resource.key)
        return Resource.model_validate_json(rows[0]) if rows else None

    def put(self, resource: Resource) -> None:
        rid = resource.rid
        sql = "INSERT INTO resources VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET document = excluded.document"
        self.execute(sql, rid.key, rid.type.lower(), resource.model_dump_json())

    def delete(self, resource: ResourceId) -> None:
        self.execute("DELETE FROM resources WHERE key = ?", resource.key)

    def of_type(self, full_type: str, *, under: ResourceId | None = None) -> list[Resource]:
        """All of a type in a subscription, a group or a parent resource, in order of their ids."""
        prefix = (under.key + "/") if under else "/"
        sql = "SELECT document FROM resources WHERE type = ? AND substr(key, 1, ?) = ? ORDER BY key"
        rows = self._query(sql, full_type.lower(), len(prefix), prefix)
        return [Resource.model_validate_json(row) for row in rows]

    def under(self, resource: ResourceId) -> list[Resource]:
        """Everything inside a group or a parent resource, in order of their ids."""
        prefix = resource.key + "/"
        sql = "SELECT document FROM resources WHERE substr(key, 1, ?) = ? ORDER BY key"
        return [Resource.model_validate_json(row) for row in self._query(sql, len(prefix), prefix)]

    def mentioning(self, full_type: str, resource: ResourceId) -> list[Resource]:
        """All of a type whose record holds this id anywhere; the caller looks where. In order of their ids."""
        sql = "SELECT document FROM resources WHERE type = ? AND instr(lower(document), ?) ORDER BY key"
        rows = self._query(sql, full_type.lower(), json.dumps(resource.key)[:-1])
        return [Resource.model_validate_json(row) for row in rows]

    def find_operation(self, operation_id: str) -> dict[str, Any] | None:
        rows = self._query("SELECT document FROM operations WHERE id = ?", operation_id)
        return json.loads(rows[0]) if rows else None

    def put_operation(self, operation_id: str, status: str, document: dict[str, Any]) -> None:
        sql = """INSERT INTO operations VALUES (?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET status = excluded.status, document = excluded.document"""
        self.execute(sql, operation_id, status, json.dumps(document))

    def operations_in(self, status: str) -> list[dict[str, Any]]:
        rows = self._query("SELECT document FROM operations WHERE status = ? ORDER BY rowid", status)
        return [json.loads(row) for row in rows]

    def close(self) -> None:
        self._database.close()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What a SELECT finds, for the parts of the server that keep a table of their own."""
        return self._database.rows(sql, *values)

    def execute(self, sql: str, *values: object) -> int:
        """Change a table. Returns the id of the row it inserted, if it did."""
        return self._database.execute(sql, *values)

    def _query(self, sql: str, *values: object) -> list[str]:
        return [row[0] for row in self.rows(sql, *values)]
