"""To where a build goes back, and what is done again then."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from mintage.artifacts import DiskSnapshot, Published
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, PlaceLost, RecipeError, StepInterrupted
from mintage.recipe import LinuxRecipe, ShellStep
from mintage.recipe_file import load_recipe
from tasks import going_back
from tasks.course import SOURCE, Course, arrived, course_of, result_name, result_of, set_out
from tasks.going_back import GoOnFrom, first_after, place_before, stage_of, with_ways_back
from tasks.keeping import keep, recall
from tasks.kept_record import KeptRecord
from tasks.stages import stages, stages_from
from tasks.step import CutShort
from tests.support.kept_results import keep_results_in
from tests.support.sample_vm import sample_vm

BUILD = "0123456789ab"
RECIPE = load_recipe(Path(__file__).parents[3] / "deployments/recipes/debian-12-web.yaml").recipe
SNAPSHOT = DiskSnapshot(resource_id="/snapshots/s", name="s")
VM = sample_vm(BUILD)
AGAIN = DiskSnapshot(resource_id="/snapshots/s-2", name="s-2")


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_results_in(tmp_path, monkeypatch)


@pytest.fixture
def plan() -> BuildPlan:
    """Three steps, with a checkpoint after the second."""
    steps = tuple(
        ShellStep(name=name, kind="shell", inline=("true",), checkpoint=name == "two")
        for name in ("one", "two", "three")
    )
    assert isinstance(RECIPE, LinuxRecipe)
    recipe, now = RECIPE.model_copy(update={"customize": steps}), datetime.now(UTC)
    return BuildPlan(build_id=BUILD, recipe=recipe, recipe_folder="/", recipe_sha256="0" * 64, started=now, expires=now)


def test_the_stages_are_the_steps_of_the_flow_with_the_checkpoints_of_the_recipe(plan: BuildPlan) -> None:
    assert stages(plan)[2:4] == ("copy source", "upload source")
    assert stages(plan)[5:12] == (
        *("inventory before", "step one", "step two", "checkpoint two", "step three"),
        *("inventory after", "snapshot"),
    )
    assert stages_from(plan, "verify") == ("verify", "publish", "clean up")


@pytest.mark.parametrize(
    ("kept", "stage", "place", "first"),
    [
        ((), "step three", SOURCE, "provision"),
        (("checkpoint two",), "step three", "checkpoint two", "step three"),
        (("checkpoint two",), "step two", SOURCE, "provision"),
        (("checkpoint two",), "generalize", "checkpoint two", "step three"),
        (("checkpoint two", "snapshot"), "generalize", "snapshot", "generalize"),
        (("checkpoint two", "snapshot"), "inventory after", "checkpoint two", "step three"),
    ],
)
def test_it_goes_back_to_the_last_checkpoint_before(
    plan: BuildPlan, kept: tuple[str, ...], stage: str, place: str, first: str
) -> None:
    for name in kept:
        keep(BUILD, name, SNAPSHOT)
    assert place_before(plan, stage) == place
    assert first_after(plan, place) == first


def test_a_checkpoint_that_is_itself_to_be_made_again_is_none(plan: BuildPlan) -> None:
    keep(BUILD, "checkpoint two", SNAPSHOT)
    set_out(BUILD, stages_from(plan, "provision"), SOURCE)
    assert place_before(plan, "generalize") == SOURCE


def is_due(step: str) -> bool:
    return recall(BUILD, result_name(BUILD, step), DiskSnapshot) is None


def test_what_is_due_again_is_done_once_and_what_was_begun_before_no_longer_counts(plan: BuildPlan) -> None:
    before = KeptRecord(BUILD, "step one")
    keep(BUILD, "step one", SNAPSHOT)
    set_out(BUILD, ("step one", "step two"), SOURCE, "run-1")
    assert course_of(BUILD).back_to == SOURCE
    assert (is_due("step one"), result_of(BUILD, "step one", DiskSnapshot)) == (True, SNAPSHOT)
    arrived(BUILD)
    # Nothing but the result is written, so that a process that dies now has it done all the same.
    keep(BUILD, result_name(BUILD, "step one"), AGAIN)

    assert (is_due("step one"), is_due("step two")) == (False, True)
    assert result_of(BUILD, "step one", DiskSnapshot) == AGAIN
    course = course_of(BUILD)
    assert (course.round, course.back_to, course.asked_by) == (2, None, "run-1")
    assert before.read() is None
    assert KeptRecord(BUILD, "step one")._name != before._name


def test_going_back_twice_leaves_due_what_was_due(plan: BuildPlan) -> None:
    for each in ("step one", "step two", "step three", "snapshot"):
        keep(BUILD, each, SNAPSHOT)
    set_out(BUILD, ("step two", "step three"), SOURCE)
    set_out(BUILD, ("step three", "snapshot"), "checkpoint two")
    assert [each for each in ("step one", "step two", "step three", "snapshot") if is_due(each)] == [
        *("step two", "step three", "snapshot")
    ]


def test_what_was_captured_before_is_taken_back_once_and_what_is_captured_then_never(
    plan: BuildPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(going_back, "_take_version_back", lambda plan: done.append(plan.build_id))
    set_out(BUILD, stages_from(plan, "generalize"), "snapshot")
    going_back._carry_out(plan)
    # The next process, of which the last one may have begun to capture.
    going_back._carry_out(plan)
    assert done == [BUILD]
    set_out(BUILD, stages_from(plan, "generalize"), "snapshot")
    going_back._carry_out(plan)
    assert done == [BUILD, BUILD]


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done in Azure to the build VM, of which there is a snapshot."""
    done: list[str] = []

    @contextmanager
    def connected(build_id: str = "") -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(clients=build_id)

    monkeypatch.setattr(going_back, "connected", connected)
    monkeypatch.setattr(going_back, "put_back", lambda *_: done.append("put back"))
    monkeypatch.setattr(going_back, "remove_machine", lambda *_: done.append("removed"))
    monkeypatch.setattr(going_back, "_take_version_back", lambda _: done.append("taken back"))
    monkeypatch.setattr(going_back, "get_run_logger", lambda: logging.getLogger("tests"))
    # As a function: there is no run of a flow here.
    monkeypatch.setattr(going_back, "go_back", going_back.go_back.fn)
    keep(BUILD, "provision", VM)
    keep(BUILD, "snapshot", SNAPSHOT)
    return done


