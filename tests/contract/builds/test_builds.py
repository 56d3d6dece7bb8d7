"""What becomes of builds: published, failed and gone on with, cancelled, refused; and what each leaves behind."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deployments.local_stack.result import read_report
from deployments.local_stack.run import cancel
from localazure.faults.kinds.status import StatusFault
from localazure.settings import OTHER_SUBSCRIPTION
from mintage.artifacts import StepState
from mintage.azure.clean_up import extend
from mintage.vhd import hash_vhd
from mintage.waiting import NotYet, wait_for
from tasks.build_id import new_build_id
from tests.support.standstill import describe

MAKE_VERSION = "PUT Microsoft.Compute/galleries/images/versions"
DATA_DISK = "/dev/disk/azure/scsi1/lun0"
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def published(builds: Any) -> Any:
    """A build that came to its end in all forms, for tests that only look at it."""
    copy = {"subscription_id": OTHER_SUBSCRIPTION, "resource_group": "copies", "gallery": "copies"}
    forms = [
        {"kind": "copy", **copy},
        {"kind": "managed_image", "resource_group": "images"},
        {"kind": "vhd", "folder": "vhds"},
    ]
    publish = {"forms": forms, "capture_from": "snapshots"}
    return builds.finish(builds.start(builds.recipe("web", customize="echo hello from the guest", publish=publish)))


def test_a_build_is_published_proved_and_leaves_nothing_but_its_image(builds: Any, published: Any) -> None:
    ended = published
    assert ended.state == "Completed", ended.why
    assert ended.report.outcome == "published"
    assert {region.state for region in ended.report.regions} == {"Completed"}
    assert {region.region for region in ended.report.regions} == {"West Europe", "North Europe"}
    assert ended.report.checks
    assert all(check.passed for check in ended.report.checks)
    assert ended.run.name == f"web {ended.report.version}"
    version = builds.version("web")
    assert version["id"] == ended.report.image_version
    assert not version["properties"]["publishingProfile"]["excludeFromLatest"]
    assert not builds.group_exists(ended.run)


def test_every_form_is_in_the_report_and_is_there(builds: Any, published: Any) -> None:
    report = published.report
    version, copy, managed, vhd = report.forms
    assert version.identity == report.image_version
    assert copy.identity.startswith(f"/subscriptions/{OTHER_SUBSCRIPTION}/resourceGroups/copies/")
    there = builds.clients.in_subscription(OTHER_SUBSCRIPTION).compute.gallery_image_versions
    copied = there.get("copies", "copies", "web", report.version)
    assert not copied["properties"]["publishingProfile"]["excludeFromLatest"]
    assert [each["id"] for each in builds.clients.compute.images.list_by_resource_group("images")] == [managed.identity]
    assert vhd.identity == str(builds.folder / "vhds" / f"web-{report.version}.vhd")
    assert vhd.checksum == f"sha256:{hash_vhd(Path(vhd.identity))}"
    assert [step.name for step in published.steps if step.name.startswith("deliver")] == [
        "deliver 1 copy",
        "deliver 2 managed_image",
        "deliver 3 vhd",
    ]
    assert all(name in builds.artifacts(published.run)["report"].data for name in ("## Delivered as", vhd.checksum))


def test_a_build_shows_in_the_ui_what_its_guest_said_and_what_came_of_it(builds: Any, published: Any) -> None:
    report = published.report
    assert "hello from the guest" in builds.log(published.run)
    shown = builds.artifacts(published.run)
    assert {(key, each.type) for key, each in shown.items()} == {
        ("report", "markdown"),
        ("replication", "progress"),
        ("export", "progress"),
        ("image", "markdown"),
    }
    assert shown["replication"].data == 100
    assert "West Europe Completed, North Europe Completed" in shown["replication"].description
    assert report.image_version in shown["image"].data
    for part in ("## Steps", "## Checks: all", "## Packages", report.source, report.run_url):
        assert part in shown["report"].data


def test_a_build_starts_from_a_disk_image_and_shows_its_upload(builds: Any, debian: Path) -> None:
    recipe = builds.recipe("from-disk", source={"kind": "vhd", "file": debian.name})
    ended = builds.finish(builds.start(recipe))
    assert ended.state == "Completed", ended.why
    assert ended.step("upload source").state == StepState.COMPLETED
    assert ended.report.source.startswith("debian.vhd sha256:")
    upload = builds.artifacts(ended.run)["upload"]
    assert (upload.type, upload.data) == ("progress", 100)
    assert upload.description.startswith("Upload: ")
    assert not builds.group_exists(ended.run)


def test_a_retry_goes_on_at_the_step_that_failed_with_the_machine_started_again(builds: Any) -> None:
    """Here to a specialized image with a data disk."""
    fill = f"mkdir -p /opt/d; echo hello > /opt/d/hello; mkfs.ext4 -q -d /opt/d {DATA_DISK}"
    recipe = builds.recipe(
        "second-try",
        customize=f"test -e /opt/tried || {{ touch /opt/tried; exit 3; }}; {fill}",
        test=f"debugfs -R 'cat /hello' {DATA_DISK} | grep -x hello",
        state="specialized",
        data_disks=[{"lun": 0, "gib": 1}],
    )
    failed = builds.finish(builds.start(recipe))
    assert failed.state == "Failed"
    assert failed.report.outcome == "failed"
    assert "exit code 3" in failed.report.error
    assert failed.step("the step").attempts == 1
    assert failed.report.leftovers[0].expires > datetime.now(UTC)
    assert _power(builds, failed) == {"PowerState/deallocated"}
    assert builds.leaks(failed.run) == {}

    ended = builds.retry(failed.run)

    assert ended.state == "Completed", ended.why
    assert ended.step("provision").state == StepState.CACHED
    assert ended.step("resolve source").state == StepState.CACHED
    assert ended.step("the step").state == StepState.COMPLETED
    assert ended.step("the step").attempts == 2
    assert ended.report.outcome == "published"
    assert {"same-machine-ids"} < {check.name for check in ended.report.checks}
    (data,) = builds.version("second-try")["properties"]["storageProfile"]["dataDiskImages"]
    assert (data["lun"], data["sizeInGB"]) == (0, 1)


def test_a_person_chooses_where_a_build_goes_on_here_in_a_network_of_their_own(builds: Any) -> None:
    subnet_id = _make_subnet(builds)
    refused = StatusFault(operation=MAKE_VERSION, status=403, code="RequestDisallowedByPolicy")
    with builds.faults() as faults:
        faults.add(refused)
        recipe = builds.recipe("chosen", customize="echo made >> /opt/made", subnet_id=subnet_id)
        failed = builds.finish(builds.start(recipe))
    assert "RequestDisallowedByPolicy" in failed.report.error
    (nic,) = builds.clients.network.network_interfaces.list(builds.names(failed.run).group)
    assert nic["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"].lower() == subnet_id.lower()

    resumed = builds.start(recipe, resume_build=failed.report.build_id, go_on_from="generalize")
    ended = builds.finish(resumed)

    assert ended.state == "Completed", ended.why
    report = read_report(builds.stack.slot.reports, failed.report.build_id)
    assert report is not None
    assert report.outcome == "published"
    states = {each.name: each.state for each in ended.steps}
    assert (states["the step"], states["snapshot"]) == (StepState.CACHED, StepState.CACHED)
    assert (states["generalize"], states["capture"]) == (StepState.COMPLETED, StepState.COMPLETED)
    assert not builds.group_exists(failed.run)
    assert builds.clients.network.subnets.get("networks", "own", "builds")


def _make_subnet(builds: Any) -> str:
    """One that is there before the build, and after it."""
    builds.clients.resources.resource_groups.create_or_update("networks", {"location": "westeurope"})
    subnets = [{"name": "builds", "properties": {"addressPrefix": "10.90.1.0/24"}}]
    space = {"addressSpace": {"addressPrefixes": ["10.90.0.0/16"]}, "subnets": subnets}
    body = {"location": "westeurope", "properties": space}
    made = builds.clients.network.virtual_networks.begin_create_or_update("networks", "own", body).result()
    return str(made["properties"]["subnets"][0]["id"])


@pytest.fixture(scope="module")
def failed(builds: Any) -> Any:
    """A build whose machine is kept."""
    return builds.finish(builds.start(builds.recipe("failed", customize="false")))


def test_a_recipe_that_changed_is_not_mixed_into_a_build_that_goes_on(builds: Any, failed: Any) -> None:
    builds.recipe("failed", customize="true")

    ended = builds.retry(failed.run)

    assert ended.state == "Failed"
    assert "not what this build was begun with" in ended.report.error


def test_cancelling_removes_all_the_build_made_so_that_nothing_is_left_to_retry(builds: Any) -> None:
    run = builds.start(builds.recipe("cancelled", customize="sleep 100"))
    builds.until(run, "the step")
    seen = describe(builds.stack, run)
    assert "the step" in seen
    # Of its threads, as it answers to SIGUSR1.
    assert "(most recent call first)" in seen
    # A build at work is nothing for the sweeper, however long it takes.
    extend(builds.clients, new_build_id(run.id), datetime.now(UTC) - timedelta(minutes=1))
    assert builds.sweep(dry_run=False).state.name == "Completed"
    assert builds.group_exists(run)

    state = cancel(builds.stack.client, run.id)
    ended = builds.finish(run)

    assert state
    assert state.name == "Cancelled"
    assert not builds.group_exists(run)
    assert ended.report.outcome == "cancelled"
    assert ended.step("the step").state == StepState.CANCELLED
    assert builds.leaks(run) == {}

    again = builds.retry(run)
    assert again.state == "Failed"
    assert "What the build made is gone" in again.why


def test_a_version_that_fails_its_verification_is_neither_latest_nor_replicated(builds: Any) -> None:
    ended = builds.finish(builds.start(builds.recipe("unfit", test="echo broken; false"), keep_failed_for="not at all"))

    assert ended.state == "Failed"
    assert [check.seen for check in ended.report.checks if not check.passed and "the test" in check.name]
    profile = builds.version("unfit")["properties"]["publishingProfile"]
    assert profile["excludeFromLatest"]
    assert [region["name"] for region in profile["targetRegions"]] == ["West Europe"]
    assert "mintage-unfit" in builds.version("unfit")["tags"]
    assert not builds.group_exists(ended.run)


def test_a_recipe_with_mistakes_is_refused_before_anything_is_made(builds: Any) -> None:
    recipe = builds.recipe("mistaken")
    recipe.write_text(recipe.read_text().replace("westeurope", "West Europe"))

    ended = builds.finish(builds.start(recipe))

    assert "region" in ended.run.state.message
    assert not builds.group_exists(ended.run)
    assert ended.report is None


def test_a_sweep_shows_what_has_expired_and_removes_it_only_when_told_to(builds: Any, failed: Any) -> None:
    extend(builds.clients, new_build_id(failed.run.id), datetime.now(UTC) - timedelta(minutes=1))

    assert builds.sweep().state.name == "Completed"
    assert builds.group_exists(failed.run)

    # A sweep of another subscription is none of this one.
    assert builds.sweep(dry_run=False, subscription_id=OTHER_SUBSCRIPTION).state.name == "Completed"
    assert builds.group_exists(failed.run)

    assert builds.sweep(dry_run=False).state.name == "Completed"
    assert not builds.group_exists(failed.run)


def test_runs_are_made_ready_for_when_the_schedules_say(builds: Any) -> None:
    def scheduled() -> set[str]:
        found: set[str] = builds.scheduled()
        if not {"debian-12-web", "sweep"} <= found:
            raise NotYet(f"only of {found or 'none'}")
        return found

    # Prefect's scheduler looks once a minute.
    wait_for(scheduled, "No run was scheduled", where="deployments", deadline=time.monotonic() + 90)


def test_no_secret_of_a_build_is_kept_anywhere(builds: Any, published: Any) -> None:
    assert published.report
    assert builds.leaks(published.run) == {}


def _power(builds: Any, ended: Any) -> set[str]:
    group = builds.names(ended.run).group
    vms = [each["name"] for each in builds.clients.compute.virtual_machines.list(group)]
    views = [builds.clients.compute.virtual_machines.instance_view(group, name) for name in vms]
    return {status["code"] for view in views for status in view["statuses"] if "PowerState" in status["code"]}
