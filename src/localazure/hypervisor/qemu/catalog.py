"""The durable bookkeeping of disks and layers: which file each one is, and which file stands on which.

A *node* is a qcow2 file. A disk or a layer points at one; a node may stand on another, its backing.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from localazure.database import Database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS node (id TEXT PRIMARY KEY, backing TEXT REFERENCES node (id), size INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS disk (id TEXT PRIMARY KEY, node TEXT NOT NULL REFERENCES node (id));
CREATE TABLE IF NOT EXISTS layer (id TEXT PRIMARY KEY, node TEXT NOT NULL REFERENCES node (id));
CREATE TABLE IF NOT EXISTS freeze (
    disk TEXT PRIMARY KEY, layer TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL REFERENCES node (id)
);
"""
_UNUSED = """
WITH RECURSIVE used (id) AS (
    SELECT node FROM disk UNION SELECT node FROM layer UNION SELECT new FROM freeze
    UNION SELECT backing FROM node JOIN used USING (id) WHERE backing IS NOT NULL
) SELECT id FROM node WHERE id NOT IN (SELECT id FROM used)
"""


class Node(NamedTuple):
    id: str
    backing: str | None
    size: int


class Freeze(NamedTuple):
    """A disk on its way from node ``old``, which becomes ``layer``, to the fresh node ``new``."""

    disk: str
    layer: str
    old: str
    new: str


class Catalog:
    """Thread-safe; every method is one transaction, on disk when it returns. They raise StoreError when it is full."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, durable=True)

    def close(self) -> None:
        self._database.close()

    def disk(self, disk_id: str) -> Node | None:
        return self._node("SELECT node.* FROM node JOIN disk ON node.id = disk.node WHERE disk.id = ?", disk_id)

    def layer(self, layer: str) -> Node | None:
        return self._node("SELECT node.* FROM node JOIN layer ON node.id = layer.node WHERE layer.id = ?", layer)

    def add_disk(self, disk_id: str, node: Node) -> None:
        with self._database.changing():
            self._database.execute("INSERT INTO node VALUES (?, ?, ?)", *node)
            self._database.execute("INSERT INTO disk VALUES (?, ?)", disk_id, node.id)

    def add_layer(self, layer: str, node: Node) -> None:
        with self._database.changing():
            self._database.execute("INSERT INTO node VALUES (?, ?, ?)", *node)
            self._database.execute("INSERT INTO layer VALUES (?, ?)", layer, node.id)

    def set_size(self, node_id: str, size: int) -> None:
        with self._database.changing():
            self._database.execute("UPDATE node SET size = ? WHERE id = ?", size, node_id)

    def freeze_of(self, disk_id: str) -> Freeze | None:
        row = self._database.first("SELECT * FROM freeze WHERE disk = ?", disk_id)
        return Freeze(*row) if row else None

    def begin_freeze(self, freeze: Freeze, new: Node) -> None:
        with self._database.changing():
            self._database.execute("INSERT INTO node VALUES (?, ?, ?)", *new)
            self._database.execute("INSERT INTO freeze VALUES (?, ?, ?, ?)", *freeze)

    def end_freeze(self, freeze: Freeze) -> None:
        """The layer exists from here on, and the disk goes on above it."""
        with self._database.changing():
            self._database.execute("INSERT INTO layer VALUES (?, ?)", freeze.layer, freeze.old)
            self._database.execute("UPDATE disk SET node = ? WHERE id = ?", freeze.new, freeze.disk)
            self._database.execute("DELETE FROM freeze WHERE disk = ?", freeze.disk)

    def forget_freeze(self, disk_id: str) -> None:
        with self._database.changing():
            self._database.execute("DELETE FROM freeze WHERE disk = ?", disk_id)

    def forget_disk(self, disk_id: str) -> None:
        with self._database.changing():
            self._database.execute("DELETE FROM freeze WHERE disk = ?", disk_id)
            self._database.execute("DELETE FROM disk WHERE id = ?", disk_id)

    def forget_layer(self, layer: str) -> None:
        with self._database.changing():
            self._database.execute("DELETE FROM layer WHERE id = ?", layer)

    def drop_unused(self) -> None:
        """Forget the nodes on which nothing stands."""
        with self._database.changing():
            for (node,) in self._database.rows(_UNUSED):
                self._database.execute("DELETE FROM node WHERE id = ?", node)

    def nodes(self) -> set[str]:
        return {row[0] for row in self._database.rows("SELECT id FROM node")}

    def _node(self, sql: str, name: str) -> Node | None:
        row = self._database.first(sql, name)
        return Node(*row) if row else None
