"""A golden image of a virtual machine that somebody has: of copies of its disks, or of the machine itself."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.build_image import build_image
from mintage.artifacts import Delivery
from tasks.build_id import build_id_of
from tasks.capturing import plan_capture
from tasks.ending import KeepFor, on_cancelled
from tasks.going_back import GoOnFrom


def _first_name() -> str:
    vm, recipe = flow_run.parameters.get("vm"), flow_run.parameters["recipe"]
    return str(vm).rpartition("/")[2] if vm else Path(str(recipe)).stem


@flow(name="capture-vm", flow_run_name=_first_name, on_cancellation=[on_cancelled])
def capture_vm(  # noqa: PLR0913, PLR0917 - the fields of its form
    recipe: str,
    vm: str | None = None,
    confirm_generalizing: str | None = None,
    version: str | None = None,
    keep_failed_for: KeepFor = KeepFor.TWO_HOURS,
    resume_build: str | None = None,
    go_on_from: GoOnFrom = GoOnFrom.WHERE_IT_STOPPED,
    customize_step: str | None = None,
) -> State[None] | Delivery:
    """Build an image from a virtual machine, as a build from a recipe does it: proved on two machines, and published.

    The machine is not touched, and goes on running: the build works on copies of its disks. Only where the recipe says
    so (source.generalize_original) and you type its name is the machine itself generalized; it never starts again then.

    Args:
        recipe: The recipe that says all but the source, as a path from the repository's root.
        vm: The machine's resource id, instead of the recipe's source (source.kind virtual_machine).
        confirm_generalizing: The machine's name, if it is to be generalized itself, and the recipe says so too.
        version: The image version, such as 1.20.3, instead of the next one by the recipe's scheme.
        keep_failed_for: How long what a failed build made is kept for a retry, its machines deallocated. Then, or
            when it is cancelled, all of it is removed.
        resume_build: The id of a failed build to go on with in this run, with the same recipe and machine.
        go_on_from: The step from which that build is done again, whatever it had done.
        customize_step: With customize, the recipe's step from which it is; the first, if none is named.
    """
    plan_capture(recipe, version, build_id_of(UUID(flow_run.id), resume_build), vm, confirm_generalizing)
    # Its steps are these: the plan that was kept tells them what to start from.
    return build_image.fn(recipe, version, keep_failed_for, resume_build, go_on_from, customize_step)
