"""Going back to a checkpoint: when something was cut short on the build VM, or when a person says so."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from prefect import get_run_logger
from prefect.runtime import flow_run

from mintage.artifacts import BuildVm, DiskSnapshot
from mintage.azure.back import put_back, remove_machine
from mintage.azure.half_made import withdraw
from mintage.azure.unproved_images import take_back
from mintage.build_plan import BuildPlan
from mintage.errors import RecipeError
from tasks.connection import connected
from tasks.course import SOURCE, arrived, course_of, set_out
from tasks.deliveries import other_forms
from tasks.keeping import recall
from tasks.stages import CAPTURE, GENERALIZE, PROVISION, SNAPSHOT, checkpoint_name, stages, stages_from, step_name
from tasks.step import CutShort, action

Result = TypeVar("Result")
_TIMES = 2


class GoOnFrom(StrEnum):
    """Where a build goes on that a run resumes."""

    WHERE_IT_STOPPED = "where it stopped"
    SOURCE = "resolve source"
    PROVISION = "provision"
    CUSTOMIZE = "customize"
    SNAPSHOT = "snapshot"
    GENERALIZE = "generalize"
    CAPTURE = "capture"
    VERIFY = "verify"
    PUBLISH = "publish"


def with_ways_back(plan: BuildPlan, work: Callable[[], Result]) -> Result:
    """Do the work on the build VM. It is done again from the last checkpoint when a step was cut short, twice at most.

    Raises what cut it short the last time.
    """
    for _ in range(_TIMES):
        try:
            return work()
        except CutShort as cut:
            go_back(plan, cut.step, str(cut.why))
    try:
        return work()
    except CutShort as cut:
        # What led to it, where it was not the interruption itself.
        raise cut.why.__cause__ or cut.why from None


@action("go back")
def go_back(plan: BuildPlan, step: str, why: str) -> None:
    """Put the machine back to the last checkpoint before the step."""
    place = place_before(plan, step)
    get_run_logger().warning("%s\nGoing back to %s", why, place)
    set_out(plan.build_id, stages_from(plan, first_after(plan, place)), place)
    _carry_out(plan)


@action("see where to go on")
def see_where_to_go_on(plan: BuildPlan, go_on_from: GoOnFrom, customize_step: str | None) -> None:
    """Do what this run was told about where to go on, once; and end what an earlier process began of it."""
    asked = str(flow_run.id)
    if go_on_from != GoOnFrom.WHERE_IT_STOPPED and course_of(plan.build_id).asked_by != asked:
        stage = stage_of(plan, go_on_from, customize_step)
        place = place_before(plan, stage) if stage in _on_machine(plan) else None
        if place == SOURCE and recall(plan.build_id, PROVISION, BuildVm) is None:
            place = None
        # From a checkpoint on, whatever was chosen: what is between is lost.
        first = first_after(plan, place) if place else stage
        set_out(plan.build_id, stages_from(plan, first), place, asked)
    _carry_out(plan)


def _carry_out(plan: BuildPlan) -> None:
    """Put back what is still to be put back."""
    course = course_of(plan.build_id)
    if CAPTURE in course.again:
        _take_version_back(plan)
    vm = recall(plan.build_id, PROVISION, BuildVm)
    if course.back_to is None or vm is None:
        return
    with connected() as connection:
        if course.back_to == SOURCE:
            remove_machine(connection.clients, plan, vm)
        else:
            kept = recall(plan.build_id, course.back_to, DiskSnapshot)
            assert kept is not None  # noqa: S101 - a place is one only if there is a snapshot
            put_back(connection.clients, plan, vm, kept)
    arrived(plan.build_id)


def _take_version_back(plan: BuildPlan) -> None:
    """What was captured before is not what will be: it must not be adopted."""
    with connected() as connection:
        withdraw(connection.clients, other_forms(plan))
        take_back(connection.clients, plan)


def stage_of(plan: BuildPlan, go_on_from: GoOnFrom, customize_step: str | None) -> str:
    steps = [each.name for each in plan.recipe.customize]
    if go_on_from != GoOnFrom.CUSTOMIZE:
        return go_on_from.value
    name = customize_step or (steps[0] if steps else None)
    if name is None:
        return "inventory after"
    if name not in steps:
        raise RecipeError(
            "The recipe has no such step",
            where=f"customize_step: {name!r}",
            seen=f"its steps are {', '.join(map(repr, steps))}",
            remedy="give one of them, or none for the first",
        )
    return step_name(name)


def _on_machine(plan: BuildPlan) -> tuple[str, ...]:
    """The stages that find the machine as an earlier one left it."""
    order = stages(plan)
    return order[: order.index(GENERALIZE) + 1]


def place_before(plan: BuildPlan, stage: str) -> str:
    """The name of the last snapshot that was made before the stage, or SOURCE."""
    order = stages(plan)
    before = order[: order.index(stage)]
    names = (SNAPSHOT, *(checkpoint_name(each.name) for each in plan.recipe.customize))
    due = course_of(plan.build_id).again
    made = [
        name
        for name in before
        if name in names and name not in due and recall(plan.build_id, name, DiskSnapshot) is not None
    ]
    return made[-1] if made else SOURCE


def first_after(plan: BuildPlan, place: str) -> str:
    order = stages(plan)
    return PROVISION if place == SOURCE else order[order.index(place) + 1]
