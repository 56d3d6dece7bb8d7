"""A test's folder says what kind of test it is, and so how long it may take and when its turn is."""

import os
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SECONDS = {"contract": 120, "e2e": 900, "real": 3600}
LONGEST_FIRST = ("e2e/test_golden_image.py", "contract/builds", "contract/broken_builds", "e2e")
"""Begun last, the build on real machines would be waited for on an idle core; all else fits beside it."""
TOGETHER = ("contract/builds",)
"""Folders whose files share what they need. Elsewhere each file has a process to itself."""

# Prefect would report every run of the tests to its makers.
os.environ.setdefault("DO_NOT_TRACK", "1")


# Before pytest-xdist's own, which reads the marks.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        path = item.path.relative_to(TESTS)
        kind = path.parts[0]
        item.add_marker(kind)
        item.add_marker(pytest.mark.xdist_group(_group(path)))
        if kind in SECONDS and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS[kind]))
    items.sort(key=_turn)


def _group(path: Path) -> str:
    return next((folder for folder in TOGETHER if path.is_relative_to(folder)), str(path))


def _turn(item: pytest.Item) -> int:
    path = item.path.relative_to(TESTS)
    return next((turn for turn, each in enumerate(LONGEST_FIRST) if path.is_relative_to(each)), len(LONGEST_FIRST))
