"""Tokens shared by processes: how many are left, and how long a call waits for one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from mintage.azure.budget.ledger import _LOCK_SECONDS, Ledger, open_ledger
from mintage.azure.budget.limits import Limit

VM = Limit("vm get", capacity=36, per_minute=12)
SMALL = Limit("small", capacity=2, per_minute=60)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Ledger:
    return Ledger(tmp_path / "state" / "budget.sqlite", clock)


def test_a_full_bucket_lets_its_capacity_through_and_then_one_call_each_five_seconds(ledger: Ledger) -> None:
    assert [ledger.take([VM]) for _ in range(36)] == [0] * 36
    assert [ledger.take([VM]) for _ in range(3)] == [5, 10, 15]


def test_tokens_come_back_with_time_and_never_more_than_there_is_room_for(ledger: Ledger, clock: Clock) -> None:
    for _ in range(36):
        ledger.take([VM])
    clock.now += 10
    assert [round(ledger.take([VM]), 6) for _ in range(3)] == [0, 0, 5]
    clock.now += 3000
    assert [ledger.take([VM]) for _ in range(37)] == [0] * 36 + [5]


def test_the_slowest_of_a_calls_budgets_decides(ledger: Ledger) -> None:
    for _ in range(2):
        assert ledger.take([VM, SMALL]) == 0
    assert ledger.take([VM, SMALL]) == 1


def test_azure_knows_better_how_many_are_left(ledger: Ledger) -> None:
    ledger.correct(VM, 1)
    assert [ledger.take([VM]) for _ in range(2)] == [0, 5]
    ledger.correct(VM, 36)
    assert ledger.take([VM]) == 10, "a call that waits keeps its turn"


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "budget.sqlite"
    file.write_bytes(b"SQLite format 3\0" + bytes(4096))
    ledger = open_ledger(file)
    assert ledger.take([VM]) == 0
    ledger.close()


def test_a_file_that_cannot_be_written_is_not_waited_for(tmp_path: Path) -> None:
    """Of two that open it at once, one waits; here nobody else has it."""
    (tmp_path / "budget.sqlite-wal").mkdir()
    began = time.monotonic()
    with pytest.raises(sqlite3.OperationalError) as raised:
        open_ledger(tmp_path / "budget.sqlite")
    assert time.monotonic() - began < _LOCK_SECONDS / 2
    assert "locked" not in str(raised.value)


def test_azure_does_not_know_yet_of_calls_that_are_on_their_way(ledger: Ledger) -> None:
    for _ in range(35):
        ledger.take([VM])
    # The first of them was answered.
    ledger.correct(VM, 35)
    assert [ledger.take([VM]) for _ in range(2)] == [0, 5]


def test_after_a_refusal_everybody_waits_as_long_as_azure_asks_and_then_in_turn(ledger: Ledger) -> None:
    ledger.refused(VM, 30)
    assert [ledger.take([VM]) for _ in range(2)] == [30, 35]


def test_a_clock_that_was_set_back_neither_gives_nor_takes(ledger: Ledger, clock: Clock) -> None:
    ledger.take([SMALL])
    clock.now -= 500
    assert [ledger.take([SMALL]) for _ in range(2)] == [0, 1]


def test_what_azure_told_of_a_kind_of_call_is_known_to_the_next_process(tmp_path: Path, ledger: Ledger) -> None:
    ledger.learn("GET vms", Limit("HighCostGet3Min", 10, 3))
    ledger.learn("GET vms", Limit("HighCostGet3Min", 160, 53))
    ledger.learn("GET vms", Limit("HighCostGet3Min", 20, 7))
    assert Ledger(tmp_path / "state" / "budget.sqlite").learned("GET vms") == (Limit("HighCostGet3Min", 160, 53),)
    assert ledger.learned("GET disks") == ()


def test_what_was_not_used_for_an_hour_is_forgotten(tmp_path: Path, clock: Clock, ledger: Ledger) -> None:
    ledger.take([VM])
    clock.now += 3601
    again = Ledger(tmp_path / "state" / "budget.sqlite", clock)
    assert again._database.execute("SELECT count(*) FROM bucket").fetchone() == (0,)


PROCESS = """
import sys
from pathlib import Path
from mintage.azure.budget.ledger import Ledger
from mintage.azure.budget.limits import Limit
ledger = Ledger(Path(sys.argv[1]), clock=lambda: 1000.0)
print(*(ledger.take([Limit("shared", 50, 60)]) for _ in range(50)))
"""


def test_processes_share_the_tokens_to_the_last_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(PROCESS), str(tmp_path / "budget.sqlite")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    waits = sorted(float(word) for each in processes for word in each.communicate(timeout=60)[0].split())
    assert waits == [0.0] * 50 + [float(number) for number in range(1, 101)]
