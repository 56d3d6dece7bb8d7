"""The part of `make chaos` that every change is tested by: four builds, each of which has to bear several things."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chaos.results import Results
from chaos.short import short_cases

pytestmark = pytest.mark.timeout(900)


def test_no_build_is_lost_whatever_goes_wrong_in_it(tmp_path: Path) -> None:
    out = tmp_path / "chaos.json"
    # A process of its own, which may fork: this one has threads.
    told = subprocess.run(
        [sys.executable, "-m", "chaos", "--short", "--jobs", "1", "--out", out],
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.exists(), told.stdout + told.stderr
    results = Results.model_validate_json(out.read_text())
    assert [each.wrong for each in results.cases] == [()] * len(short_cases()), told.stdout
    assert (results.not_reached, results.failures, told.returncode) == (0, 0, 0)
