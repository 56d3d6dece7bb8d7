"""What builds keep, without a server that says where."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore


def keep_results_in(folder: Path, patch: pytest.MonkeyPatch) -> None:
    store = ResultStore(result_storage=LocalFileSystem(basepath=str(folder)))
    patch.setattr("tasks.keeping.get_result_store", lambda: store)
