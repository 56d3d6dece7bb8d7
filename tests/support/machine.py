"""Machines that were built on, reached over SSH."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mintage.remote.ssh import SshRemote, connect
from tests.support.layouts.base import Layout
from tests.support.layouts.debian import DEBIAN
from tests.support.root_tree import RootTree
from tests.support.ssh_server import SshServer, write_sudo


@dataclass
class Machine:
    """A root file system and the server that leads to it."""

    tree: RootTree
    server: SshServer

    def connect(self) -> SshRemote:
        return connect(self.server.address, self.server.private_key, deadline=time.monotonic() + 10, login_grace=0.5)


@contextmanager
def machine(folder: Path, layout: Layout = DEBIAN) -> Iterator[Machine]:
    tree = RootTree(folder / "root", layout)
    write_sudo(tree.path / "opt/sudo")
    server = SshServer(folder, shell=tree.shell)
    server.start()
    try:
        yield Machine(tree, server)
    finally:
        server.stop()
