"""Machines that were built on, reached over SSH."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from mintage.remote.ssh import SshRemote, connect
from tests.support.root_tree import RootTree
from tests.support.ssh_server import SshServer, write_sudo


@dataclass
class Machine:
    tree: RootTree
    server: SshServer

    def connect(self) -> SshRemote:
        return connect(self.server.address, self.server.private_key, deadline=time.monotonic() + 10, login_grace=0.5)


MakeMachine = Callable[[bool], Machine]


@pytest.fixture
def make_machine(tmp_path: Path) -> Iterator[MakeMachine]:
    with ExitStack() as stack:

        def make(ubuntu: bool) -> Machine:
            tree = RootTree(tmp_path / "root", ubuntu=ubuntu)
            write_sudo(tree.path / "opt/sudo")
            server = SshServer(tmp_path, shell=tree.shell)
            server.start()
            stack.callback(server.stop)
            return Machine(tree, server)

        yield make


@pytest.fixture
def debian(make_machine: MakeMachine) -> Machine:
    return make_machine(False)


@pytest.fixture
def ubuntu(make_machine: MakeMachine) -> Machine:
    return make_machine(True)
