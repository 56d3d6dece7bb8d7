"""Faults strike when they are due: counted, by chance that can be repeated, and across the server's life."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localazure.faults.fault import Stage
from localazure.faults.kinds.connections import ResetFault, SlowFault
from localazure.faults.kinds.operations import FailedOperationFault
from localazure.faults.kinds.status import StatusFault
from localazure.faults.ledger import Ledger
from localazure.faults.occasions import Occasion
from localazure.store import Store

CALL = Occasion("PUT Microsoft.Compute/disks", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "s.sqlite")
    yield store
    store.close()


def strikes(ledger: Ledger, times: int, call: Occasion = CALL) -> str:
    """``x`` for each call that was struck, ``.`` for the others."""
    return "".join("x" if ledger.due(Stage.ARRIVAL, call) else "." for _ in range(times))


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({}, "x....."),
        ({"count": 2}, "xx...."),
        ({"count": 0}, "xxxxxx"),
        ({"after": 3}, "...x.."),
        ({"after": 1, "count": 3}, ".xxx.."),
    ],
)
def test_a_fault_lets_pass_and_strikes_as_often_as_it_was_told(store: Store, given: dict[str, Any], seen: str) -> None:
    ledger = Ledger(store)
    ledger.add(ResetFault(**given))
    assert strikes(ledger, 6) == seen


def test_only_what_it_is_for_counts(store: Store) -> None:
    ledger = Ledger(store)
    ledger.add(ResetFault(operation="DELETE *", after=1))
    assert strikes(ledger, 3) == "..."
    assert ledger.listed()[0].matched == 0


def test_the_same_seed_strikes_at_the_same_calls(store: Store) -> None:
    def seen(seed: int) -> str:
        ledger = Ledger(store)
        ledger.clear()
        ledger.add(ResetFault(probability=0.3, count=0, seed=seed))
        return strikes(ledger, 200)

    first = seen(1)
    assert seen(1) == first
    assert seen(2) != first
    assert 40 <= first.count("x") <= 80


def test_counts_and_chance_go_on_under_the_next_server(store: Store) -> None:
    whole, interrupted = Ledger(store), ResetFault(probability=0.5, count=5, seed=7)
    whole.add(interrupted)
    seen = strikes(whole, 20)
    whole.clear()
    Ledger(store).add(interrupted)
    assert "".join(strikes(Ledger(store), 4) for _ in range(5)) == seen
    assert [(each.matched <= 20, each.struck) for each in Ledger(store).listed()] == [(True, 5)]


def test_the_oldest_that_is_due_strikes_and_later_ones_are_not_counted(store: Store) -> None:
    ledger = Ledger(store)
    first, second = ledger.add(StatusFault(status=500)), ledger.add(ResetFault())
    struck = [ledger.due(Stage.ARRIVAL, CALL) for _ in range(3)]
    assert [each.id if each else None for each in struck] == [first.id, second.id, None]


def test_each_part_of_a_call_has_faults_of_its_own(store: Store) -> None:
    ledger = Ledger(store)
    kinds = (SlowFault(seconds=1), ResetFault(when="after"), ResetFault(), FailedOperationFault())
    added = [ledger.add(fault).id for fault in kinds]
    stages = (Stage.DELIVERY, Stage.DEPARTURE, Stage.ARRIVAL, Stage.EFFECT)
    struck = [ledger.due(stage, CALL) for stage in stages]
    assert [each.id if each else None for each in struck] == added


def test_a_refused_call_did_not_use_up_its_fault(store: Store) -> None:
    ledger = Ledger(store)
    ledger.add(FailedOperationFault())

    def refused() -> None:
        with store.changing():
            assert ledger.ending(CALL) is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused()
    assert ledger.ending(CALL) is not None
    assert ledger.ending(CALL) is None


def test_numbers_are_never_given_twice(store: Store) -> None:
    ledger = Ledger(store)
    first = ledger.add(ResetFault())
    ledger.remove(first.id)
    assert ledger.empty
    assert ledger.add(ResetFault()).id != first.id
