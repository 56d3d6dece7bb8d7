"""Builds that are cancelled in the middle of what takes long: it ends, and nothing of it is left."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.states import Cancelling

from localazure.faults.kinds.connections import PauseFault
from localazure.faults.kinds.operations import HangingOperationFault
from mintage.errors import DeadlinePassed
from mintage.waiting import NotYet, wait_for
from tests.contract.builds.test_windows_builds import powershell
from tests.contract.builds.test_windows_builds import recipe as windows_recipe

pytestmark = pytest.mark.timeout(600)
SECONDS = 10 + 30
"""Until the worker looks, and what a call may take to end."""


@dataclass(frozen=True)
class Cancelled:
    run: FlowRun
    seconds: float
    """Until no process of the build worked any more."""


@pytest.fixture(scope="module")
def cancelled(builds: Any, debian: Path) -> dict[str, Cancelled]:
    """All of them at once."""
    with _at_work(builds, debian) as runs:
        begun = time.monotonic()
        for run in runs.values():
            builds.stack.client.set_flow_run_state(run.id, Cancelling())
        stopped = _seconds_until_stopped(builds, runs, begun)
        return {name: Cancelled(run, stopped.get(name, math.inf)) for name, run in runs.items()}


@contextmanager
def _at_work(builds: Any, debian: Path) -> Iterator[dict[str, FlowRun]]:
    """An upload that is at its second block, a VM that Azure has begun to make, and a script over WinRM."""
    with builds.faults() as faults:
        block = faults.add(PauseFault(operation="PUT blobs/page", after=1))
        uploads = builds.start(builds.recipe("uploads", source={"kind": "vhd", "file": debian.name}))
        script = powershell("the step", "'begun'; Start-Sleep 600")
        runs_script = builds.start(windows_recipe(builds, "runs-script", script))
        faults.await_strike(block.id, within=240)
        builds.until(runs_script, "the step")
        hangs = faults.add(HangingOperationFault(operation="PUT Microsoft.Compute/virtualMachines"))
        makes = builds.start(builds.recipe("makes-vm"))
        faults.await_strike(hangs.id, within=240)
        yield {"uploads": uploads, "makes-vm": makes, "runs-script": runs_script}


@pytest.mark.parametrize("name", ["uploads", "makes-vm", "runs-script"])
def test_a_build_that_is_cancelled_at_work_stops_soon_and_leaves_nothing(
    builds: Any, cancelled: dict[str, Cancelled], name: str
) -> None:
    what = cancelled[name]
    assert what.seconds < SECONDS
    ended = builds.finish(what.run)
    assert ended.state == "Cancelled", ended.why
    assert ended.report.outcome == "cancelled"
    assert ended.report.leftovers == ()
    assert not builds.group_exists(what.run)
    assert builds.leaks(what.run) == {}


def _seconds_until_stopped(builds: Any, runs: Mapping[str, FlowRun], begun: float) -> dict[str, float]:
    """Of each, until no process worked on it any more; what goes on after minutes is not among them."""
    stopped: dict[str, float] = {}

    def look() -> None:
        for name in runs.keys() - stopped:
            if not builds.processes(runs[name]):
                stopped[name] = time.monotonic() - begun
        if stopped.keys() < runs.keys():
            raise NotYet(f"{runs.keys() - stopped} go on")

    with suppress(DeadlinePassed):
        wait_for(look, "Builds go on", where="", deadline=begun + 240, pause=0.2)
    return stopped
