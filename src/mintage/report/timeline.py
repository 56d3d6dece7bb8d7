"""The steps of a build as bars over its time."""

from __future__ import annotations

from typing import NamedTuple

from mintage.artifacts import Report, StepReport
from mintage.report.wording import duration

_SPACINGS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_MOST_TICKS = 7


class Bar(NamedTuple):
    """Where a bar begins and how long it is, in percent of the build's time."""

    left: float
    width: float


class Tick(NamedTuple):
    """A time on the axis, in percent of the build's time."""

    left: float
    text: str


class Timeline(NamedTuple):
    """Every step with its bar, in the report's order; a step that never began has none."""

    rows: list[tuple[StepReport, Bar | None]]
    ticks: list[Tick]


def timeline(report: Report) -> Timeline:
    span = max([report.seconds, *(_begin(report, step) + (step.seconds or 0) for step in report.steps), 0.001])
    return Timeline([(step, _bar(report, step, span)) for step in report.steps], _ticks(span))


def _begin(report: Report, step: StepReport) -> float:
    """Seconds since the build began. A step taken over from an earlier run of the build began before it: 0."""
    return max(0.0, (step.started - report.started).total_seconds()) if step.started else 0.0


def _bar(report: Report, step: StepReport, span: float) -> Bar | None:
    if step.started is None:
        return None
    left = 100 * _begin(report, step) / span
    return Bar(round(left, 3), round(min(100 - left, 100 * (step.seconds or 0) / span), 3))


def _ticks(span: float) -> list[Tick]:
    spacing = next((seconds for seconds in _SPACINGS if span / seconds < _MOST_TICKS), _SPACINGS[-1])
    return [Tick(round(100 * at / span, 3), _short(at)) for at in range(0, int(span) + 1, spacing)]


def _short(seconds: int) -> str:
    return "0" if seconds == 0 else duration(seconds).replace(".0", "").replace(" 00 s", "").replace(" 00 min", "")
