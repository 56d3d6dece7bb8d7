"""One process at a time works on a build, and one that is alive is not taken for dead."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from prefect.client.schemas.objects import State
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore
from prefect.states import AwaitingRetry, Cancelled, Cancelling, Completed, Crashed, Pending, Running

from mintage.errors import BuildTaken, ClaimUnknown
from tasks import guard as guard_module
from tasks.claim import (
    DEAD_SECONDS,
    STOPPED,
    Claim,
    demand_free,
    is_at_work,
    living_claim,
    own_claim,
    read_claim,
    write_claim,
)
from tasks.guard import Guard
from tasks.holding import HeldPolicy, demand_held, held, holding
from tasks.keeping import keep_first
from tasks.turns import take_turn

BUILD = "0123456789ab"
OWN = own_claim("run-1")
ELSEWHERE = Claim(flow_run_id="run-1", host="another-host", pid=1, born=1.0, seen=OWN.seen)


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results in a folder, without a server that says where."""
    store = ResultStore(result_storage=LocalFileSystem(basepath=str(tmp_path)))
    monkeypatch.setattr("tasks.keeping.get_result_store", lambda: store)


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def living(*seen: Claim | None) -> tuple[Claim | None, float]:
    """What comes of seeing these claims one after the other, the last one for ever; and how long that took."""
    time, left = Time(), list(seen)
    found = living_claim(lambda: left.pop(0) if len(left) > 1 else left[0], OWN, time.clock, time.sleep)
    return found, time.now


def test_a_claim_is_read_as_it_was_written() -> None:
    assert read_claim(BUILD) is None
    write_claim(BUILD, OWN)
    assert read_claim(BUILD) == OWN
    assert OWN.pid == os.getpid()


def test_a_build_is_free_when_nobody_worked_on_it_or_that_ended() -> None:
    assert living(None) == (None, 0)
    assert living(ELSEWHERE.model_copy(update={"ended": True})) == (None, 0)
    assert living(OWN) == (None, 0)


def test_a_process_of_this_host_that_is_gone_is_known_to_be_dead_at_once() -> None:
    gone = OWN.model_copy(update={"pid": 2**22 - 1})
    used_again = OWN.model_copy(update={"pid": os.getppid(), "born": 1.0})
    assert living(gone) == (None, 0)
    assert living(used_again) == (None, 0)


def test_a_container_of_the_same_name_has_pids_of_its_own() -> None:
    other = OWN.model_copy(update={"pids": "another", "pid": 2**22 - 1})
    found, seconds = living(other, other.model_copy(update={"beats": 1}))
    assert found
    assert seconds == 1
    assert OWN.model_copy(update={"pids": "another"}).process != OWN.process


def test_a_process_elsewhere_is_dead_when_its_claim_stays_the_same() -> None:
    found, seconds = living(ELSEWHERE)
    assert found is None
    assert seconds >= DEAD_SECONDS


def test_a_process_elsewhere_lives_when_its_claim_beats_also_after_a_moment_when_it_could_not_be_read() -> None:
    beaten = ELSEWHERE.model_copy(update={"beats": 1})
    assert living(ELSEWHERE, ELSEWHERE, None, beaten) == (beaten, 3)


def test_one_that_ends_while_it_is_looked_at_leaves_the_build_free() -> None:
    assert living(ELSEWHERE, ELSEWHERE.model_copy(update={"ended": True})) == (None, 1)


def test_a_living_process_of_this_host_is_found() -> None:
    parent = psutil.Process(os.getppid())
    claim = OWN.model_copy(update={"pid": parent.pid, "born": parent.create_time()})
    beaten = claim.model_copy(update={"beats": 7})
    assert living(claim, beaten) == (beaten, 1)


def test_a_process_of_this_host_that_is_there_is_not_taken_for_dead_because_it_is_silent() -> None:
    """A host that is too busy to let it give a sign of life is no reason to do its work a second time."""
    with process() as alive:
        claim = claim_of(alive)
        found, seconds = living(claim)
        assert found == claim
        assert seconds >= DEAD_SECONDS
        assert alive.is_running()


