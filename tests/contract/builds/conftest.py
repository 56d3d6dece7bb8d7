"""One stack for the tests of all files of this folder: a second one costs as much as two builds, and idles too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.builds import Builds, building


@pytest.fixture(scope="package")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    with building(tmp_path_factory.mktemp("builds")) as builds:
        yield builds
