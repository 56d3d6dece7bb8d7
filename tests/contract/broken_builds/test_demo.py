"""``make demo`` and ``make up`` as a person sees them, who also interrupts them: on instant machines."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient

from deployments.local_stack.processes import leftovers
from deployments.local_stack.run import follow
from deployments.local_stack.stack import ROOT

pytestmark = pytest.mark.timeout(900)
PROGRAM = (sys.executable, "-m", "deployments.local_stack")
QUICK = ("--hypervisor", "instant", "--pace", "0")
EARLY = "completed  choose version"
"""The first of its steps that is worth an interruption; on these machines the others are done between two looks."""
STEP = "upgrade Debian and install nginx"
SECONDS = 240
RESULT = {"build_id", "image_version", "source", "report", "report_page", "seconds", "steps"}


class Shown:
    """A stack that a person started, and what it says meanwhile."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self._said = process, list[str]()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def said(self) -> str:
        return "".join(self._said)

    def until(self, words: str) -> None:
        deadline = time.monotonic() + SECONDS
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    def end(self) -> tuple[int, list[str]]:
        """Its exit code, and the lines of its standard output."""
        assert self.process.stdout
        lines = self.process.stdout.read().splitlines()
        code = self.process.wait(SECONDS)
        self._reader.join()
        return code, lines

    def _read(self) -> None:
        assert self.process.stderr
        self._said.extend(iter(self.process.stderr.readline, ""))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stacks")


@contextmanager
def begun(folder: Path, what: str = "demo") -> Iterator[Shown]:
    command = [*PROGRAM, what, *QUICK, "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        shown = Shown(process)
        try:
            yield shown
        finally:
            process.kill()
            shown.end()


def test_one_that_was_killed_is_no_hindrance_to_the_next(folder: Path) -> None:
    with begun(folder) as killed:
        killed.until(EARLY)
        killed.process.kill()
    with begun(folder) as demo:
        code, lines = demo.end()
    assert code == 0, demo.said
    assert "processes that an interrupted stack left" in demo.said
    assert re.search(r"The run in Prefect's UI: http://127.0.0.1:\d+/runs/flow-run/", demo.said)
    assert f"completed  {STEP}" in demo.said
    assert "To look at the run in Prefect's UI again: make up" in demo.said
    (line,) = lines
    result = json.loads(line)
    assert set(result) == RESULT
    assert "/versions/" in result["image_version"]
    assert result["image_version"] in demo.said
    assert result["source"].startswith("Debian:debian-12:12-gen2:")
    assert Path(result["report"]).exists()
    assert {step["state"] for step in result["steps"]} == {"completed"}
    assert set(result["steps"][0]) == {"name", "state", "seconds", "attempts"}
    assert leftovers(folder / "stack-1") == []


def test_ctrl_c_cancels_the_build_and_stops_everything(folder: Path) -> None:
    with begun(folder) as demo:
        demo.until(EARLY)
        demo.process.send_signal(signal.SIGINT)
        code, lines = demo.end()
    assert (code, lines) == (130, [])
    assert "The build's last state: Cancelled." in demo.said
    assert leftovers(folder / "stack-1") == []


def test_while_it_is_up_a_person_runs_a_build_in_the_ui_and_ctrl_c_stops_everything(folder: Path) -> None:
    with begun(folder, "up") as stack:
        stack.until("To build an image")
        address = re.search(r"Prefect's UI: (http://\S+)", stack.said)
        assert address
        with SyncPrefectClient(f"{address[1]}/api") as client:
            deployment = client.read_deployment_by_name("build-image/debian-12-web")
            assert [schedule.active for schedule in deployment.schedules] == [True]
            # Its button, with nothing changed in the form.
            pressed = client.create_flow_run_from_deployment(deployment.id)
            follow(client, pressed.id, None, lambda: None)
            ended = client.read_flow_run(pressed.id)
        assert ended.state_name == "Completed", ended.state
        stack.process.send_signal(signal.SIGINT)
        code, _ = stack.end()
    assert code == 0, stack.said
    assert leftovers(folder / "stack-1") == []
