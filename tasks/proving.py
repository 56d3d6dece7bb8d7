"""On the captured image: verified, published."""

from __future__ import annotations

from prefect import get_run_logger

from mintage.artifacts import ImageVersion, Published, RegionState, Verified
from mintage.azure.publish import mark_unfit
from mintage.azure.publish import publish as publish_version
from mintage.build_plan import BuildPlan
from mintage.verify.image import demand_passed, verify_image
from tasks.connection import connected
from tasks.keeping import keep
from tasks.run_artifacts import show_image, show_replication
from tasks.step import step

CHECKS = "checks"


@step("verify")
def verify(plan: BuildPlan, image: ImageVersion) -> Verified:
    """Boot two VMs from the version and prove it on them. A version that fails is marked, and stays unpublished."""
    log = get_run_logger()
    with connected() as connection:
        clients, keys = connection.clients, connection.keys(plan.build_id)
        verified = verify_image(clients, connection.settings, plan, image, keys, log.info)
        keep(plan.build_id, CHECKS, verified)
        if verified.failed:
            mark_unfit(clients, plan, image)
    demand_passed(verified)
    log.info("All %s checks passed", len(verified.checks))
    return verified


@step("publish")
def publish(plan: BuildPlan, verified: Verified, image: ImageVersion) -> Published:
    """Copy the proved version to all its regions, then include it in latest."""
    log = get_run_logger()

    def progress(regions: tuple[RegionState, ...]) -> None:
        log.info("%s", ", ".join(f"{each.region}: {each.state} {each.progress} %" for each in regions))
        show_replication(plan.build_id, regions)

    with connected() as connection:
        # That it was proved is no matter of the order of lines in a flow.
        demand_passed(verified)
        published = publish_version(connection.clients, plan, image, progress)
        show_image(plan.build_id, image, connection.settings)
    return published
