"""To where a build goes back, and what is done again then."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore

from mintage.artifacts import DiskSnapshot
from mintage.build_plan import BuildPlan
from mintage.errors import RecipeError
from mintage.recipe import LinuxRecipe, ShellStep
from mintage.recipe_file import load_recipe
from tasks.course import SOURCE, arrived, course_of, done_again, is_due_again, set_out
from tasks.going_back import GoOnFrom, first_after, place_before, stage_of
from tasks.keeping import keep
from tasks.kept_record import KeptRecord
from tasks.stages import stages, stages_from

BUILD = "0123456789ab"
RECIPE = load_recipe(Path(__file__).parents[3] / "deployments/recipes/debian-12-web.yaml").recipe
SNAPSHOT = DiskSnapshot(resource_id="/snapshots/s", name="s")


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ResultStore(result_storage=LocalFileSystem(basepath=str(tmp_path)))
    monkeypatch.setattr("tasks.keeping.get_result_store", lambda: store)


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


def test_what_is_due_again_is_done_once_and_what_was_begun_before_no_longer_counts(plan: BuildPlan) -> None:
    before = KeptRecord(BUILD, "step one")
    set_out(BUILD, ("step one", "step two"), SOURCE, "run-1")
    assert course_of(BUILD).back_to == SOURCE
    arrived(BUILD)
    done_again(BUILD, "step one")

    assert (is_due_again(BUILD, "step one"), is_due_again(BUILD, "step two")) == (False, True)
    course = course_of(BUILD)
    assert (course.round, course.back_to, course.asked_by) == (2, None, "run-1")
    assert before.read() is None
    assert KeptRecord(BUILD, "step one")._name != before._name


def test_going_back_twice_leaves_due_what_was_due(plan: BuildPlan) -> None:
    set_out(BUILD, ("step two", "step three"), SOURCE)
    set_out(BUILD, ("step three", "snapshot"), "checkpoint two")
    assert set(course_of(BUILD).again) == {"step two", "step three", "snapshot"}
    assert len(course_of(BUILD).again) == 3


def test_a_person_names_a_stage_or_one_of_the_recipes_steps(plan: BuildPlan) -> None:
    assert stage_of(plan, GoOnFrom.CAPTURE, None) == "capture"
    assert stage_of(plan, GoOnFrom.CUSTOMIZE, None) == "step one"
    assert stage_of(plan, GoOnFrom.CUSTOMIZE, "three") == "step three"
    with pytest.raises(RecipeError, match="its steps are 'one', 'two', 'three'"):
        stage_of(plan, GoOnFrom.CUSTOMIZE, "four")


def test_every_stage_that_can_be_chosen_is_one(plan: BuildPlan) -> None:
    chosen = [each for each in GoOnFrom if each not in (GoOnFrom.WHERE_IT_STOPPED, GoOnFrom.CUSTOMIZE)]
    assert {each.value for each in chosen} <= set(stages(plan))
