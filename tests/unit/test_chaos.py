"""What `make chaos` strikes, and how it counts what became of the builds."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from chaos.__main__ import resumed_from
from chaos.cases import case_of, matrix, sampled
from chaos.chains import CHAIN, chained
from chaos.course import Course, each_step_once, each_wait_thrice
from chaos.journal import Entry, Event
from chaos.kinds import KINDS
from chaos.kinds.kind import Expected, Place
from chaos.outcome import End, Outcome, done_again, finished_twice, first_end
from chaos.points import Moment, Point, Spot
from chaos.recipes import System
from chaos.results import CaseResult, Plan, Results, counted, resumed
from chaos.table import COLUMNS, row_of
from chaos.trial import Kill
from chaos.walk import walks
from localazure.faults.kinds.connections import ResetFault

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
SPOT = Spot(step="provision", called="PUT a", number=1)


def spots(step: str, called: str, number: int, where: str = "call") -> tuple[Spot, ...]:
    given = {"where": where, "step": step, "called": called}
    return tuple(Spot.model_validate(given | {"number": each}) for each in range(1, number + 1))


COURSE = Course(
    spots=(
        *spots("provision", "PUT Microsoft.Compute/virtualMachines", 1),
        *spots("provision", "GET Microsoft.Compute/virtualMachines", 9),
        *spots("provision", "done", 1, "step"),
        *spots("customize", "SSH command", 4, "guest"),
        *spots("clean-up", "DELETE Microsoft.Resources/resourceGroups", 2),
    ),
    operations=frozenset({"PUT Microsoft.Compute/virtualMachines"}),
    numbers={Place.TOKEN: 2, Place.ALLOCATION: 1},
    seconds=5,
)


def result(*struck: str, kind: str = "kill build", **outcome: Any) -> CaseResult:
    case = case_of(System.LINUX, KINDS[kind], SPOT, "after")
    return CaseResult(
        case=case, struck=struck or ("PUT a",), outcome=GOOD.model_copy(update=outcome), extra_seconds=1.0
    )


PLAN = Plan(seed=0, every=1, cases=(), plain_seconds={})


def results(*cases: CaseResult) -> Results:
    return counted(PLAN, cases)


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
    done = Entry(event=Event.DONE, step="capture", key="build/b/capture")
    again = Entry(event=Event.DONE, step="capture", key="build/b/round-2/capture")
    found = Entry(event=Event.FOUND, step="capture")
    assert (finished_twice([done, done]), done_again([done, done])) == (("capture",), ())
    assert (finished_twice([done, again]), done_again([done, again])) == ((), ("capture",))
    assert (finished_twice([done, again, again]), done_again([done, again, again])) == (("capture",), ("capture",))
    assert (finished_twice([done, found]), done_again([done, found])) == ((), ())


def test_the_end_that_counts_is_the_one_before_anybody_pressed_on() -> None:
    failed = Entry(event=Event.FAILED, step="capture", error="no", error_kind="AzureRefused")
    ended = Entry(event=Event.ENDED, error="no", error_kind="AzureRefused")
    assert first_end([failed, ended, failed, Entry(event=Event.ENDED)]) == End(
        error="no", error_kind="AzureRefused", tries=1
    )
    assert first_end([Entry(event=Event.ENDED)]) == End()
    assert first_end([failed]).error


def test_kills_are_at_each_call_and_each_end_of_a_step_and_at_a_wait_three_times() -> None:
    kinds = [KINDS["kill build"], KINDS["kill localazure at a step's end"]]
    cases = list(matrix(System.LINUX, COURSE, kinds))
    assert [(case.kind, case.spot.called, case.spot.number) for case in cases if case.when == "before"] == [
        ("kill build", "PUT Microsoft.Compute/virtualMachines", 1),
        *(("kill build", "GET Microsoft.Compute/virtualMachines", number) for number in (1, 5, 9)),
        *(("kill build", "DELETE Microsoft.Resources/resourceGroups", number) for number in (1, 2)),
        ("kill localazure at a step's end", "done", 1),
    ]
    assert {case.spot.called for case in cases if case.when == "after"} == {
        "PUT Microsoft.Compute/virtualMachines",
        "DELETE Microsoft.Resources/resourceGroups",
        "done",
    }


def test_a_fault_is_once_at_each_sort_of_call_of_each_step_that_can_meet_it() -> None:
    assert [str(case.spot) for case in matrix(System.LINUX, COURSE, [KINDS["status 503"]])] == [
        "provision: PUT Microsoft.Compute/virtualMachines 1",
        "provision: GET Microsoft.Compute/virtualMachines 1",
        "clean-up: DELETE Microsoft.Resources/resourceGroups 1",
    ]
    hangs = list(matrix(System.LINUX, COURSE, [KINDS["operation hangs a while"]]))
    assert [(case.spot.called, case.when) for case in hangs] == [
        ("PUT Microsoft.Compute/virtualMachines", when) for when in ("before", "after")
    ]


def test_kinds_take_turns_at_the_operations_of_a_step() -> None:
    several = (*spots("provision", "PUT a", 2), *spots("provision", "PUT b", 1))
    assert [each_step_once(several, turn)[0].called for turn in range(3)] == ["PUT a", "PUT b", "PUT a"]


def test_only_what_is_asked_over_and_over_is_left_out() -> None:
    assert len(each_wait_thrice(spots("a", "SSH command", 9))) == 9
    assert [each.number for each in each_wait_thrice(spots("a", "WinRM message", 9))] == [1, 5, 9]
    assert len(each_wait_thrice(spots("a", "GET b", 3))) == 3


def test_what_passes_comes_together_in_one_build_in_the_order_in_which_it_comes_to_it() -> None:
    kinds = [KINDS["kill build"], KINDS["status 503"], KINDS["bad request"], KINDS["guest crashes and stops"]]
    cases = list(matrix(System.LINUX, COURSE, kinds))
    found = chained(System.LINUX, COURSE, cases)
    chains = [each for each in found if each.kind == CHAIN]
    assert len(chains) == 3
    order = {(spot.step, spot.called, spot.number): place for place, spot in enumerate(COURSE.spots)}
    for chain in chains:
        places = [order[each.at.step, each.at.called, each.at.number] for each in chain.trial.strikes]
        assert places == sorted(places)
    put_together = [each for case in cases if case.kind in {"kill build", "status 503"} for each in case.trial.strikes]
    assert sorted(map(str, put_together)) == sorted(str(each) for chain in chains for each in chain.trial.strikes)
    assert {each.kind for each in found} == {CHAIN, "bad request", "guest crashes and stops"}


def test_a_chain_sends_a_build_back_no_more_often_than_it_goes() -> None:
    course = replace(COURSE, spots=tuple(spot for step in "abcd" for spot in spots(step, "SSH command", 1, "guest")))
    chains = chained(System.LINUX, course, list(matrix(System.LINUX, course, [KINDS["kill localazure at guest"]])))
    assert [len(each.trial.strikes) for each in chains] == [2, 2, 2, 2]


def test_a_sample_is_the_same_by_seed() -> None:
    cases = list(matrix(System.WINDOWS, COURSE))
    assert sampled(cases, 1, 10) == sampled(cases, 1, 10) != sampled(cases, 2, 10)
    assert sorted(map(str, sampled(cases, 1, 1))) == sorted(map(str, cases))
    assert sampled(cases, 1, 1)[::10] == sampled(cases, 1, 10)
    assert {case.kind for case in cases} == set(KINDS)
    assert {each for each in KINDS if "Sysprep" in each} == set(KINDS) - {
        case.kind for case in matrix(System.LINUX, COURSE)
    }


def test_a_point_is_of_one_operation_in_one_step_or_of_all() -> None:
    moment = Moment("call", "PUT a", "after")
    assert Point(step="provision", called="PUT a", number=1, when="after").fits(moment, "provision")
    assert Point(number=1, when="after").fits(moment, "provision")
    for other in ({"step": "capture"}, {"called": "PUT b"}, {"where": "guest"}, {"when": "before"}):
        point = Point.model_validate({"number": 1, "when": "after"} | other)
        assert not point.fits(moment, "provision")


def test_a_run_that_was_ended_goes_on_with_what_is_left_and_does_again_what_went_wrong() -> None:
    cases = tuple(matrix(System.LINUX, COURSE, [KINDS["kill build"]]))
    good, bad = (
        CaseResult(case=case, struck=("a",), outcome=GOOD.model_copy(update=update), extra_seconds=1)
        for case, update in zip(cases, ({}, {"published": False}), strict=False)
    )
    told = counted(Plan(seed=3, every=2, cases=cases, plain_seconds={System.LINUX: 5.0}), [good, bad])
    assert (told.runs, told.planned, told.lost) == (2, len(cases), 1)
    plan = resumed(Results.model_validate_json(told.model_dump_json()))
    assert plan == Plan(3, 2, (bad.case, *cases[2:]), {System.LINUX: 5.0}, (good,))
    assert counted(plan, []).runs == 1


def test_a_run_that_nobody_began_cannot_go_on(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"no results in .*/chaos\.json to go on from"):
        resumed_from(tmp_path / "chaos.json")


_SEVERAL = {
    "evicted, and no room there since": 3,
    "evicted, deleted, and no room there since": 3,
    "evicted, and no room anywhere since": 2,
}
"""Kinds of several strikes: the room is gone when the VM is, and the build dies once it has one again."""


def test_every_kind_does_something_at_its_place_and_says_what_must_come_of_it() -> None:
    for kind in KINDS.values():
        for when in kind.sides:
            trial = kind.make(SPOT, when)
            assert len(trial.faults) + len(trial.strikes) == _SEVERAL.get(kind.name, 1)
            at = {(each.at.step, each.at.called) for each in trial.strikes}
            assert kind.place is Place.BUILD or not at or ("provision", "PUT a") in at
        assert kind.expected is Expected.GOES_ON or kind.says


def test_a_fault_at_a_call_lies_in_wait_for_its_operation_alone() -> None:
    (strike,) = KINDS["reset"].make(SPOT, "after").strikes
    assert isinstance(strike.does, ResetFault)
    assert (strike.at.when, strike.does.when, strike.does.operation) == ("before", "after", "PUT a")


def test_a_walk_is_the_same_by_seed_however_long() -> None:
    short, long, other = (list(walks(System.LINUX, COURSE, seed, n)) for seed, n in ((1, 5), (1, 50), (2, 50)))
    assert short == long[:5]
    assert long != other
    for case in long:
        kills = [each for each in case.trial.strikes if isinstance(each.does, Kill)]
        assert 1 <= len(kills) <= 2
        assert len(case.trial.faults) + len(case.trial.strikes) > len(kills)


def test_a_kill_is_at_one_side_of_one_call() -> None:
    (strike,) = KINDS["kill localazure at guest"].make(SPOT, "after").strikes
    assert (strike.at.step, strike.at.number, strike.at.when) == ("provision", 1, "after")


def test_the_table_says_what_went_wrong_under_a_heading_each() -> None:
    bad = result(published=False, end=REFUSED, retried=("capture",), leaked=("/g",), versions=2, unverified=1)
    row = dict(zip(COLUMNS, row_of(bad), strict=True))
    assert row["ended"].endswith("not published after Retry either")
    assert (row["tried again"], row["wrong"]) == ("capture", "lost; 2 versions; unverified; leaked: /g")
