"""Which pages of a page blob were written, to the page: a blob's file would say it only to the block."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.database import Database

Range = tuple[int, int]
"""First byte, and the byte after the last."""


class PageRanges:
    """Of all blobs, by the name of their file. Neighbours are kept as one range."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, file: str, first: int, ends: int) -> None:
        with self._database.changing():
            touching = self._taken_out(file, first, ends, neighbours=True)
            self._insert(file, min([first, *(a for a, _ in touching)]), max([ends, *(b for _, b in touching)]))

    def remove(self, file: str, first: int, ends: int) -> None:
        with self._database.changing():
            for before, after in self._taken_out(file, first, ends, neighbours=False):
                if before < first:
                    self._insert(file, before, first)
                if after > ends:
                    self._insert(file, ends, after)

    def within(self, file: str, first: int, ends: int) -> Iterator[Range]:
        """What was written of these bytes, in order."""
        for before, after in self._overlapping(file, first, ends, neighbours=False):
            yield max(before, first), min(after, ends)

    def forget(self, file: str) -> None:
        self._database.execute("DELETE FROM pages WHERE file = ?", file)

    def _taken_out(self, file: str, first: int, ends: int, *, neighbours: bool) -> list[Range]:
        found = self._overlapping(file, first, ends, neighbours=neighbours)
        for before, _ in found:
            self._database.execute("DELETE FROM pages WHERE file = ? AND first = ?", file, before)
        return found

    def _overlapping(self, file: str, first: int, ends: int, *, neighbours: bool) -> list[Range]:
        # One that begins before ``first`` can only be the nearest: they do not overlap each other.
        edge = 0 if neighbours else 1
        sql = """SELECT first, ends FROM pages WHERE file = ? AND first <= ? AND ends >= ? AND first >= COALESCE(
                 (SELECT MAX(first) FROM pages WHERE file = ? AND first <= ?), 0) ORDER BY first"""
        rows = self._database.rows(sql, file, ends - edge, first + edge, file, first)
        return [(int(str(before)), int(str(after))) for before, after in rows]

    def _insert(self, file: str, first: int, ends: int) -> None:
        self._database.execute("INSERT INTO pages VALUES (?, ?, ?)", file, first, ends)
