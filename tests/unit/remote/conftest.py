"""A guest to talk to: this machine, behind a real SSH server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mintage.remote.ssh import SshRemote, connect
from tests.support.ssh_server import SshServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SshServer]:
    server = SshServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def remote(server: SshServer) -> Iterator[SshRemote]:
    with connect(server.address, server.private_key, deadline=time.monotonic() + 10) as remote:
        yield remote
