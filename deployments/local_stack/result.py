"""What a build came to, for programs: one line of JSON; and for people, where to look."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from deployments.local_stack.run import Steps
from mintage.artifacts import Report, StepState


class ResultStep(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    state: StepState
    seconds: float | None
    attempts: int


class BuildResult(BaseModel):
    """The last line of ``make demo``. What a failed build did not come to is null."""

    model_config = ConfigDict(frozen=True)

    build_id: str
    image_version: str | None
    source: str | None
    report: Path | None
    report_page: Path | None
    seconds: float
    steps: tuple[ResultStep, ...]


def result_of(build_id: str, seconds: float, steps: Steps, report: Report | None, folder: Path) -> BuildResult:
    """Sum a build up; ``report`` is None when it did not get as far as writing one into ``folder``."""
    written = folder / f"{build_id}.json"
    return BuildResult(
        build_id=build_id,
        image_version=report.image_version if report else None,
        source=report.source if report else None,
        report=written if report else None,
        report_page=written.with_suffix(".html") if report else None,
        seconds=round(seconds, 3),
        steps=tuple(
            ResultStep(name=step.name, state=step.state, seconds=step.seconds, attempts=step.attempts) for step in steps
        ),
    )


def read_report(folder: Path, build_id: str) -> Report | None:
    try:
        return Report.model_validate_json((folder / f"{build_id}.json").read_bytes())
    except FileNotFoundError:
        return None
