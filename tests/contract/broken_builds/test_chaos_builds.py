"""The parts of `make chaos` and `make budgets` that every change is tested by."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.budgets import Throttling
from chaos.results import Results
from chaos.short import short_cases

pytestmark = pytest.mark.timeout(900)


def program(module: str, out: Path, *options: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run one, in a process of its own, which may fork: this one has threads. Returns what it wrote, too."""
    command = [sys.executable, "-m", module, *options, "--out", str(out)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert out.exists(), told.stdout + told.stderr
    return told, out.read_text()


def test_no_build_is_lost_whatever_goes_wrong_in_it(tmp_path: Path) -> None:
    """Four builds, each of which has to bear several things."""
    told, written = program("chaos", tmp_path / "chaos.json", "--short", "--jobs", "1")
    results = Results.model_validate_json(written)
    assert [each.wrong for each in results.cases] == [()] * len(short_cases()), told.stdout
    assert (results.not_reached, results.failures, told.returncode) == (0, 0, 0)


def test_builds_that_begin_at_once_share_the_subscriptions_budgets(tmp_path: Path) -> None:
    told, written = program("bench.budgets", tmp_path / "budgets.json", "--builds", "3")
    found = Throttling.model_validate_json(written)
    assert (found.published, found.failures, told.returncode) == (3, 0, 0), told.stdout
    assert found.calls > 3 * 100
