"""The demonstration, on real machines: from a recipe to an image that others boot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from deployments.local_stack.demo import DEPLOYMENT
from deployments.local_stack.stack import ROOT, Options
from mintage.artifacts import Report
from mintage.azure.source import resolve_source
from mintage.build_plan import BuildPlan
from mintage.recipe import GallerySource
from mintage.recipe_file import load_recipe
from tests.support.builds import Builds, building

pytestmark = pytest.mark.timeout(1500)
"""Measured: 4 boots without acceleration take 12 minutes on two cores that other work competes for."""

RECIPE = ROOT / "deployments/recipes/debian-12-web.yaml"
INTERRUPTED = "upgrade Debian and install nginx"


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    with pytest.MonkeyPatch.context() as patch:
        # Emulated processors wait for each other while the host has no time for both, as beside other tests: with one
        # instead of two SSH answered after 69 s instead of 59, but work then took 7.4 CPU-seconds instead of 9.4.
        patch.setenv("LOCALAZURE_GUEST_VCPUS", "1")
        with building(tmp_path_factory.mktemp("stacks"), Options(pace=0)) as builds:
            yield builds


@pytest.fixture(scope="module")
def report(builds: Builds) -> Report:
    """The report of the one build that all tests look at; its cloud is killed while a guest is at work."""
    run = builds.start(RECIPE, DEPLOYMENT)
    builds.until(run, INTERRUPTED)
    builds.kill_part("localazure")
    ended = builds.finish(run)
    assert ended.state == "Completed", ended.why
    assert ended.report
    return ended.report


def test_a_recipe_becomes_a_published_image_and_nothing_else_is_left(report: Report) -> None:
    assert report.outcome == "published"
    assert {"verify", "publish"} <= {step.name for step in report.steps}
    assert report.leftovers == ()


def test_no_step_was_run_again_when_the_cloud_came_back(report: Report) -> None:
    assert {step.name: step.attempts for step in report.steps if step.attempts != 1} == {}
    assert INTERRUPTED in {step.name for step in report.steps}


def test_it_was_proved_on_two_real_machines(report: Report) -> None:
    assert [check.name for check in report.checks if not check.passed] == []
    page = [check.name for check in report.checks if check.name.endswith("test: nginx answers with the page")]
    assert len(page) == 2
    assert "different-machine-ids" in {check.name for check in report.checks}


def test_the_report_tells_what_the_build_installed(report: Report) -> None:
    assert report.packages
    assert "nginx" in {package.name for package in report.packages.installed}


def test_whoever_asks_for_the_latest_version_gets_the_proved_one(report: Report, builds: Builds) -> None:
    source = resolve_source(builds.clients, _plan_on(str(report.image_version).rpartition("/versions/")[0]))
    assert source.exact == report.image_version


def _plan_on(definition_id: str) -> BuildPlan:
    """What a recipe that starts from the golden image would do."""
    loaded, now = load_recipe(RECIPE), datetime.now(UTC)
    source = GallerySource(kind="gallery", definition_id=definition_id)
    return BuildPlan(
        build_id="0123456789ab",
        recipe=loaded.recipe.model_copy(update={"source": source}),
        recipe_folder=str(loaded.folder),
        recipe_sha256=loaded.sha256,
        started=now,
        expires=now + timedelta(hours=1),
    )
