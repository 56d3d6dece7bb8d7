"""Reports on disk."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import NamedTuple

from mintage.artifacts import Report
from mintage.report.page import page


class ReportFiles(NamedTuple):
    """Where the report is, twice."""

    json: Path
    html: Path


def write_report(report: Report, folder: Path) -> ReportFiles:
    """Write ``<build id>.json`` and ``<build id>.html`` into ``folder``, made when absent. Writing again replaces both.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = ReportFiles(folder / f"{report.build_id}.json", folder / f"{report.build_id}.html")
    _replace(files.json, report.model_dump_json(indent=2) + "\n")
    _replace(files.html, page(report))
    return files


def _replace(file: Path, text: str) -> None:
    """A reader, or a second writer of the same build, never meets half a report."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
