"""What `make chaos` strikes, and how it counts what became of the builds."""

from typing import Any

import pytest

from chaos.__main__ import COLUMNS, row_of
from chaos.build import Outcome, finished_twice
from chaos.cases import Case, Kind, System, fault_of, sampled
from chaos.journal import Entry, Event
from chaos.results import CaseResult, Results, counted

GOOD = Outcome(published=True, attempts=2, seconds=6.0, versions=1)
COUNTS = ("lost", "leaked", "duplicates", "published_unverified", "finished_steps_run_twice")


def result(operation: str = "PUT a", **outcome: Any) -> CaseResult:
    case = Case(system=System.LINUX, kind=Kind.KILL_BUILD, call=7, when="after")
    return CaseResult(case=case, operation=operation, outcome=GOOD.model_copy(update=outcome), extra_seconds=1.0)


def results(*cases: CaseResult) -> Results:
    return counted(cases, seed=0, every=1)


def test_builds_that_went_on_fail_nothing() -> None:
    found = results(result(), result())
    assert (found.runs, found.not_reached, found.failures) == (2, 0, 0)


@pytest.mark.parametrize(
    ("count", "outcome"),
    [
        ("lost", {"published": False}),
        ("leaked", {"leaked": ("/subscriptions/s/resourceGroups/g",)}),
        ("duplicates", {"versions": 2}),
        ("published_unverified", {"unverified": 1}),
        ("finished_steps_run_twice", {"finished_twice": ("provision",)}),
    ],
)
def test_what_must_not_be_is_counted_and_is_a_failure(count: str, outcome: dict[str, Any]) -> None:
    found = results(result(), result(**outcome))
    assert {name: getattr(found, name) for name in COUNTS} == dict.fromkeys(COUNTS, 0) | {count: 1}
    assert found.failures == 1


def test_what_the_sweeper_took_is_no_leak() -> None:
    assert results(result(swept=("/subscriptions/s/resourceGroups/g",))).failures == 0


def test_a_case_whose_call_was_never_made_is_told() -> None:
    assert results(result(), result(operation="")).not_reached == 1


def test_a_step_done_twice_counts_unless_the_build_went_back() -> None:
    done = Entry(event=Event.DONE, step="capture")
    again = Entry(event=Event.AGAIN, step="capture")
    found = Entry(event=Event.FOUND, step="capture")
    assert finished_twice([done, done]) == ("capture",)
    assert finished_twice([done, again, done]) == ()
    assert finished_twice([done, found]) == ()


def test_the_whole_matrix_has_each_call_on_both_sides() -> None:
    cases = list(sampled(System.LINUX, {Kind.RESET: 3, Kind.ERROR: 2}, seed=5, every=1))
    assert [(case.kind, case.call, case.when) for case in cases] == [
        *((Kind.RESET, call, when) for call in (1, 2, 3) for when in ("before", "after")),
        *((Kind.ERROR, call, "before") for call in (1, 2)),
    ]


def test_a_sample_is_the_same_by_seed_and_leaves_out_no_kind() -> None:
    counts = dict.fromkeys(Kind, 100) | {Kind.OPERATION_FAILED: 1}
    samples = [list(sampled(System.LINUX, counts, seed, every=40)) for seed in (1, 1, 2)]
    assert samples[0] == samples[1] != samples[2]
    assert {case.kind for case in samples[0]} == set(Kind)


def test_every_kind_but_a_kill_is_a_fault_at_its_call() -> None:
    for kind in set(Kind) - {Kind.KILL_BUILD, Kind.KILL_AZURE}:
        fault = fault_of(kind, 7, "before")
        assert (fault.after, fault.count) == (6, 1)


def test_the_table_says_what_went_wrong_under_a_heading_each() -> None:
    bad = result(published=False, error="no room", retried=("capture",), leaked=("/g",), versions=2, unverified=1)
    row = dict(zip(COLUMNS, row_of(bad), strict=True))
    assert (row["published"], row["tried again"], row["wrong"]) == (
        "no: no room",
        "capture",
        "leaked: /g; 2 versions; unverified",
    )
