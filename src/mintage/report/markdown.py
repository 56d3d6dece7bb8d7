"""The report as Markdown, for Prefect's artifacts."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from mintage.artifacts import Check, PackageChanges, Report
from mintage.report.wording import HEADLINES, duration, failed_first, moment, tally, title

_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in r"\`*_[]|~"}
_MARKS = {"published": "✅", "failed": "❌", "cancelled": "⏹"}


def markdown(report: Report) -> str:
    """Return headings, tables, and packages folded away in ``<details>``."""
    places = (_source(report), _passed_over(report))
    sections = (_head(report), _facts(report), _forms(report), *places, _steps(report), _checks(report))
    rest = (_regions(report), _packages(report.packages), _leftovers(report))
    return "\n\n".join(filter(None, [*sections, *rest])) + "\n"


def _head(report: Report) -> str:
    head = f"# {_MARKS[report.outcome]} {_text(title(report))}\n\n**{HEADLINES[report.outcome]}** "
    head += f"after {duration(report.seconds)}, begun {moment(report.started)}."
    return f"{head}\n\n{_quoted(report.error)}" if report.error else head


def _facts(report: Report) -> str:
    facts = {
        "Image version" if report.outcome == "published" else "Image version, not published": report.image_version,
        "Source": report.source,
        "Build VM": report.machine,
        "Recipe": report.recipe,
        "Recipe’s SHA-256": report.recipe_sha256,
        "Build": report.build_id,
        "Mintage": report.mintage_version,
    }
    rows = [(name, _code(value)) for name, value in facts.items() if value]
    return _table(("", ""), rows) + (f"\n\n[The run in Prefect]({report.run_url})" if report.run_url else "")


def _source(report: Report) -> str:
    rows = [(_text(fact.name), _code(fact.value)) for fact in report.source_facts]
    warnings = [f"⚠️ {_text(each)}" for each in report.source_warnings]
    return _section("Source", "\n\n".join([*warnings, *filter(None, [_table(("What", "Value"), rows)])]))


def _forms(report: Report) -> str:
    """One form is told among the facts."""
    rows = [(_text(each.form), _code(each.identity), _code(each.checksum or "")) for each in report.forms]
    name = "Delivered as" if report.outcome == "published" else "Made, not published"
    return _section(name, _table(("Form", "Where", "Checksum"), rows)) if len(rows) > 1 else ""


def _passed_over(report: Report) -> str:
    rows = [(_text(each.placement), _text(each.reason)) for each in report.passed_over]
    return _section("Passed over", _table(("Place for the build VM", "Why it was not to be had"), rows))


def _steps(report: Report) -> str:
    rows = [(_text(step.name), step.state.value, duration(step.seconds), str(step.attempts)) for step in report.steps]
    return _section("Steps", _table(("Step", "State", "Time", "Attempts"), rows))


def _checks(report: Report) -> str:
    rows = [
        ("✅" if check.passed else "❌", _text(check.name), _text(check.seen + _next(check)))
        for check in failed_first(report.checks)
    ]
    return _section(f"Checks: {tally(report.checks)}", _table(("", "Check", "Seen"), rows))


def _next(check: Check) -> str:
    return f"\nNext: {check.remedy}" if check.remedy and not check.passed else ""


def _regions(report: Report) -> str:
    rows = [(_text(each.region), _text(each.state), f"{each.progress} %") for each in report.regions]
    return _section("Regions", _table(("Region", "State", "Progress"), rows))


def _packages(packages: PackageChanges | None) -> str:
    if packages is None:
        return ""
    groups = {
        "installed": [f"{each.name} {each.version}" for each in packages.installed],
        "changed": [f"{each.name} {each.before} → {each.after}" for each in packages.changed],
        "removed": [f"{each.name} {each.version}" for each in packages.removed],
    }
    return _section("Packages", "\n\n".join(_folded(f"{len(each)} {name}", each) for name, each in groups.items()))


def _leftovers(report: Report) -> str:
    rows = [(_code(each.resource_id), _text(each.reason), moment(each.expires)) for each in report.leftovers]
    return _section("Left behind", _table(("Resource", "Why", "Expires"), rows))


def _section(name: str, body: str) -> str:
    return f"## {name}\n\n{body}" if body else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(row) for row in rows]
    return "\n".join([_row(head), _row(["---"] * len(head)), *lines]) if lines else ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _folded(summary: str, lines: list[str]) -> str:
    if not lines:
        return summary
    items = "\n".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f"<details><summary>{summary}</summary>\n<ul>\n{items}\n</ul>\n</details>"


def _quoted(text: str) -> str:
    return "\n".join(f"> {_text(line)}<br>" for line in text.splitlines())


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    """What guests and clouds said stays text: neither HTML nor Markdown nor the end of a table's cell."""
    escaped = html.escape(text.strip(), quote=False).translate(_SIGNS)
    return "<br>".join(escaped.splitlines())
