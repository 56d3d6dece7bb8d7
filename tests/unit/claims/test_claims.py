"""A process that is alive is not taken for dead, and one that is dead not for alive."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from mintage.errors import BuildTaken
from tasks.claim import (
    DEAD_SECONDS,
    STOPPED,
    Claim,
    demand_free,
    is_at_work,
    living_claim,
    read_claim,
    write_claim,
)
from tests.support.claims import BUILD, ELSEWHERE, OWN
from tests.support.fake_time import FakeTime
from tests.support.until import until


def living(*seen: Claim | None) -> tuple[Claim | None, float]:
    """What comes of seeing these claims one after the other, the last one for ever; and how long that took."""
    time, left = FakeTime(), list(seen)
    found = living_claim(lambda: left.pop(0) if len(left) > 1 else left[0], OWN, time.clock, time.sleep)
    return found, time.passed


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
    until(lambda: gone.status() == psutil.STATUS_ZOMBIE)
    assert living(claim) == (None, 0)
    ended.wait()


def test_a_build_that_another_flow_run_works_on_is_refused() -> None:
    demand_free(ELSEWHERE, OWN, BUILD)
    with pytest.raises(BuildTaken, match="process 1 on another-host"):
        demand_free(ELSEWHERE.model_copy(update={"flow_run_id": "run-2"}), OWN, BUILD)


@pytest.mark.parametrize(
    ("claim", "at_work"),
    [
        (None, False),
        (OWN, True),
        (OWN.model_copy(update={"ended": True}), False),
        (OWN.model_copy(update={"seen": OWN.seen - timedelta(minutes=69)}), True),
        (OWN.model_copy(update={"seen": OWN.seen - timedelta(minutes=71)}), False),
        (ELSEWHERE.model_copy(update={"seen": OWN.seen + timedelta(minutes=3)}), True),
    ],
)
def test_a_process_that_gave_a_sign_of_life_lately_is_at_work(claim: Claim | None, at_work: bool) -> None:
    assert is_at_work(claim, OWN.seen) is at_work


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
