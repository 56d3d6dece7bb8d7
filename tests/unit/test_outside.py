"""The stopwatch counts what overlaps once."""

from __future__ import annotations

import threading
from contextlib import suppress

from mintage.outside import Stopwatch
from tests.support.fake_time import FakeTime


def test_blocks_within_blocks_count_once_and_a_running_one_counts_up_to_now() -> None:
    time = FakeTime()
    watch = Stopwatch(time.clock)
    with watch.running():
        time.sleep(1)
        with watch.running():
            time.sleep(2)
        assert watch.seconds == 3
    time.sleep(10)
    assert watch.seconds == 3
    with watch.running():
        time.sleep(4)
    assert watch.seconds == 7


def test_blocks_of_several_threads_count_once() -> None:
    time, begun, done = FakeTime(), threading.Event(), threading.Event()
    watch = Stopwatch(time.clock)

    def other() -> None:
        with watch.running():
            begun.set()
            done.wait()

    thread = threading.Thread(target=other)
    with watch.running():
        thread.start()
        begun.wait()
        time.sleep(1)
    time.sleep(1)
    done.set()
    thread.join()
    time.sleep(1)
    assert watch.seconds == 2


def test_a_block_that_fails_has_been_waited_for_too() -> None:
    time = FakeTime()
    watch = Stopwatch(time.clock)
    with suppress(ValueError), watch.running():
        time.sleep(1)
        raise ValueError
    assert watch.seconds == 1
