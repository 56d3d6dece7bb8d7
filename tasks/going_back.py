"""Going back to a checkpoint: when something was cut short on the build VM, or when a person says so."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from prefect import get_run_logger
from prefect.runtime import flow_run

from mintage.artifacts import BuildVm, DiskSnapshot, Published
from mintage.azure.back import put_back, remove_machine
from mintage.azure.half_made import withdraw
from mintage.azure.originals import demand_copy
from mintage.azure.unproved_images import demand_unpublished, take_back
from mintage.build_plan import BuildPlan
from mintage.errors import PlaceLost, RecipeError
from tasks.connection import connected
from tasks.course import SOURCE, arrived, course_of, result_name, result_of, set_out, taken_back
from tasks.deliveries import other_forms, remove_unfinished
from tasks.keeping import recall
from tasks.stages import CAPTURE, GENERALIZE, PROVISION, SNAPSHOT, checkpoint_name, stages, stages_from, step_name
from tasks.step import CutShort, action

Result = TypeVar("Result")
_TIMES = 2


class GoOnFrom(StrEnum):
    """Where a build goes on that a run resumes. From another source it would be another build."""

    WHERE_IT_STOPPED = "where it stopped"
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
            go_back(plan, cut.step, str(cut.why), anywhere=isinstance(cut.why, PlaceLost))
    try:
        return work()
    except CutShort as cut:
        # What led to it, where it was not the interruption itself.
        raise cut.why.__cause__ or cut.why from None


@action("go back")
def go_back(plan: BuildPlan, step: str, why: str, *, anywhere: bool = False) -> None:
    """Put the machine back to the last checkpoint before the step. ``anywhere``: make it anew, where there is room."""
    _demand_copy(plan)
    place = SOURCE if anywhere else place_before(plan, step)
    get_run_logger().warning("%s\nGoing back to %s", why, place)
    set_out(plan.build_id, stages_from(plan, first_after(plan, place)), place)
    _carry_out(plan)


@action("see where to go on")
def see_where_to_go_on(plan: BuildPlan, go_on_from: GoOnFrom, customize_step: str | None) -> None:
    """Do what this run was told about where to go on, once; and end what an earlier process began of it."""
    asked = str(flow_run.id)
    if go_on_from != GoOnFrom.WHERE_IT_STOPPED and course_of(plan.build_id).asked_by != asked:
        stage = stage_of(plan, go_on_from, customize_step)
        _demand_unpublished(plan, stage)
        place = place_before(plan, stage) if stage in _on_machine(plan) else None
        if place:
            _demand_copy(plan)
        if place == SOURCE and result_of(plan.build_id, PROVISION, BuildVm) is None:
            place = None
        # From a checkpoint on, whatever was chosen: what is between is lost.
        first = first_after(plan, place) if place else stage
        set_out(plan.build_id, stages_from(plan, first), place, asked)
    _carry_out(plan)


def _carry_out(plan: BuildPlan) -> None:
    """Put back what is still to be put back."""
    course = course_of(plan.build_id)
    if course.take_back:
        _take_version_back(plan)
        taken_back(plan.build_id)
    vm = result_of(plan.build_id, PROVISION, BuildVm)
    if course.back_to is None or vm is None:
        return
    try:
        _put_back(plan, vm, course.back_to)
    except PlaceLost as lost:
        get_run_logger().warning("%s\nGoing back to %s", lost, SOURCE)
        set_out(plan.build_id, stages_from(plan, PROVISION), SOURCE)
        _carry_out(plan)
        return
    arrived(plan.build_id)


def _put_back(plan: BuildPlan, vm: BuildVm, place: str) -> None:
    with connected(plan.build_id) as connection:
        if place == SOURCE:
            remove_machine(connection.clients, plan, vm)
            return
        kept = result_of(plan.build_id, place, DiskSnapshot)
        assert kept is not None  # noqa: S101 - a place is one only if there is a snapshot
        put_back(connection.clients, plan, vm, kept)


def _take_version_back(plan: BuildPlan) -> None:
    """What was captured before is not what will be: it must not be adopted."""
    with connected() as connection:
        # First: it refuses what was published.
        take_back(connection.clients, plan)
        withdraw(connection.clients, other_forms(plan))
        # What was begun and not delivered would be in the way of what has the same name and holds something else.
        for left in remove_unfinished(connection.clients, plan.build_id).leftovers:
            get_run_logger().warning("Left %s: %s", left.resource_id, left.reason)


def _demand_copy(plan: BuildPlan) -> None:
    """As ``originals.demand_copy``, before anything is written down as due again, or taken back."""
    vm = result_of(plan.build_id, PROVISION, BuildVm)
    if vm is not None:
        demand_copy(vm)


def _demand_unpublished(plan: BuildPlan, stage: str) -> None:
    """Before anything is written down as due again, or taken back: who finds out later has a build that cannot end."""
    if published := result_of(plan.build_id, "publish", Published):
        raise RecipeError(
            "The build has published its image already",
            where=f"go_on_from, build {plan.build_id}",
            seen=published.image_version,
            remedy="start a new build",
        )
    if CAPTURE in stages_from(plan, stage):
        # A process may have died, or been refused, between two that it was to publish.
        with connected() as connection:
            demand_unpublished(connection.clients, plan)


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
    made = [name for name in before if name in names and _is_made(plan, name)]
    return made[-1] if made else SOURCE


def _is_made(plan: BuildPlan, name: str) -> bool:
    """Whether that snapshot is there, and is not to be made again."""
    return recall(plan.build_id, result_name(plan.build_id, name), DiskSnapshot) is not None


def first_after(plan: BuildPlan, place: str) -> str:
    order = stages(plan)
    return PROVISION if place == SOURCE else order[order.index(place) + 1]
