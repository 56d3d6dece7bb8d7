"""A test's folder says what kind of test it is, and so how long it may take and when its turn is."""

import gc
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

TESTS = Path(__file__).parent
SECONDS = {"contract": 120, "e2e": 900, "real": 3600}
LONGEST_FIRST = (
    "e2e/test_golden_image.py",
    "contract/builds",
    "contract/broken_builds",
    "contract/azure",
    "e2e",
    "contract",
)
"""Begun last, the build on real machines would be waited for on an idle core; all else fits beside it."""
TOGETHER = ("tests/contract/builds", "tests/contract/broken_builds")
"""Folders whose files share a stack, or would start one each at the same time. Elsewhere each file is on its own."""
LASTING = 50_000
"""How many new objects the garbage collector waits for: usually 700, and it looks at half a million that stay."""

# Prefect would report every run of the tests to its makers.
os.environ.setdefault("DO_NOT_TRACK", "1")
# A script's `make test &` would ignore Ctrl-C, and so would all that tests start: shells cannot even trap it then.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# What is imported and collected stays, so to look for garbage meanwhile took a fifth of the time.
gc.disable()


class ByFile(LoadFileScheduling):  # type: ignore[misc] # it is not typed
    """A file's tests in one process, and those of files that belong together."""

    # xdist_group is not for this: pytest-xdist 3.8 does not see such marks with pytest 9.2.
    def _split_scope(self, nodeid: str) -> str:
        path = Path(super()._split_scope(nodeid))
        return next((folder for folder in TOGETHER if path.is_relative_to(folder)), str(path))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        kind = item.path.relative_to(TESTS).parts[0]
        item.add_marker(kind)
        if kind in SECONDS and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS[kind]))
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    # Modules, and the tests themselves, are there until the end.
    gc.collect()
    gc.freeze()
    gc.set_threshold(LASTING, 20, 20)
    gc.enable()


def _turn(item: pytest.Item) -> int:
    path = item.path.relative_to(TESTS)
    return next((turn for turn, each in enumerate(LONGEST_FIRST) if path.is_relative_to(each)), len(LONGEST_FIRST))
