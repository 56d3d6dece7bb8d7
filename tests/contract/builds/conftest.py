"""One stack for the tests of all files of this folder: a second one costs as much as two builds, and idles too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.builds import Builds, building
from tests.support.exported import export_debian


@pytest.fixture(scope="package")
def debian(builds: Builds) -> Path:
    """A disk image of Debian, in a file beside the recipes."""
    return export_debian(builds.clients, builds.folder)


@pytest.fixture(scope="package")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    with building(tmp_path_factory.mktemp("builds")) as builds:
        yield builds
