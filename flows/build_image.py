"""A golden image, from its recipe to a published, proved image version."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from mintage.artifacts import BuildVm, Delivery, ImageVersion, ResolvedSource
from mintage.build_plan import BuildPlan
from tasks.build_id import build_id_of
from tasks.building import capture, generalize, inventory, provision, snapshot
from tasks.customizing import customize
from tasks.delivering import deliver, delivery_of
from tasks.ending import KeepFor, clean_up, finish_cancelling, kept_for_retry, on_cancelled, report
from tasks.going_back import GoOnFrom, see_where_to_go_on, with_ways_back
from tasks.guard import claimed
from tasks.history import read_history
from tasks.naming import name_run
from tasks.planning import choose_version, plan_build, prepare_source, resolve_source
from tasks.proving import publish, verify
from tasks.superseding import supersede_older


def _first_name() -> str:
    return Path(str(flow_run.parameters["recipe"])).stem


@flow(name="build-image", flow_run_name=_first_name, on_cancellation=[on_cancelled])
def build_image(
    recipe: str,
    version: str | None = None,
    keep_failed_for: KeepFor = KeepFor.TWO_HOURS,
    resume_build: str | None = None,
    go_on_from: GoOnFrom = GoOnFrom.WHERE_IT_STOPPED,
    customize_step: str | None = None,
    supersede: bool = False,
) -> State[None] | Delivery:
    """Build an image from a recipe, prove it on two machines, and publish it.

    A build whose process died goes on by itself. One that failed goes on where it stopped: press Retry, or start a run
    that resumes it, there or from an earlier step. Returns all that the image was delivered as.

    Args:
        recipe: The recipe, as a path from the repository's root, such as deployments/recipes/debian-12-web.yaml.
        version: The image version, such as 1.20.3, instead of the next one by the recipe's scheme.
        keep_failed_for: How long what a failed build made is kept for a retry, its machines deallocated. Then, or
            when it is cancelled, all of it is removed.
        resume_build: The id of a failed build to go on with in this run, with the same recipe.
        go_on_from: The step from which that build is done again, whatever it had done.
        customize_step: With customize, the recipe's step from which it is; the first, if none is named.
        supersede: Cancel the builds of this recipe that were begun before and are not done, and go on when they have
            cleaned up.
    """
    build_id = build_id_of(UUID(flow_run.id), resume_build)
    with claimed(build_id):
        history = read_history()
        if history.is_cancelled:
            return finish_cancelling(build_id)
        with kept_for_retry(build_id, keep_failed_for):
            history.demand_resumptions_left()
            if supersede:
                supersede_older()
            plan = plan_build(recipe, version, build_id)
            see_where_to_go_on(plan, go_on_from, customize_step)
            source = resolve_source(plan)
            name_run(plan, choose_version(plan, source))
            ready = prepare_source(plan, source)
            vm, image = with_ways_back(plan, lambda: captured_image(plan, source, ready))
            verified = verify(plan, image)
            delivered = deliver(plan, verified, source, vm, image)
            published = publish(plan, verified, image)
            cleaned = clean_up(plan)
        report(build_id, "published", cleaned)
    return delivery_of(published, delivered)


def captured_image(plan: BuildPlan, source: ResolvedSource, ready: ResolvedSource) -> tuple[BuildVm, ImageVersion]:
    """What is done on the build VM: again from a checkpoint, when it was cut short."""
    vm = provision(plan, ready)
    before = inventory(plan, vm, "before")
    customize(plan, vm)
    after = inventory(plan, vm, "after")
    kept = snapshot(plan, vm)
    generalize(plan, vm, kept, before, after)
    return vm, capture(plan, vm, source)
