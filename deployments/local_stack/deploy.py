"""Deployments are what the UI offers to run; they are made anew at each start, so they are those of this checkout."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists

from deployments.local_stack.errors import StackError
from deployments.local_stack.prefect_parts import POOL

FILE = Path("deployments/prefect.yaml")


def make_pool(client: SyncPrefectClient, queue: str) -> None:
    """Make the work pool and the stack's own queue in it when absent.

    Of queues of which one is absent, Prefect gives a worker no run at all, and no error (``BaseWorker`` of 3.x).
    """
    with suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    with suppress(ObjectAlreadyExists):
        client.create_work_queue(queue, work_pool_name=POOL)


def deploy(environment: Mapping[str, str], root: Path) -> None:
    """Deploy everything in ``deployments/prefect.yaml`` to the pool. Raises StackError."""
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(FILE)]
    done = subprocess.run(
        command, cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StackError(f"{FILE} could not be deployed. Prefect says:\n{done.stdout}{done.stderr}")
