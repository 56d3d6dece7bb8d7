"""On the build VM: provisioned, customized, generalized, captured."""

from __future__ import annotations

from prefect import get_run_logger

from mintage.artifacts import BuildVm, DiskSnapshot, Generalized, ImageVersion, Inventory, ResolvedSource
from mintage.azure.capture import capture_as_next
from mintage.azure.provision import provision as provision_vm
from mintage.azure.snapshot import snapshot_disks
from mintage.build_plan import BuildPlan
from mintage.guests import guest_of
from tasks.connection import connected
from tasks.course import course_of
from tasks.kept_record import KeptRecord
from tasks.run_artifacts import show_log
from tasks.stages import CAPTURE, GENERALIZE, PROVISION, SNAPSHOT
from tasks.step import step


@step(PROVISION)
def provision(plan: BuildPlan, source: ResolvedSource) -> BuildVm:
    """Make the build VM in a resource group of its own."""
    with connected(plan.build_id) as connection:
        clients, keys = connection.clients, connection.keys(plan.build_id)
        return provision_vm(clients, connection.settings, plan, source, keys)


@step("inventory", run_name="inventory {when}", key=lambda when, **_: f"inventory {when}")
def inventory(plan: BuildPlan, vm: BuildVm, when: str) -> Inventory:
    """List what is installed, ``before`` or ``after`` the recipe's steps."""
    with connected(plan.build_id) as connection:
        found = guest_of(connection.clients, plan, connection.keys(plan.build_id)).inventory(vm)
    get_run_logger().info("%s packages are installed %s customizing", len(found.packages), when)
    return found


@step(SNAPSHOT)
def snapshot(plan: BuildPlan, vm: BuildVm) -> DiskSnapshot:
    """Keep the disk as it is before generalizing."""
    name = plan.names.snapshot(course_of(plan.build_id).round)
    with connected(plan.build_id) as connection:
        guest_of(connection.clients, plan, connection.keys(plan.build_id)).write_out(vm)
        return snapshot_disks(connection.clients, plan, vm, name)


@step(GENERALIZE)
def generalize(plan: BuildPlan, vm: BuildVm, kept: DiskSnapshot, before: Inventory, after: Inventory) -> Generalized:
    """Take the machine's identity away, and prove it."""

    def attach(name: str, text: str) -> None:
        show_log(plan.build_id, name, text)

    with connected(plan.build_id) as connection:
        guest = guest_of(connection.clients, plan, connection.keys(plan.build_id))
        record = KeptRecord(plan.build_id, GENERALIZE)
        return guest.generalize(vm, kept, before, after, get_run_logger().info, attach, record)


@step(CAPTURE)
def capture(plan: BuildPlan, vm: BuildVm, source: ResolvedSource) -> ImageVersion:
    """Make the image version, in the build region alone and excluded from latest."""
    log = get_run_logger()
    with connected(plan.build_id) as connection:
        # The number is asked for again: another build may have taken it since this one chose it.
        return capture_as_next(
            connection.clients, plan, vm, source, lambda where, seen: log.info("%s: %s", where, seen)
        )
