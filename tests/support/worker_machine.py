"""A machine with a worker on it: a name, processes and files of its own. It sees a share and the network."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deployments.local_stack.prefect_parts import POOL, environment_of, is_online
from deployments.local_stack.processes import Process, start, stop
from deployments.local_stack.stack import ROOT, Stack

APPLICATION = "mintage"
"""The machine's copy of the application, from which its flow runs start."""
_START_SECONDS = 60
_STOP_SECONDS = 20


@dataclass(frozen=True)
class Machine:
    name: str
    folder: Path
    stack: Stack
    process: Process

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    def wait(self) -> None:
        """Until its worker takes runs. Raises StackError."""
        self.process.wait_until(lambda: is_online(self.stack.client, self.name), _START_SECONDS)

    def kill(self) -> None:
        """As when its power fails: all its processes are gone at once, the worker and the builds."""
        self.process.popen.kill()
        self.process.popen.wait(_STOP_SECONDS)


@contextmanager
def machine(name: str, address: str, stack: Stack, share: Path, key: str) -> Iterator[Machine]:
    """Start a machine beside ``share``, which it has mounted elsewhere.

    ``address`` is what it takes for its own, ``key`` the master key that all have.
    """
    folder = share.parent / name
    for part in ("flows", "tasks"):
        shutil.copytree(ROOT / part, folder / APPLICATION / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(stack.account["MINTAGE_CA_FILE"], folder / "ca.pem")
    results = folder / "results"
    results.mkdir()
    worker = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", name]
    command = [*_apart(name, share.parent, {folder: folder, share: results}), *worker, "--work-queue", stack.queue]
    environment = {**environment_of(stack.slot, f"{stack.ui}/api"), **stack.account, **_own(folder, address, key)}
    process = start(name, command, folder=stack.slot.folder, environment=environment, cwd=folder)
    try:
        yield Machine(name, folder, stack, process)
    finally:
        stop(process, _STOP_SECONDS)


def _apart(name: str, hidden: Path, seen: dict[Path, Path]) -> list[str]:
    """In namespaces of its own, with nothing in ``hidden`` but what is ``seen``: folders, and where it has them."""
    mounts = (word for there, here in seen.items() for word in ("--bind", str(there), str(here)))
    return [
        *("bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc"),
        *("--unshare-uts", "--hostname", name, "--die-with-parent", "--tmpfs", str(hidden), *mounts),
    ]


def _own(folder: Path, address: str, key: str) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_LOCAL_STORAGE_PATH": str(folder / "results"),
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "MINTAGE_ROOT": str(folder / APPLICATION),
        "MINTAGE_CA_FILE": str(folder / "ca.pem"),
        "MINTAGE_BUILDER_ADDRESS": address,
        "MINTAGE_KEY": key,
        "MINTAGE_KEY_FILE": "",
        "MINTAGE_REPORT_FOLDER": str(folder / "reports"),
        "MINTAGE_STATE_FOLDER": str(folder / "state"),
        "MINTAGE_BUDGET_SHARE": "0.5",
    }
