"""A test's folder says what kind of test it is, and so how long it may take."""

import os
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SECONDS = {"contract": 120, "e2e": 900}

# Prefect would report every run of the tests to its makers.
os.environ.setdefault("DO_NOT_TRACK", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        kind = item.path.relative_to(TESTS).parts[0]
        item.add_marker(kind)
        if kind in SECONDS and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS[kind]))
