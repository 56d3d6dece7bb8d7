"""A test's folder says what kind of test it is, and so how long it may take and when its turn is."""

import gc
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import psutil
import pytest
from xdist.scheduler import LoadFileScheduling

TESTS = Path(__file__).parent
SECONDS = {"contract": 300, "e2e": 900, "real": 3600}
"""Nothing takes a third of it on two cores that are as fast as usual; some hosts are half as fast."""
LONGEST_FIRST = (
    "e2e/test_golden_image.py",
    "contract/builds",
    "contract/broken_builds",
    "contract/azure",
    "e2e",
    "contract",
)
"""Begun last, the build on real machines would be waited for on an idle core; all else fits beside it."""
_BROKEN = "tests/contract/broken_builds"
TOGETHER = (
    ("tests/contract/builds",),
    (f"{_BROKEN}/test_interrupted_builds.py", f"{_BROKEN}/test_two_machines.py"),
    (_BROKEN,),
)
"""Files and folders that share a stack, or would start more of them at a time than two processors can bear. Those of
broken builds take two turns: in one, they would be waited for in the end. Elsewhere each file is on its own."""
LASTING = 50_000
"""How many new objects the garbage collector waits for: usually 700, and it looks at half a million that stay."""

MEMORY = Path("/dev/shm")
ROOM = 6 << 30
"""Bytes. A run of all tests wrote 1.6 GiB, most of it disks of the golden image's machines, which use memory too."""

# ext4 looks at each inode that was deleted in the last minutes before it gives one away, and the guests of the instant
# hypervisor are folders that come and go: half of the processors' time was its. Memory has no such list.
if "TMPDIR" not in os.environ and MEMORY.is_dir():
    free = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available // 2)
    if free > ROOM:
        # For the processes that tests start, and for this one, which has looked it up before.
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
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
        return next((group[0] for group in TOGETHER if any(map(path.is_relative_to, group))), str(path))


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
