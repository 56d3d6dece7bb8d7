"""Following several things at once, with a clock that the test turns."""

import signal
import time

import pytest

from mintage.azure.together import Waiting, finish, finish_all, rest
from mintage.errors import AzureRefused, DeadlinePassed


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def steps(*seen: str, result: str = "done") -> Waiting[str]:
    yield from seen
    return result


def forever(seen: str) -> Waiting[str]:
    while True:
        yield seen


def refused() -> Waiting[str]:
    yield "Creating"
    raise AzureRefused("No")


def test_all_are_begun_before_any_is_waited_for() -> None:
    order: list[str] = []

    def one(name: str) -> Waiting[str]:
        order.append(f"begin {name}")
        yield "Creating"
        order.append(f"end {name}")
        return name

    clock = Clock()
    assert finish_all({"a": one("a"), "b": one("b")}, seconds=9, clock=clock, sleep=clock.sleep) == {"a": "a", "b": "b"}
    assert order == ["begin a", "begin b", "end a", "end b"]


def test_results_are_in_the_order_asked_for_whoever_is_done_first() -> None:
    clock = Clock()
    results = finish_all({"slow": steps("Creating"), "quick": steps()}, seconds=9, clock=clock, sleep=clock.sleep)
    assert list(results) == ["slow", "quick"]


def test_progress_is_told_once_for_each_change() -> None:
    told: list[tuple[str, str]] = []
    clock = Clock()
    finish_all(
        {"vm": steps("Creating", "Creating", "Updating")},
        seconds=9,
        progress=lambda where, seen: told.append((where, seen)),
        clock=clock,
        sleep=clock.sleep,
    )
    assert told == [("vm", "Creating"), ("vm", "Updating")]


def test_a_deadline_says_what_was_seen_last_of_what_is_not_done() -> None:
    clock = Clock()
    with pytest.raises(DeadlinePassed) as raised:
        finish_all(
            {"/g/vnet": steps("Updating"), "/g/vm": forever("Creating")}, seconds=5, clock=clock, sleep=clock.sleep
        )
    assert (raised.value.where, raised.value.seen) == ("/g/vm", "vm: Creating")
    assert raised.value.transient


def test_the_first_error_ends_the_loop() -> None:
    clock = Clock()
    with pytest.raises(AzureRefused):
        finish_all({"a": forever("Creating"), "b": refused()}, seconds=99, clock=clock, sleep=clock.sleep)
    assert clock.now < 1


def test_a_signal_handler_that_raises_ends_the_wait_at_once() -> None:
    def cancelled(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGALRM, cancelled)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    begun = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            finish("vm", forever("Creating"), seconds=20)
    finally:
        signal.signal(signal.SIGALRM, former)
    assert time.monotonic() - begun < 2


def test_a_rest_lasts_as_long_as_it_says() -> None:
    begun = time.monotonic()
    finish("vm", rest(0.2, "Updating"), seconds=20)
    assert 0.2 <= time.monotonic() - begun < 2
