"""What is done beside a build's steps: signs of life, and looks at what the server says of the run."""

from __future__ import annotations

import threading

import pytest
from prefect.client.schemas.objects import State
from prefect.states import AwaitingRetry, Cancelled, Cancelling, Completed, Crashed, Pending, Running

from tasks.claim import read_claim, write_claim
from tasks.guard import Guard
from tasks.turns import take_turn
from tests.support.claims import BUILD, ELSEWHERE, OWN, guarding
from tests.support.until import until


class Told:
    """A guard, and what it did."""

    def __init__(self, *states: State | None) -> None:
        self.done: list[str] = []
        left = list(states)
        self.guard = Guard(
            BUILD,
            OWN,
            lambda: left.pop(0) if left else None,
            lambda: self.done.append("runs"),
            lambda why: self.done.append(f"left: {why}"),
            lambda: self.done.append("stopped"),
        )
        for _ in states or (None,):
            self.guard.beat()
            self.guard.look()


def test_a_guard_keeps_the_claim_beating() -> None:
    Told(Running(), Running())
    claim = read_claim(BUILD)
    assert claim
    assert claim.beats == 2


@pytest.mark.parametrize("wrong", [Crashed(), AwaitingRetry(), Pending()], ids=lambda state: state.name)
def test_what_the_server_wrongly_says_of_a_living_run_is_put_right(wrong: State) -> None:
    assert Told(Running(), wrong, Completed(), None).done == ["runs"]


def test_a_cancelled_run_is_left_to_its_worker_for_twenty_seconds_and_then_ends_itself_once() -> None:
    assert Told(Cancelling(), Cancelling(), Cancelling()).done == []
    assert Told(*[Cancelling()] * 8).done == ["stopped"]
    assert Told(*[Cancelled()] * 4).done == ["stopped"]


def test_a_process_whose_build_was_taken_over_leaves_and_does_not_touch_the_claim() -> None:
    write_claim(BUILD, ELSEWHERE)
    (left,) = Told(None).done
    assert "Process 1 on another-host" in left
    assert read_claim(BUILD) == ELSEWHERE


def test_no_sign_of_life_follows_the_end() -> None:
    own = take_turn(BUILD, OWN, None)
    assert own
    guard = guarding(own, [])
    guard.end()
    guard.beat()
    claim = read_claim(BUILD)
    assert claim
    assert claim.ended


def test_signs_of_life_do_not_wait_for_a_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    own, hangs = take_turn(BUILD, OWN, None), threading.Event()
    assert own
    monkeypatch.setattr("tasks.guard.BEAT_SECONDS", 0.01)

    def ask() -> None:
        hangs.wait(10)

    guard = Guard(BUILD, own, ask, lambda: None)
    with guard.watching():
        until(lambda: guard.own.beats > 5)
        hangs.set()