def test_a_process_of_this_host_that_was_stopped_is_ended_before_its_build_is_taken_over() -> None:
    with process() as stopped:
        stopped.suspend()
        silent = claim_of(stopped).model_copy(update={"seen": datetime.now(UTC) - STOPPED - timedelta(seconds=1)})
        found, _ = living(silent)
        assert found is None
        assert not stopped.is_running() or stopped.status() == psutil.STATUS_ZOMBIE


def test_a_process_that_ended_and_that_nobody_asked_how_is_dead() -> None:
    ended = subprocess.Popen(["true"])
    gone = psutil.Process(ended.pid)
    claim = claim_of(gone)
    wait_until(lambda: gone.status() == psutil.STATUS_ZOMBIE)
    assert living(claim) == (None, 0)
    ended.wait()


@contextmanager
def process() -> Iterator[psutil.Process]:
    """Another one of this host."""
    sleeping = subprocess.Popen(["sleep", "60"])
    try:
        yield psutil.Process(sleeping.pid)
    finally:
        sleeping.kill()
        sleeping.wait()


def claim_of(process: psutil.Process) -> Claim:
    return OWN.model_copy(update={"pid": process.pid, "born": process.create_time(), "seen": datetime.now(UTC)})


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_of_processes_that_want_the_same_turn_one_gets_it() -> None:
    with ThreadPoolExecutor(8) as pool:
        wanting = [OWN.model_copy(update={"pid": number}) for number in range(1, 9)]
        taken = list(pool.map(lambda own: take_turn(BUILD, own, None), wanting))
    (mine,) = (each for each in taken if each)
    assert mine == read_claim(BUILD)
    assert mine.turn == 1


def test_a_turn_whose_process_died_before_it_said_so_is_passed_over() -> None:
    time, before = Time(), take_turn(BUILD, OWN, None)
    keep_first(BUILD, "turn 2", ELSEWHERE)
    mine = take_turn(BUILD, OWN, before, clock=time.clock, sleep=time.sleep)
    assert mine
    assert mine.turn == 3
    assert time.now >= DEAD_SECONDS


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


def test_no_sign_of_life_follows_the_end() -> None:
    own = take_turn(BUILD, OWN, None)
    assert own
    guard = guarding(own, [])
    guard.end()
    guard.beat()
    claim = read_claim(BUILD)
    assert claim
    assert claim.ended


def guarding(own: Claim, left: list[str]) -> Guard:
    return Guard(BUILD, own, lambda: None, lambda: None, left.append)


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
        wait_until(lambda: said.stat().st_size > 0)
        os.kill(working.pid or 0, signal.SIGSTOP)
        wait_until(lambda: psutil.Process(working.pid).status() == psutil.STATUS_STOPPED)
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


def test_signs_of_life_do_not_wait_for_a_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    own, hangs = take_turn(BUILD, OWN, None), threading.Event()
    assert own
    monkeypatch.setattr("tasks.guard.BEAT_SECONDS", 0.01)

    def ask() -> None:
        hangs.wait(10)

    guard = Guard(BUILD, own, ask, lambda: None)
    with guard.watching():
        wait_until(lambda: guard.own.beats > 5)
        hangs.set()


def test_a_build_that_another_flow_run_works_on_is_refused() -> None:
    demand_free(ELSEWHERE, OWN, BUILD)
    with pytest.raises(BuildTaken, match="process 1 on another-host"):
        demand_free(ELSEWHERE.model_copy(update={"flow_run_id": "run-2"}), OWN, BUILD)


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


@pytest.mark.parametrize(
    ("claim", "at_work"),
    [
        (None, False),
        (OWN, True),
        (OWN.model_copy(update={"ended": True}), False),
        (OWN.model_copy(update={"seen": OWN.seen - timedelta(minutes=4)}), True),
        (OWN.model_copy(update={"seen": OWN.seen - timedelta(minutes=6)}), False),
        (ELSEWHERE.model_copy(update={"seen": OWN.seen + timedelta(minutes=3)}), True),
    ],
)
def test_a_process_that_gave_a_sign_of_life_lately_is_at_work(claim: Claim | None, at_work: bool) -> None:
    assert is_at_work(claim, OWN.seen) is at_work
