"""What a build keeps in a folder that several machines share, seen from another of them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tasks.course import Course
from tasks.keeping import keep, recall, result_key
from tests.support.kept_results import keep_results_in

BUILD = "0123456789ab"
LONG = Course(rounds={f"step {number}": 2 for number in range(20_000)})
"""Writing it takes a while."""


@pytest.fixture(autouse=True)
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keep_results_in(tmp_path, monkeypatch)
    return tmp_path


def test_what_is_kept_again_and_again_is_never_seen_half_written(share: Path) -> None:
    keep(BUILD, "course", LONG)
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            keep(BUILD, "course", LONG)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert [recall(BUILD, "course", Course) for _ in range(20)] == [LONG] * 20
    finally:
        over.set()
        writer.join()
    assert [each.name for each in (share / "build" / BUILD).iterdir()] == ["course"]


def test_what_was_never_kept_is_not_there() -> None:
    assert recall(BUILD, "course", Course) is None


def test_what_cannot_be_read_is_not_taken_for_what_was_never_kept(share: Path) -> None:
    # As root may read everything: what is no file cannot be read either.
    (share / result_key(BUILD, "course")).mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        recall(BUILD, "course", Course)


def test_a_result_that_prefect_did_not_write_to_its_end_is_made_again(share: Path) -> None:
    keep(BUILD, "course", Course())
    file = share / result_key(BUILD, "course")
    file.write_bytes(file.read_bytes()[:20])
    assert recall(BUILD, "course", Course) is None
