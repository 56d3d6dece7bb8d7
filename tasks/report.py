"""What a build came to, from what it kept and what Prefect recorded: written to disk and shown in the UI."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from typing import Literal
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import TaskRun
from prefect.utilities.urls import url_for

from mintage.artifacts import (
    Check,
    Cleaned,
    Delivered,
    Generalized,
    ImageVersion,
    Published,
    Report,
    ResolvedSource,
    StepReport,
    StepState,
    Verified,
)
from mintage.build_plan import BuildPlan
from mintage.report import markdown, write_report
from mintage.settings import load_settings
from tasks.course import result_of
from tasks.deliveries import as_version, other_forms
from tasks.keeping import recall
from tasks.kept_places import places_of
from tasks.planning import PLAN, ChosenVersion
from tasks.proving import CHECKS
from tasks.records import read_task_runs, steps_of
from tasks.run_artifacts import put_artifact
from tasks.server import patiently

Outcome = Literal["published", "failed", "cancelled"]
_RECORD_SECONDS = 10.0
"""Prefect writes the states of steps down a moment after they happened."""


def report_build(
    build_id: str,
    run_id: UUID,
    outcome: Outcome,
    cleaned: Cleaned,
    error: str | None = None,
    reporter: UUID | None = None,
) -> Report | None:
    """Write the build's report, again if need be; None when the build has no plan, so nothing was begun.

    ``reporter`` is the task run that asks, which is no part of the report.
    """
    plan = recall(build_id, PLAN, BuildPlan)
    if plan is None:
        return None
    report = _report(plan, run_id, outcome, cleaned, error, _steps(run_id, outcome, reporter))
    write_report(report, load_settings().report_folder)
    put_artifact(f"report-{build_id}", "markdown", markdown(report), f"Build report: {outcome}", run_id)
    return report


def _report(
    plan: BuildPlan,
    run_id: UUID,
    outcome: Outcome,
    cleaned: Cleaned,
    error: str | None,
    steps: tuple[StepReport, ...],
) -> Report:
    build_id = plan.build_id
    image = result_of(build_id, "capture", ImageVersion)
    chosen = result_of(build_id, "choose version", ChosenVersion)
    source = result_of(build_id, "resolve source", ResolvedSource)
    places = places_of(build_id)
    generalized = result_of(build_id, "generalize", Generalized)
    published = result_of(build_id, "publish", Published)
    return Report(
        build_id=build_id,
        recipe=plan.recipe.name,
        recipe_sha256=plan.recipe_sha256,
        version=image.version if image else (chosen.version if chosen else None),
        image_version=image.resource_id if image else None,
        source=source.exact if source else None,
        source_facts=source.facts if source else (),
        source_warnings=source.warnings if source else (),
        machine=places.machine,
        passed_over=places.passed_over,
        started=plan.started,
        seconds=round((datetime.now(UTC) - plan.started).total_seconds(), 3),
        outcome=outcome,
        error=error,
        steps=steps,
        checks=_checks(build_id, generalized),
        packages=generalized.packages if generalized else None,
        regions=published.regions if published else (),
        forms=_forms(plan, image),
        leftovers=cleaned.leftovers,
        run_url=url_for("flow-run", obj_id=run_id),
        mintage_version=installed_version("mintage"),
    )


def _forms(plan: BuildPlan, image: ImageVersion | None) -> tuple[Delivered, ...]:
    """The version, and those of the other forms that were delivered."""
    if image is None:
        return ()
    return (as_version(image.resource_id), *other_forms(plan))


def _checks(build_id: str, generalized: Generalized | None) -> tuple[Check, ...]:
    verified = recall(build_id, CHECKS, Verified)
    return (*(generalized.checks if generalized else ()), *(verified.checks if verified else ()))


def _steps(run_id: UUID, outcome: Outcome, reporter: UUID | None) -> tuple[StepReport, ...]:
    """The steps once Prefect has recorded them to their ends, or as they are after ten seconds."""
    deadline = time.monotonic() + _RECORD_SECONDS
    while True:
        runs = [run for run in patiently(lambda: _task_runs(run_id)) if run.id != reporter]
        steps = steps_of(runs, cancelled=outcome == "cancelled")
        if not any(step.state in (StepState.PENDING, StepState.RUNNING) for step in steps):
            return steps
        if time.monotonic() > deadline:
            return steps
        time.sleep(0.2)


def _task_runs(run_id: UUID) -> list[TaskRun]:
    with get_client(sync_client=True) as client:
        return read_task_runs(client, run_id)
