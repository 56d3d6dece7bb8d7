"""A golden image, from its recipe to a published, proved image version."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from tasks.build_id import build_id_of
from tasks.building import capture, customize, generalize, inventory, provision, snapshot
from tasks.ending import KeepFor, clean_up, finish_cancelling, kept_for_retry, on_cancelled, report
from tasks.guard import claimed
from tasks.history import demand_resumptions_left, is_cancelled
from tasks.naming import name_run
from tasks.planning import choose_version, plan_build, prepare_source, resolve_source
from tasks.proving import publish, verify


def _first_name() -> str:
    return Path(str(flow_run.parameters["recipe"])).stem


@flow(name="build-image", flow_run_name=_first_name, on_cancellation=[on_cancelled])
def build_image(
    recipe: str,
    version: str | None = None,
    keep_failed_for: KeepFor = KeepFor.TWO_HOURS,
    resume_build: str | None = None,
) -> State[None] | None:
    """Build an image from a recipe, prove it on two machines, and publish it.

    A build whose process died goes on by itself. One that failed goes on where it stopped: press Retry, or start a run
    that resumes it.

    Args:
        recipe: The recipe, as a path from the repository's root, such as deployments/recipes/debian-12-web.yaml.
        version: The image version, such as 1.20.3, instead of the next one by the recipe's scheme.
        keep_failed_for: How long what a failed build made is kept for a retry, its machines deallocated. Then, or
            when it is cancelled, all of it is removed.
        resume_build: The id of a failed build to go on with in this run, with the same recipe.
    """
    build_id = build_id_of(UUID(flow_run.id), resume_build)
    with claimed(build_id):
        if is_cancelled():
            return finish_cancelling(build_id)
        with kept_for_retry(build_id, keep_failed_for):
            demand_resumptions_left()
            plan = plan_build(recipe, version, build_id)
            source = resolve_source(plan)
            name_run(plan, choose_version(plan, source))
            ready = prepare_source(plan, source)
            vm = provision(plan, ready)
            before = inventory(plan, vm, "before")
            customize(plan, vm)
            after = inventory(plan, vm, "after")
            kept = snapshot(plan, vm)
            generalize(plan, vm, kept, before, after)
            image = capture(plan, vm, source)
            verified = verify(plan, image)
            publish(plan, verified, image)
            cleaned = clean_up(plan)
        report(build_id, "published", cleaned)
    return None
