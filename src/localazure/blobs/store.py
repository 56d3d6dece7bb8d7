"""Accounts, containers and page blobs, over a folder."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from localazure.blobs.database import document, open_database
from localazure.blobs.errors import BlobError
from localazure.blobs.page_ranges import PageRanges, Range
from localazure.blobs.records import Account, Container, PageBlob, Place, Policy

_ZEROS = 4 * 1024 * 1024
"""Bytes cleared at once."""


class BlobStore:
    """Thread-safe. A blob's bytes are in a sparse file of its own size in ``folder/pages``."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / "pages"
        self._files.mkdir(parents=True, exist_ok=True)
        self._database = open_database(folder / "blobs.sqlite")
        self._ranges = PageRanges(self._database)
        self._sweep()

    def close(self) -> None:
        self._database.close()

    # ------------------------------------------------------------------ accounts and containers

    def put_account(self, account: Account) -> None:
        sql = "INSERT OR REPLACE INTO accounts VALUES (?, ?)"
        self._database.execute(sql, account.name, account.model_dump_json())

    def account(self, name: str) -> Account | None:
        found = document(self._database, "SELECT document FROM accounts WHERE account = ?", name)
        return Account.model_validate_json(found) if found else None

    def delete_account(self, name: str) -> None:
        """With all that is in it."""
        for container, _ in self.containers(name):
            self.delete_container(name, container)
        self._database.execute("DELETE FROM accounts WHERE account = ?", name)

    def put_container(
        self, account: str, name: str, metadata: Mapping[str, str], policies: Mapping[str, Policy] | None = None
    ) -> Container:
        made = Container(etag=_etag(), modified=_now(), metadata=dict(metadata), policies=dict(policies or {}))
        sql = "INSERT OR REPLACE INTO containers VALUES (?, ?, ?)"
        self._database.execute(sql, account, name, made.model_dump_json())
        return made

    def container(self, account: str, name: str) -> Container | None:
        sql = "SELECT document FROM containers WHERE account = ? AND container = ?"
        found = document(self._database, sql, account, name)
        return Container.model_validate_json(found) if found else None

    def containers(self, account: str) -> list[tuple[str, Container]]:
        sql = "SELECT container, document FROM containers WHERE account = ? ORDER BY container"
        rows = self._database.rows(sql, account)
        return [(str(name), Container.model_validate_json(str(document))) for name, document in rows]

    def delete_container(self, account: str, name: str) -> None:
        for blob, _ in self.blobs(account, name):
            self.delete_blob(Place(account, name, blob))
        self._database.execute("DELETE FROM containers WHERE account = ? AND container = ?", account, name)

    # ------------------------------------------------------------------ blobs

    def create_blob(
        self, place: Place, size: int, *, metadata: Mapping[str, str] = {}, content: Mapping[str, str] = {}
    ) -> PageBlob:
        """A blob of zeros, in place of what was there."""
        file = uuid.uuid4().hex
        with (self._files / file).open("wb") as pages:
            pages.truncate(size)
        return self.adopt_file(place, file, metadata=metadata, content=content)

    def new_file(self) -> tuple[str, Path]:
        """A name for a file that ``adopt_file`` is to take, and where to write it."""
        file = uuid.uuid4().hex
        return file, self._files / file

    def adopt_file(
        self, place: Place, file: str, *, metadata: Mapping[str, str] = {}, content: Mapping[str, str] = {}
    ) -> PageBlob:
        """Make a blob of a file of ``new_file``: its pages are those where the file has data."""
        path, now = self._files / file, _now()
        size = path.stat().st_size
        blob = PageBlob(
            file=file, size=size, etag=_etag(), created=now, modified=now, metadata=dict(metadata),
            content=dict(content),
        )  # fmt: skip
        with self._database.changing():
            self.delete_blob(place)
            for first, ends in _data_ranges(path, size):
                self._ranges.add(file, first, ends)
            self._save(place, blob)
        return blob

    def blob(self, place: Place) -> PageBlob | None:
        sql = "SELECT document FROM blobs WHERE account = ? AND container = ? AND blob = ?"
        found = document(self._database, sql, place.account, place.container, place.blob)
        return PageBlob.model_validate_json(found) if found else None

    def blobs(self, account: str, container: str) -> list[tuple[str, PageBlob]]:
        sql = "SELECT blob, document FROM blobs WHERE account = ? AND container = ? ORDER BY blob"
        rows = self._database.rows(sql, account, container)
        return [(str(name), PageBlob.model_validate_json(str(document))) for name, document in rows]

    def change_blob(self, place: Place, **changes: object) -> PageBlob:
        """Set fields of the record; a new ``size`` cuts or grows the file too. Raises BlobError 404."""
        with self._database.changing():
            blob = self.existing(place)
            changed = blob.model_copy(update={**changes, "etag": _etag(), "modified": _now()})
            if changed.size != blob.size:
                os.truncate(self._files / blob.file, changed.size)
                self._ranges.remove(blob.file, changed.size, blob.size)
            self._save(place, changed)
        return changed

    def existing(self, place: Place) -> PageBlob:
        blob = self.blob(place)
        if blob is None:
            raise BlobError(404, "BlobNotFound", "The specified blob does not exist.")
        return blob

    def delete_blob(self, place: Place) -> None:
        """A blob that is not there is no matter."""
        blob = self.blob(place)
        if blob is None:
            return
        with self._database.changing():
            sql = "DELETE FROM blobs WHERE account = ? AND container = ? AND blob = ?"
            self._database.execute(sql, place.account, place.container, place.blob)
            self._ranges.forget(blob.file)
        (self._files / blob.file).unlink(missing_ok=True)

    # ------------------------------------------------------------------ pages

    def path(self, blob: PageBlob) -> Path:
        return self._files / blob.file

    def write_pages(self, blob: PageBlob, first: int, data: bytes) -> None:
        """The bytes are in the file before the record says so: a death between leaves pages that are sent again."""
        self._pwrite(blob, first, data)
        self._ranges.add(blob.file, first, first + len(data))

    def clear_pages(self, blob: PageBlob, first: int, ends: int) -> None:
        for before, after in list(self._ranges.within(blob.file, first, ends)):
            for at in range(before, after, _ZEROS):
                self._pwrite(blob, at, bytes(min(_ZEROS, after - at)))
        self._ranges.remove(blob.file, first, ends)

    def read(self, blob: PageBlob, first: int, length: int) -> bytes:
        with self.path(blob).open("rb") as pages:
            return os.pread(pages.fileno(), length, first)

    def page_ranges(self, blob: PageBlob, first: int, ends: int) -> Iterator[Range]:
        return self._ranges.within(blob.file, first, ends)

    def _pwrite(self, blob: PageBlob, first: int, data: bytes) -> None:
        with self.path(blob).open("r+b") as pages:
            written = os.pwrite(pages.fileno(), data, first)
        if written != len(data):
            raise BlobError(500, "InternalError", f"The host's disk took {written} of {len(data)} bytes.")

    def _save(self, place: Place, blob: PageBlob) -> None:
        sql = "INSERT OR REPLACE INTO blobs VALUES (?, ?, ?, ?)"
        self._database.execute(sql, place.account, place.container, place.blob, blob.model_dump_json())

    def _sweep(self) -> None:
        """Remove the files of calls that were cut off before the record of their blob."""
        rows = self._database.rows("SELECT json_extract(document, '$.file') FROM blobs")
        kept = {str(row[0]) for row in rows}
        for path in self._files.iterdir():
            if path.name not in kept:
                path.unlink()


def _data_ranges(path: Path, size: int) -> Iterator[Range]:
    """Where the file system keeps data of a file, which may be more than was written."""
    with path.open("rb") as file:
        at = 0
        while at < size:
            try:
                first = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError:
                return
            at = min(os.lseek(file.fileno(), first, os.SEEK_HOLE), size)
            yield first, at


def _etag() -> str:
    return f'"0x{uuid.uuid4().hex[:15].upper()}"'


def _now() -> datetime:
    return datetime.now(UTC)
