"""A server on real sockets, in front of real processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.winrm_certificates import SelfSigned, self_signed
from tests.support.winrm_site import Site


@pytest.fixture(scope="session")
def identities() -> tuple[SelfSigned, SelfSigned]:
    return self_signed("vm-under-test"), self_signed("builder", for_client=True)


@pytest.fixture
def site(identities: tuple[SelfSigned, SelfSigned], tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, *identities)
    yield made
    made.close()
