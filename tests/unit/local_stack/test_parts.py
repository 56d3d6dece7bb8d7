"""A part of a stack that dies is started again, unless it dies at once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.local_stack.errors import StackError
from deployments.local_stack.parts import Part, Watch
from deployments.local_stack.processes import Process, start


@pytest.fixture
def part(tmp_path: Path) -> Iterator[Part]:
    """A part that is ready once its process runs."""
    (tmp_path / "logs").mkdir()

    def launch() -> Process:
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        return start("part", command, folder=tmp_path, environment=dict(os.environ), cwd=tmp_path)

    part = Part(launch, lambda process: process.check(), 5)
    part.start()
    yield part
    part.stop()


def kill(part: Part) -> int:
    part.process.popen.kill()
    part.process.popen.wait(10)
    return part.process.popen.pid


def test_a_part_that_lived_for_a_while_is_started_again(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.local_stack.parts._SHORTEST_LIFE", 0)
    said: list[str] = []
    watch = Watch((part,), said.append)

    with watch.watching():
        dead = kill(part)
        deadline = time.monotonic() + 10
        while part.process.popen.pid == dead and time.monotonic() < deadline:
            time.sleep(0.05)

    assert part.process.popen.poll() is None
    assert said == ["part ended with exit code -9; starting it again."]
    watch.check()


def test_a_part_that_dies_soon_after_its_start_is_given_up(part: Part) -> None:
    watch = Watch((part,), lambda text: None)

    with watch.watching():
        kill(part)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                watch.check()
            except StackError:
                break
            time.sleep(0.05)

    with pytest.raises(StackError, match="part ended with exit code -9"):
        watch.check()