def is_there() -> bool:
    """Whether nothing is left to be put back, or taken back."""
    course = course_of(BUILD)
    return course.back_to is None and not course.take_back


def test_a_published_build_does_not_go_on_from_anywhere_and_nothing_of_it_is_due_again(
    plan: BuildPlan, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(going_back, "flow_run", SimpleNamespace(id="run-2"))
    keep(BUILD, "publish", Published(image_version="/versions/1.0.0", regions=()))
    with pytest.raises(RecipeError, match="published its image already"):
        going_back.see_where_to_go_on.fn(plan, GoOnFrom.CAPTURE, None)
    assert course_of(BUILD) == Course()
    assert done == []


def test_a_build_of_which_a_copy_is_published_does_not_go_on_from_before_its_capture(
    plan: BuildPlan, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AzureRefused("published")

    monkeypatch.setattr(going_back, "flow_run", SimpleNamespace(id="run-2"))
    monkeypatch.setattr(going_back, "demand_unpublished", refuse)
    with pytest.raises(AzureRefused):
        going_back.see_where_to_go_on.fn(plan, GoOnFrom.GENERALIZE, None)
    assert course_of(BUILD) == Course(), "it can still be published to its end"
    going_back.see_where_to_go_on.fn(plan, GoOnFrom.PUBLISH, None)
    assert is_due("publish")
    assert done == []


def test_with_somebodys_own_vm_nothing_is_taken_back_and_nothing_due_again(
    plan: BuildPlan, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(going_back, "flow_run", SimpleNamespace(id="run-2"))
    monkeypatch.setattr(going_back, "demand_unpublished", lambda *_: ())
    keep(BUILD, "provision", VM.model_copy(update={"original": True}))
    with pytest.raises(AzureRefused, match="The VM itself is not put back"):
        going_back.see_where_to_go_on.fn(plan, GoOnFrom.GENERALIZE, None)
    with pytest.raises(AzureRefused, match="The VM itself is not put back"):
        going_back.go_back(plan, "generalize", "cut short")
    assert course_of(BUILD) == Course()
    going_back.see_where_to_go_on.fn(plan, GoOnFrom.CAPTURE, None)
    assert done == ["taken back"]


def test_a_machine_is_put_back_to_the_snapshot_before_the_step(plan: BuildPlan, done: list[str]) -> None:
    going_back.go_back(plan, "generalize", "cut short")
    assert done == ["taken back", "put back"]
    assert not is_due("snapshot")
    assert is_there()


def test_a_machine_for_which_there_is_no_room_where_it_was_is_made_anew(plan: BuildPlan, done: list[str]) -> None:
    def work() -> str:
        if not done:
            raise CutShort("generalize", PlaceLost("no room"))
        return "published"

    assert with_ways_back(plan, work) == "published"
    assert done == ["taken back", "removed"]
    assert is_due("provision")
    assert is_due("snapshot")
    assert is_there()


def test_after_two_ways_back_it_fails_with_what_cut_it_short(plan: BuildPlan, done: list[str]) -> None:
    def work() -> str:
        raise CutShort("generalize", StepInterrupted(f"cut short {done.count('put back') + 1}"))

    with pytest.raises(StepInterrupted, match="cut short 3"):
        with_ways_back(plan, work)
    assert done == ["taken back", "put back"] * 2


def test_without_room_for_what_is_put_back_it_is_made_anew(
    plan: BuildPlan, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_back(*_: object) -> None:
        raise PlaceLost("no room")

    monkeypatch.setattr(going_back, "put_back", put_back)
    going_back.go_back(plan, "generalize", "cut short")
    # The second time there is nothing to take back.
    assert done == ["taken back", "taken back", "removed"]
    assert is_due("provision")
    assert is_there(), "what is captured next would be taken back by the next process"


def test_a_process_that_dies_before_the_machine_is_removed_leaves_that_to_the_next(
    plan: BuildPlan, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(going_back, "put_back", lambda *_: (_ for _ in ()).throw(PlaceLost("no room")))
        dying.setattr(going_back, "remove_machine", dies)
        with pytest.raises(KeyboardInterrupt):
            going_back.go_back(plan, "generalize", "cut short")
    going_back._carry_out(plan)
    assert done[-1] == "removed"
    assert is_there()
    assert course_of(BUILD).round == 3


def test_a_person_names_a_stage_or_one_of_the_recipes_steps(plan: BuildPlan) -> None:
    assert stage_of(plan, GoOnFrom.CAPTURE, None) == "capture"
    assert stage_of(plan, GoOnFrom.CUSTOMIZE, None) == "step one"
    assert stage_of(plan, GoOnFrom.CUSTOMIZE, "three") == "step three"
    with pytest.raises(RecipeError, match="its steps are 'one', 'two', 'three'"):
        stage_of(plan, GoOnFrom.CUSTOMIZE, "four")


def test_every_stage_that_can_be_chosen_is_one(plan: BuildPlan) -> None:
    chosen = [each for each in GoOnFrom if each not in (GoOnFrom.WHERE_IT_STOPPED, GoOnFrom.CUSTOMIZE)]
    assert {each.value for each in chosen} <= set(stages(plan))
