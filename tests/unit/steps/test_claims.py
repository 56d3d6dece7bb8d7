"""One process at a time works on a build, and one that is alive is not taken for dead."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from prefect.client.schemas.objects import State
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore
from prefect.states import AwaitingRetry, Cancelled, Cancelling, Completed, Crashed, Pending, Running

from mintage.errors import BuildTaken
from tasks.claim import (
    DEAD_SECONDS,
    Claim,
    demand_free,
    is_at_work,
    living_claim,
    own_claim,
    read_claim,
    write_claim,
)
from tasks.guard import Guard

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
    (left,) = Told(Crashed()).done
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
