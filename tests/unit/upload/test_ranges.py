"""What is missing of a disk, and in which pieces it travels."""

from __future__ import annotations

import random
import threading

import pytest

from mintage.errors import DeadlinePassed
from mintage.upload import Seldom, until
from mintage.upload.parallel import send_all
from mintage.upload.ranges import LARGEST, Piece, pieces, total, without
from tests.support.fake_time import FakeTime


def test_what_is_missing_is_what_the_pages_say() -> None:
    chance = random.Random(3)  # noqa: S311 - the same on every run

    def some() -> list[tuple[int, int]]:
        edges = sorted(chance.sample(range(60), 2 * chance.randrange(6)))
        return list(zip(edges[::2], edges[1::2], strict=True))

    def pages(ranges: list[tuple[int, int]]) -> set[int]:
        return {page for first, ends in ranges for page in range(first, ends)}

    for _ in range(500):
        wanted, taken = some(), some()
        left = list(without(wanted, taken))
        assert pages(left) == pages(wanted) - pages(taken)
        assert all(first < ends for first, ends in left)
        assert left == sorted(left)


def test_a_range_travels_in_pieces_of_the_largest_size() -> None:
    ranges = [(512, 512 + 2 * LARGEST + 1024), (64 * LARGEST, 64 * LARGEST + 512)]
    assert list(pieces(ranges)) == [
        Piece(512, LARGEST),
        Piece(512 + LARGEST, LARGEST),
        Piece(512 + 2 * LARGEST, 1024),
        Piece(64 * LARGEST, 512),
    ]
    assert total(ranges) == 2 * LARGEST + 1536


def test_no_more_pieces_are_in_hand_than_there_are_workers() -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    taken: list[Piece] = []

    def todo() -> object:
        for number in range(50):
            taken.append(Piece(number, 1))
            yield taken[-1]

    def send(piece: Piece) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
            # What was taken from the list and is not done: nothing waits in memory beside the workers.
            assert len(taken) - sent <= 4
        with lock:
            at_once -= 1

    sent = 0

    def count(length: int) -> None:
        nonlocal sent
        sent += length

    send_all(todo(), send, count, workers=3)  # type: ignore[arg-type]
    assert sent == 50
    assert most <= 3


def test_progress_is_told_seldom_but_always_at_the_end() -> None:
    now, heard = 0.0, []
    progress = Seldom(lambda there, whole: heard.append(there), 5, clock=lambda: now)
    for there in range(21):
        progress(there, 20)
        now += 1.0
    assert heard == [0, 5, 10, 15, 20]
    progress(20, 20)
    assert heard[-2:] == [20, 20]


def test_the_first_error_ends_it_and_nothing_goes_on_afterwards() -> None:
    done: list[int] = []

    def send(piece: Piece) -> None:
        if piece.first == 5:
            raise ConnectionError("gone")
        done.append(piece.first)

    with pytest.raises(ConnectionError, match="gone"):
        send_all((Piece(number, 1) for number in range(1000)), send, lambda _: None, workers=2)
    assert len(done) < 20
    assert not [each.name for each in threading.enumerate() if each.name.startswith("upload")]


def test_an_upload_ends_when_its_time_is_over_unless_it_is_done() -> None:
    time, told = FakeTime(), list[tuple[int, int]]()
    progress = until(time.now + 10, "timeouts.upload", "web.vhd", lambda *seen: told.append(seen), time.clock)
    progress(1, 3)
    time.sleep(11)
    with pytest.raises(DeadlinePassed, match="1 of 3 bytes were there") as late:
        progress(1, 3)
    assert "timeouts.upload" in late.value.remedy
    progress(3, 3)
    assert told == [(1, 3), (3, 3)]
