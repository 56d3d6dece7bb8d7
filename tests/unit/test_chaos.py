"""What `make chaos` strikes, and how it counts what became of the builds."""

from typing import Any

import pytest

from chaos.cases import case_of, sampled
from chaos.journal import Entry, Event
from chaos.kinds import KINDS
from chaos.kinds.kind import Expected, Place
from chaos.outcome import End, Outcome, finished_twice, first_end, places_struck
from chaos.points import Point
from chaos.recipes import System
from chaos.results import CaseResult, Results, counted
from chaos.table import COLUMNS, row_of
from chaos.trial import Kill
from chaos.walk import walks

GOOD = Outcome(published=True, end=End(), attempts=2, seconds=6.0, versions=1)
REFUSED = End(error="Azure refused\nSeen: InvalidParameter: no", error_kind="AzureRefused", tries=1)
COUNTS = (
    "lost",
    "leaked",
    "duplicates",
    "published_unverified",
    "finished_steps_run_twice",
    "causes_not_named",
    "tried_again_in_vain",
)
PLACES = dict.fromkeys(Place, 100) | {Place.BUILD: 1}


def result(*struck: str, kind: str = "kill build", **outcome: Any) -> CaseResult:
    case = case_of(System.LINUX, KINDS[kind], 7, "after")
    return CaseResult(
        case=case, struck=struck or ("PUT a",), outcome=GOOD.model_copy(update=outcome), extra_seconds=1.0
    )


def results(*cases: CaseResult) -> Results:
    return counted(cases, seed=0, every=1)


def test_builds_that_went_on_fail_nothing() -> None:
    found = results(result(), result())
    assert (found.runs, found.not_reached, found.failures) == (2, 0, 0)


@pytest.mark.parametrize(
    ("count", "kind", "outcome"),
    [
        ("lost", "kill build", {"published": False}),
        ("lost", "kill build", {"end": REFUSED}),
        ("lost", "bad request", {"end": REFUSED, "published": False}),
        ("leaked", "kill build", {"leaked": ("/subscriptions/s/resourceGroups/g",)}),
        ("duplicates", "kill build", {"versions": 2}),
        ("published_unverified", "kill build", {"unverified": 1}),
        ("finished_steps_run_twice", "kill build", {"finished_twice": ("provision",)}),
        ("causes_not_named", "policy", {"end": REFUSED}),
        ("tried_again_in_vain", "bad request", {"end": REFUSED.model_copy(update={"tries": 2})}),
    ],
)
def test_what_must_not_be_is_counted_and_is_a_failure(count: str, kind: str, outcome: dict[str, Any]) -> None:
    found = results(result(), result(kind=kind, **outcome))
    assert {name: getattr(found, name) for name in COUNTS} == dict.fromkeys(COUNTS, 0) | {count: 1}
    assert found.failures == 1


def test_what_the_sweeper_took_is_no_leak() -> None:
    assert results(result(swept=("/subscriptions/s/resourceGroups/g",))).failures == 0


def test_a_refusal_that_ended_the_build_at_once_with_its_cause_is_as_it_should_be() -> None:
    assert result(kind="bad request", end=REFUSED).wrong == ()


def test_a_case_that_was_never_come_to_is_told() -> None:
    assert (
        results(result(), CaseResult(case=result().case, struck=(), outcome=GOOD, extra_seconds=None)).not_reached == 1
    )


def test_a_step_done_twice_counts_unless_the_build_went_back() -> None:
    done = Entry(event=Event.DONE, step="capture")
    again = Entry(event=Event.AGAIN, step="capture")
    found = Entry(event=Event.FOUND, step="capture")
    assert finished_twice([done, done]) == ("capture",)
    assert finished_twice([done, again, done]) == ()
    assert finished_twice([done, found]) == ()


def test_the_end_that_counts_is_the_one_before_anybody_pressed_on() -> None:
    failed = Entry(event=Event.FAILED, step="capture", error="no", error_kind="AzureRefused")
    ended = Entry(event=Event.ENDED, error="no", error_kind="AzureRefused")
    assert first_end([failed, ended, failed, Entry(event=Event.ENDED)]) == End(
        error="no", error_kind="AzureRefused", tries=1
    )
    assert first_end([Entry(event=Event.ENDED)]) == End()
    assert first_end([failed]).error


def test_what_a_process_struck_is_told_with_its_step() -> None:
    begun = [Entry(event=Event.BEGUN, step=name) for name in ("provision", "capture", "verify")]
    struck = Entry(event=Event.STRUCK, step="PUT a")
    assert places_struck([*begun[:2], struck, begun[2]]) == ("capture: PUT a",)
    assert places_struck(begun) == ()


def test_the_whole_matrix_has_each_place_on_both_sides() -> None:
    kinds = [KINDS["reset"], KINDS["bad request"]]
    cases = list(sampled(System.LINUX, {Place.CALL: 3, Place.WRITE: 2}, seed=5, every=1, kinds=kinds))
    assert [(case.kind, case.number, case.when) for case in cases] == [
        *(("reset", number, when) for number in (1, 2, 3) for when in ("before", "after")),
        *(("bad request", number, "before") for number in (1, 2)),
    ]


def test_a_sample_is_the_same_by_seed_and_leaves_out_no_kind() -> None:
    samples = [list(sampled(System.WINDOWS, PLACES, seed, every=40)) for seed in (1, 1, 2)]
    assert samples[0] == samples[1] != samples[2]
    assert {case.kind for case in samples[0]} == set(KINDS)
    on_linux = {case.kind for case in sampled(System.LINUX, PLACES, 1, every=40)}
    assert {each for each in KINDS if "Sysprep" in each} == set(KINDS) - on_linux


def test_every_kind_does_something_at_its_place_and_says_what_must_come_of_it() -> None:
    for kind in KINDS.values():
        for when in kind.sides:
            trial = kind.make(7, when)
            struck = [fault.after for fault in trial.faults] + [each.at.number - 1 for each in trial.strikes]
            assert struck == ([0] if kind.place is Place.BUILD else [6])
        assert kind.expected is Expected.GOES_ON or kind.says


def test_a_walk_is_the_same_by_seed_however_long_and_kills_each_process_once_at_most() -> None:
    short, long, other = (list(walks(System.LINUX, PLACES, seed, n)) for seed, n in ((1, 5), (1, 50), (2, 50)))
    assert short == long[:5]
    assert long != other
    for case in long:
        kills = [each.process for each in case.trial.strikes if isinstance(each.does, Kill)]
        assert kills == list(range(1, len(kills) + 1))
        assert len(case.trial.faults) + len(case.trial.strikes) > 1


def test_a_kill_is_at_one_side_of_one_call() -> None:
    (strike,) = KINDS["kill localazure at guest"].make(3, "after").strikes
    assert strike.at == Point(where="guest", number=3, when="after")


def test_the_table_says_what_went_wrong_under_a_heading_each() -> None:
    bad = result(published=False, end=REFUSED, retried=("capture",), leaked=("/g",), versions=2, unverified=1)
    row = dict(zip(COLUMNS, row_of(bad), strict=True))
    assert row["ended"].endswith("not published after Retry either")
    assert (row["tried again"], row["wrong"]) == ("capture", "lost; 2 versions; unverified; leaked: /g")
