"""The report as one HTML page that needs nothing else: no script, no network, light or dark, on screen or paper."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from mintage.artifacts import Report
from mintage.report.timeline import timeline
from mintage.report.wording import HEADLINES, duration, failed_first, moment, tally, title

_TEMPLATES = Environment(
    loader=PackageLoader("mintage.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(duration=duration, moment=moment)


def page(report: Report) -> str:
    """Return the whole HTML document. Whatever guests and clouds said in the report is shown as text only."""
    return _TEMPLATES.get_template("report.html").render(
        report=report,
        title=title(report),
        headline=HEADLINES[report.outcome],
        timeline=timeline(report),
        checks=failed_first(report.checks),
        tally=tally(report.checks),
    )
