"""Machines to generalize."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.layouts.base import Layout
from tests.support.machine import Machine, machine

MakeMachine = Callable[[Layout], Machine]


@pytest.fixture
def machine_of(tmp_path: Path) -> Iterator[MakeMachine]:
    with ExitStack() as stack:
        yield lambda layout: stack.enter_context(machine(tmp_path, layout))


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as debian:
        yield debian
