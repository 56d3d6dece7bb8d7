"""What `make chaos` finds in a cloud after a build, and what it leaves itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from chaos.build import Build
from chaos.world import World, environment
from localazure.server import running
from mintage.waiting import NotYet, wait_for
from tests.contract.conftest import instant_settings


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """In this process, which has threads and so cannot fork."""
    with running(instant_settings(tmp_path / "localazure")) as server:
        yield World(tmp_path, environment(tmp_path, vars(server.endpoints)))


def test_what_a_build_left_untagged_is_a_leak_and_what_was_there_before_is_not(world: World, tmp_path: Path) -> None:
    with world.clients() as clients:
        clients.resources.resource_groups.create_or_update("there", {"location": "westeurope"})
        build = Build(world, tmp_path / "build", {})
        for name in ("left", "images"):
            clients.resources.resource_groups.create_or_update(name, {"location": "westeurope"})
    outcome = build.outcome()
    assert [each.rpartition("/")[2] for each in outcome.leaked] == ["left"]
    assert not outcome.published


def test_a_run_that_is_told_to_end_leaves_no_local_azure_running(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "chaos", "--short", "--jobs", "1", "--out", str(tmp_path / "chaos.json")]
    run = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.DEVNULL)

    def served() -> Path:
        for found in tmp_path.glob("chaos-*/job-1/world/localazure/server.json"):
            return found.parent
        raise NotYet("no server.json")

    wait_for(served, "No localazure", where=str(tmp_path), deadline=time.monotonic() + 120, pause=0.05)
    # A job, and its local Azure.
    begun = psutil.Process(run.pid).children(recursive=True)
    assert len(begun) > 1
    run.terminate()
    assert run.wait(120) == 128 + signal.SIGTERM
    assert [each for each in begun if each.is_running()] == []
