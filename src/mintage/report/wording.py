"""How reports speak of times, numbers and outcomes."""

from __future__ import annotations

from datetime import UTC, datetime

from mintage.artifacts import Check, Report

HEADLINES = {"published": "Published", "failed": "Not published: the build failed", "cancelled": "Cancelled"}


def duration(seconds: float | None) -> str:
    """``0.4 s``, ``42 s``, ``4 min 05 s``, ``1 h 02 min``; nothing for None."""
    if seconds is None:
        return ""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def moment(when: datetime | None) -> str:
    """``2026-03-07 10:02:31 UTC``; nothing for None."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if when else ""


def title(report: Report) -> str:
    """``debian-12-web 2026.307.0``, or the recipe alone where no version was reached."""
    return f"{report.recipe} {report.version}" if report.version else report.recipe


def failed_first(checks: tuple[Check, ...]) -> list[Check]:
    return sorted(checks, key=lambda check: check.passed)


def tally(checks: tuple[Check, ...]) -> str:
    """``all 12 passed`` or ``1 of 12 failed``."""
    failed = sum(not check.passed for check in checks)
    return f"{failed} of {len(checks)} failed" if failed else f"all {len(checks)} passed"
