"""One process at a time works on a build; one that lost it begins nothing more, and asks Azure nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from mintage.errors import ClaimUnknown
from tasks import guard as guard_module
from tasks.claim import DEAD_SECONDS, own_claim, read_claim, write_claim
from tasks.guard import Guard
from tasks.holding import HeldPolicy, demand_held, held, holding
from tasks.keeping import keep_first
from tasks.turns import take_turn
from tests.support.claims import BUILD, ELSEWHERE, OWN, guarding
from tests.support.fake_time import FakeTime
from tests.support.until import until


def test_of_processes_that_want_the_same_turn_one_gets_it() -> None:
    with ThreadPoolExecutor(8) as pool:
        wanting = [OWN.model_copy(update={"pid": number}) for number in range(1, 9)]
        taken = list(pool.map(lambda own: take_turn(BUILD, own, None), wanting))
    (mine,) = (each for each in taken if each)
    assert mine == read_claim(BUILD)
    assert mine.turn == 1


def test_a_turn_whose_process_died_before_it_said_so_is_passed_over() -> None:
    time, before = FakeTime(), take_turn(BUILD, OWN, None)
    keep_first(BUILD, "turn 2", ELSEWHERE)
    mine = take_turn(BUILD, OWN, before, clock=time.clock, sleep=time.sleep)
    assert mine
    assert mine.turn == 3
    assert time.passed >= DEAD_SECONDS


def test_a_process_that_slept_while_its_build_was_taken_over_leaves_though_the_claim_is_its_own_again() -> None:
    """It was stopped between its look at the claim and its sign of life, which went over the other's claim."""
    slept = take_turn(BUILD, OWN, None)
    other = take_turn(BUILD, ELSEWHERE, slept)
    assert slept
    assert other
    write_claim(BUILD, slept)
    left: list[str] = []
    guarding(slept, left).beat()
    assert left == ["Another process has taken the build over."]
    assert read_claim(BUILD) == slept
    guarding(other, left).beat()
    claim = read_claim(BUILD)
    assert claim
    assert (claim.host, claim.turn, claim.beats) == ("another-host", 2, 1)
    assert len(left) == 1


def test_a_process_that_lost_its_build_does_not_call_it_ended() -> None:
    slept = take_turn(BUILD, OWN, None)
    other = take_turn(BUILD, ELSEWHERE, slept)
    assert slept
    guarding(slept, []).end()
    assert read_claim(BUILD) == other


def test_a_step_is_not_begun_and_azure_not_called_by_a_process_whose_build_was_taken_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Left(Exception):
        pass

    def leave(why: str) -> None:
        raise Left(why)

    own, done = take_turn(BUILD, OWN, None), list[str]()
    assert own
    guard = Guard(BUILD, own, lambda: None, lambda: None, leave)
    with holding(guard):
        held(done.append)("mine")
        take_turn(BUILD, ELSEWHERE, own)
        with pytest.raises(Left):
            held(done.append)("another's")
        # A call in the middle of a step: only a process that was silent for long has to ask.
        demand_held()
        monkeypatch.setattr("tasks.guard._awake_or_not", lambda: guard._beaten + DEAD_SECONDS)
        with pytest.raises(Left, match="another-host"):
            HeldPolicy().on_request(None)  # type: ignore[arg-type]
    held(done.append)("nobody's")
    assert done == ["mine", "nobody's"]


def work(said: Path) -> None:
    """What a process does that has the build: it asks Azure something all the time."""
    vars(guard_module)["BEAT_SECONDS"] = 0.1
    own = take_turn(BUILD, own_claim("run-1"), None)
    assert own
    guard = Guard(BUILD, own, lambda: None, lambda: None)
    with guard.watching(), holding(guard), said.open("a", buffering=1) as out:
        while True:
            HeldPolicy().on_request(None)  # type: ignore[arg-type]
            out.write("asks\n")
            time.sleep(0.01)


def test_a_process_that_was_stopped_and_goes_on_when_its_build_is_another_s_asks_azure_nothing(tmp_path: Path) -> None:
    said = tmp_path / "said"
    said.touch()
    working = multiprocessing.get_context("fork").Process(target=work, args=(said,))
    working.start()
    try:
        until(lambda: said.stat().st_size > 0)
        os.kill(working.pid or 0, signal.SIGSTOP)
        until(lambda: psutil.Process(working.pid).status() == psutil.STATUS_STOPPED)
        asked = said.read_text().count("asks")
        time.sleep(0.5)
        other = take_turn(BUILD, ELSEWHERE, read_claim(BUILD))
        os.kill(working.pid or 0, signal.SIGCONT)
        working.join(10)
        assert working.exitcode == 0
    finally:
        working.kill()
        working.join()
    # The one that it was about to make when it was stopped, perhaps.
    assert said.read_text().count("asks") <= asked + 1
    assert other
    assert read_claim(BUILD) == other


def test_a_claim_that_cannot_be_read_is_worth_another_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OSError(5, "the share is away")

    monkeypatch.setattr("tasks.turns.read_claim", away)
    with holding(guarding(OWN, [])), pytest.raises(ClaimUnknown, match="the share is away") as unknown:
        demand_held(sure=True)
    assert unknown.value.transient
