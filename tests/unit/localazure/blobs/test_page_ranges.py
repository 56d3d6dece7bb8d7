"""Which pages were written is known to the page, and outlives the server."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from localazure.blobs.database import open_database
from localazure.blobs.page_ranges import PageRanges
from localazure.blobs.records import Place
from localazure.blobs.store import BlobStore

PLACE = Place("account", "container", "blob")


@pytest.fixture
def ranges(tmp_path: Path) -> PageRanges:
    return PageRanges(open_database(tmp_path / "blobs.sqlite"))


def within(ranges: PageRanges, first: int, ends: int) -> list[tuple[int, int]]:
    return list(ranges.within("file", first, ends))


def test_neighbours_become_one_range_and_what_is_cleared_parts_it(ranges: PageRanges) -> None:
    ranges.add("file", 0, 512)
    ranges.add("file", 1024, 2048)
    ranges.add("file", 512, 1024)
    assert within(ranges, 0, 4096) == [(0, 2048)]
    ranges.remove("file", 512, 1024)
    assert within(ranges, 0, 4096) == [(0, 512), (1024, 2048)]
    assert within(ranges, 256, 1500) == [(256, 512), (1024, 1500)]
    ranges.forget("file")
    assert within(ranges, 0, 4096) == []


def test_any_order_of_writing_and_clearing_gives_what_a_list_of_pages_would(ranges: PageRanges) -> None:
    chance, pages = random.Random(7), [False] * 64  # noqa: S311 - the same on every run  # noqa: S311 - the same on every run
    for _ in range(400):
        first = chance.randrange(64)
        ends = chance.randrange(first + 1, 65)
        written = chance.random() < 0.5
        (ranges.add if written else ranges.remove)("file", first, ends)
        pages[first:ends] = [written] * (ends - first)
        found = {page for a, b in within(ranges, 0, 64) for page in range(a, b)}
        assert found == {page for page, there in enumerate(pages) if there}


def test_a_blob_outlives_the_server_and_half_made_files_do_not(tmp_path: Path) -> None:
    first = BlobStore(tmp_path)
    blob = first.create_blob(PLACE, 4096, metadata={"a": "b"})
    first.write_pages(blob, 512, b"x" * 512)
    first.new_file()[1].write_bytes(b"cut off")
    first.close()
    second = BlobStore(tmp_path)
    found = second.existing(PLACE)
    assert found.metadata == {"a": "b"}
    assert list(second.page_ranges(found, 0, 4096)) == [(512, 1024)]
    assert second.read(found, 512, 512) == b"x" * 512
    assert [path.name for path in (tmp_path / "pages").iterdir()] == [found.file]
    second.close()


def test_clearing_gives_zeros_and_a_smaller_blob_forgets_its_end(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    blob = store.create_blob(PLACE, 4096)
    store.write_pages(blob, 0, b"x" * 4096)
    store.clear_pages(blob, 512, 1536)
    assert store.read(blob, 0, 2048) == b"x" * 512 + bytes(1024) + b"x" * 512
    smaller = store.change_blob(PLACE, size=2048)
    assert list(store.page_ranges(smaller, 0, 4096)) == [(0, 512), (1536, 2048)]
    store.close()
