"""A machine to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.machine import Machine, machine


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as debian:
        yield debian
