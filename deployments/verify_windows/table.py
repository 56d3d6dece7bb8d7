"""The checklist, and what became of it, for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from deployments.verify_windows.point import Point, PointResult

HEADER = "| point | the model assumes | what rests on it | judged by |"


def checklist(points: Sequence[Point]) -> list[str]:
    """The points as a table in Markdown, as docs/localazure/windows-guest.md has it."""
    rows = (
        " | ".join((f"`{point.name}`", point.assumes, point.rests, ", ".join(f"`{field}`" for field in point.judged)))
        for point in points
    )
    return [HEADER, "|---|---|---|---|", *(f"| {row} |" for row in rows)]


def table(results: Sequence[PointResult]) -> Table:
    shown = Table("point", "", "seconds", "seen otherwise", box=None, pad_edge=False)
    for result in results:
        verdict = "as assumed" if result.as_assumed else "OTHERWISE"
        shown.add_row(result.point, verdict, f"{result.seconds:.1f}", "\n".join(result.differences))
    return shown
