"""A hypervisor of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.model_guest import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    made.hypervisor.close()
