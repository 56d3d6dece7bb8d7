"""The recipe's steps on the build VM, and the copies of its disk between them."""

from __future__ import annotations

from prefect import get_run_logger

from mintage.artifacts import BuildVm, DiskSnapshot, StepOutcome
from mintage.azure.snapshot import snapshot_disks
from mintage.build_plan import BuildPlan
from mintage.guests import guest_of
from mintage.recipe import CustomizeStep, WindowsStep
from tasks.connection import connected
from tasks.course import course_of
from tasks.kept_record import KeptRecord
from tasks.stages import checkpoint_name, step_name
from tasks.step import step


def customize(plan: BuildPlan, vm: BuildVm) -> None:
    """Do the recipe's steps one after the other, each a task run of its own, with the checkpoints it asks for."""
    for what in plan.recipe.customize:
        customize_step(plan, vm, what)
        if what.checkpoint:
            checkpoint(plan, vm, what)


@step("customize", run_name="{what.name}", key=lambda what, **_: step_name(what.name))
def customize_step(plan: BuildPlan, vm: BuildVm, what: CustomizeStep | WindowsStep) -> StepOutcome:
    """Do one step of the recipe; its output is in the log as it comes."""
    with connected(plan.build_id) as connection:
        guest = guest_of(connection.clients, plan, connection.keys(plan.build_id))
        record = KeptRecord(plan.build_id, step_name(what.name))
        return guest.run_step(vm, what, get_run_logger().info, record)


@step("checkpoint", run_name="checkpoint after {what.name}", key=lambda what, **_: checkpoint_name(what.name))
def checkpoint(plan: BuildPlan, vm: BuildVm, what: CustomizeStep | WindowsStep) -> DiskSnapshot:
    """Keep the disk as it is after the step."""
    number = [each.name for each in plan.recipe.customize].index(what.name) + 1
    name = plan.names.checkpoint(number, course_of(plan.build_id).round)
    with connected(plan.build_id) as connection:
        guest_of(connection.clients, plan, connection.keys(plan.build_id)).write_out(vm)
        return snapshot_disks(connection.clients, plan, vm, name)
