"""Where claims are kept."""

from pathlib import Path

import pytest

from tests.support.kept_results import keep_results_in


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results in a folder, without a server that says where."""
    keep_results_in(tmp_path, monkeypatch)
