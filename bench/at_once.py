"""Many builds at the same time on one stack, and what became of all of them."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.objects import FlowRun
from pydantic import BaseModel, ConfigDict

from bench.memory import PeakMemory
from deployments.local_stack.demo import DEPLOYMENT
from deployments.local_stack.run import create_run, follow, succeeded
from deployments.local_stack.stack import ROOT, Options, Stack, running
from mintage.azure.clients import Clients, connect
from mintage.names import BUILD_TAG
from mintage.recipe_file import load_recipe
from mintage.settings import load_settings
from tasks.build_id import new_build_id
from tasks.history import RESUMED
from tasks.records import did_a_step, read_task_runs

Database = Literal["sqlite", "postgresql"]
RECIPE = "deployments/recipes/debian-12-web.yaml"
_LONGEST = 1800.0
"""Seconds, for all of them together."""
_VERSION = "/versions/"


class Load(BaseModel):
    """``lost`` and ``leaked`` name what they count; they, the duplicates and the steps run twice are to be none."""

    model_config = ConfigDict(frozen=True)

    database: Database
    builds: int
    published: int
    lost: tuple[str, ...]
    """Builds that did not end published, or have no version of their own, with the reason."""
    leaked: tuple[str, ...]
    """Groups and resources that are left, but for galleries and versions."""
    duplicates: int
    """Image versions beyond one for each build."""
    finished_steps_run_twice: int
    went_on_after_a_death: int
    steps_tried_again: int
    most_at_once: int
    seconds: float
    fastest_seconds: float
    slowest_seconds: float
    """From the run's creation to its end."""
    peak_memory_mib: dict[str, int]

    @property
    def failures(self) -> int:
        return len(self.lost) + len(self.leaked) + self.duplicates + self.finished_steps_run_twice


@dataclass(frozen=True)
class Ended:
    """A build that is over."""

    run: FlowRun
    times_done: Counter[str]
    """How often each step was carried out to its end."""
    tries: int
    """Of steps, beyond the first in each process."""
    resumptions: int

    @property
    def reason(self) -> str:
        return f"{self.run.name} ({self.run.id}): {self.run.state and self.run.state.message}"


def build_at_once(builds: int, database: Database, folder: Path) -> Load:
    """Start a stack in ``folder``, begin all builds together, and wait for them. Raises TimeoutError."""
    with ExitStack() as ends:
        stack = ends.enter_context(running(Options("instant", pace=0), _say, folder))
        ends.enter_context(patch.dict(os.environ, stack.account))
        clients = ends.enter_context(connect(load_settings()))
        return _build_at_once(stack, clients, builds, database)


def lift_limit(stack: Stack, deployment: str, builds: int) -> None:
    """Let so many builds run at once; the deployment's own limit is made for a small subscription."""
    found = stack.client.read_deployment_by_name(deployment)
    stack.client.update_deployment(found.id, DeploymentUpdate(concurrency_limit=builds))


def ended(stack: Stack, run: FlowRun) -> Ended:
    """Sum up a run that is over."""
    task_runs = read_task_runs(stack.client, run.id)
    done = Counter(each.name for each in task_runs if did_a_step(each))
    states = stack.client.read_flow_run_states(run.id)
    tries = sum(max(0, each.run_count - 1) for each in task_runs)
    return Ended(run, done, tries, sum(each.message == RESUMED for each in states))


def strays(clients: Clients, gallery_group: str) -> tuple[str, ...]:
    """The ids of all that is in the cloud, tagged or not, outside of the group that images are published to."""
    groups: list[Any] = list(clients.resources.resource_groups.list())
    resources: list[Any] = list(clients.resources.resources.list())
    found = (str(each["id"]) for each in (*groups, *resources))
    return tuple(each for each in found if each.split("/")[4].lower() != gallery_group)


def versions(clients: Clients, build_id: str) -> int:
    """How many image versions the build made."""
    tagged = f"tagName eq '{BUILD_TAG}' and tagValue eq '{build_id}'"
    return sum(_VERSION in str(each["id"]) for each in clients.resources.resources.list(filter=tagged))


def most_at_once(runs: Sequence[FlowRun]) -> int:
    """How many of them ran at the same time, at most."""
    changes = [(run.start_time, 1) for run in runs if run.start_time] + [
        (run.end_time, -1) for run in runs if run.end_time
    ]
    return max(accumulate(change for _, change in sorted(changes)), default=0)


def _build_at_once(stack: Stack, clients: Clients, builds: int, database: Database) -> Load:
    lift_limit(stack, DEPLOYMENT, builds)
    memory, began = PeakMemory(part.process for part in stack.parts), time.monotonic()

    def look(*_: Any) -> None:  # noqa: ANN401 - nothing is done with it
        memory.look()
        if time.monotonic() - began > _LONGEST:
            raise TimeoutError(f"the builds took longer than {_LONGEST:g} s")

    started = [create_run(stack.client, DEPLOYMENT, {"recipe": RECIPE}, stack.queue) for _ in range(builds)]
    runs = [follow(stack.client, each.id, look, stack.check)[0] for each in started]
    seconds = time.monotonic() - began
    group = load_recipe(ROOT / RECIPE).recipe.publish.resource_group
    all_ended = [ended(stack, run) for run in runs]
    made = {run.id: versions(clients, new_build_id(run.id)) for run in runs}
    took = [(run.end_time - run.created).total_seconds() for run in runs if run.end_time and run.created]
    return Load(
        database=database,
        builds=builds,
        published=sum(succeeded(run) for run in runs),
        lost=tuple(each.reason for each in all_ended if not succeeded(each.run) or not made[each.run.id]),
        leaked=strays(clients, group),
        duplicates=sum(max(0, each - 1) for each in made.values()),
        finished_steps_run_twice=sum(times - 1 for each in all_ended for times in each.times_done.values()),
        went_on_after_a_death=sum(each.resumptions > 0 for each in all_ended),
        steps_tried_again=sum(each.tries for each in all_ended),
        most_at_once=most_at_once(runs),
        seconds=round(seconds, 1),
        fastest_seconds=round(min(took), 1),
        slowest_seconds=round(max(took), 1),
        peak_memory_mib=memory.mebibytes,
    )


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
