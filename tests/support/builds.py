"""Whole builds by a worker, as ``make demo`` runs them, on instant machines."""

from __future__ import annotations

import gc
import json
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import Artifact, FlowRun
from prefect.states import AwaitingRetry

from deployments.local_stack.result import read_report
from deployments.local_stack.run import Steps, create_run, follow, processes_of
from deployments.local_stack.stack import Options, Stack, running
from localazure.faults.client import FaultClient
from mintage.artifacts import Report, StepReport
from mintage.azure.clients import Clients, connect
from mintage.names import BuildNames
from mintage.settings import load_settings
from mintage.waiting import NotYet, wait_for
from tasks.build_id import new_build_id
from tasks.records import did_a_step, read_task_runs
from tests.support.kept_secrets import kept_secrets, secrets_of
from tests.support.run_command import begin_script
from tests.support.standstill import describe

BUILD = "build-image/any-recipe"
SUPERVISION = "supervise/supervise"
INSTANT = Options(hypervisor="instant", pace=0)

DEBIAN = {"kind": "marketplace", "publisher": "Debian", "offer": "debian-12", "sku": "12-gen2"}


def nothing(*_: object) -> None:
    """Nobody looks on."""


@dataclass(frozen=True)
class Builds:
    """Builds and sweeps on a running stack, and what they left in its cloud."""

    stack: Stack
    folder: Path
    clients: Clients

    def recipe(
        self,
        name: str,
        *,
        customize: str = "true",
        test: str = "true",
        source: Any = DEBIAN,
        publish: Mapping[str, Any] | None = None,
        state: str = "generalized",
        data_disks: Sequence[Any] = (),
        subnet_id: str | None = None,
    ) -> Path:
        """Write a recipe with one step and one test, each one line of shell; ``publish`` says more of that section."""
        path = self.folder / f"{name}.yaml"
        told = {"customize": json.dumps(customize), "test": json.dumps(test), "source": json.dumps(source)}
        told |= {"state": state, "data_disks": json.dumps(data_disks)}
        told |= {"network": json.dumps({"subnet_id": subnet_id} if subnet_id else {})}
        more = "".join(f"  {field}: {json.dumps(value)}\n" for field, value in (publish or {}).items())
        path.write_text(RECIPE.format(name=name, **told) + more, encoding="utf-8")
        return path

    def start(self, recipe: Path, deployment: str = BUILD, **parameters: Any) -> FlowRun:
        return create_run(self.stack.client, deployment, {"recipe": str(recipe), **parameters}, self.stack.queue)

    def finish(self, run: FlowRun) -> Ended:
        try:
            ended, steps = follow(self.stack.client, run.id, None, self.stack.check)
        except BaseException:
            # A timeout's, most of all. Written, because pytest shows that once for all tests of a fixture that failed.
            sys.stderr.write(describe(self.stack, run))
            raise
        return Ended(ended, steps, read_report(self.stack.slot.reports, new_build_id(run.id)))

    def retry(self, run: FlowRun) -> Ended:
        """Do what the button in the UI does."""
        self.stack.client.set_flow_run_state(run.id, AwaitingRetry())
        return self.finish(run)

    def sweep(self, **parameters: Any) -> FlowRun:
        run = create_run(self.stack.client, "sweep/sweep", parameters, self.stack.queue)
        return follow(self.stack.client, run.id, None, self.stack.check)[0]

    def supervise(self, **parameters: Any) -> FlowRun:
        run = create_run(self.stack.client, SUPERVISION, parameters, self.stack.queue)
        return follow(self.stack.client, run.id, None, self.stack.check)[0]

    @contextmanager
    def faults(self) -> Iterator[FaultClient]:
        """The cloud misbehaves at a test's wish, until the block ends."""
        with FaultClient(self.stack.slot.cloud) as faults:
            try:
                yield faults
            finally:
                faults.clear()

    def until_state(self, run: FlowRun, *names: str, within: float = 240) -> FlowRun:
        """Wait until the run is in one of these states; as it is then."""

        def look() -> FlowRun:
            now = self.stack.client.read_flow_run(run.id)
            if now.state_name not in names:
                raise NotYet(f"it is {now.state_name}")
            return now

        deadline = time.monotonic() + within
        return wait_for(look, f"Not {' or '.join(names)}", where=run.name, deadline=deadline, pause=0.2)

    def until(self, run: FlowRun, step: str) -> None:
        """Wait until the step runs."""

        def look(_: FlowRun, steps: Steps) -> None:
            if any(each.name == step and each.started for each in steps):
                raise Reached

        with pytest.raises(Reached):
            follow(self.stack.client, run.id, look, self.stack.check)

    def kill(self, run: FlowRun) -> None:
        """End the run's process as the kernel does when memory is short."""
        victims = self.processes(run)
        assert victims
        for each in victims:
            each.kill()

    def processes(self, run: FlowRun) -> list[psutil.Process]:
        """Those that work on the run."""
        return processes_of(run)

    def kill_part(self, name: str) -> None:
        """End a process of the stack, which starts it again; it is gone, with its connections, when this returns."""
        (part,) = (part for part in self.stack.parts if part.process.name == name)
        process = part.process.popen
        process.kill()
        process.wait()

    def times_done(self, run: FlowRun) -> Counter[str]:
        """How often each step was carried out to its end."""
        return Counter(each.name for each in read_task_runs(self.stack.client, run.id) if did_a_step(each))

    def names(self, run: FlowRun) -> BuildNames:
        return BuildNames(new_build_id(run.id))

    def vm(self, run: FlowRun) -> Any:
        """The build's VM, as Azure shows it."""
        names = self.names(run)
        return self.clients.compute.virtual_machines.get(names.group, names.vm)

    def ask(self, run: FlowRun, *lines: str, **parameters: str) -> str:
        """What Run Command answers for the build's VM."""
        names = self.names(run)
        asked = begin_script(self.clients.compute, names.group, names.vm, *lines, **parameters)
        return str(asked.result().value[0].message)

    def group_exists(self, run: FlowRun) -> bool:
        name = self.names(run).group
        return any(each["name"] == name for each in self.clients.resources.resource_groups.list())

    def artifacts(self, run: FlowRun) -> dict[str, Artifact]:
        """What the UI shows beside the run's log, by key without the build's id."""
        of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
        found = self.stack.client.read_artifacts(artifact_filter=of_run)
        return {str(each.key).removesuffix(f"-{new_build_id(run.id)}"): each for each in found}

    def scheduled(self) -> set[str]:
        """The deployments of which the schedule has made runs."""
        client = self.stack.client
        runs = [run for run in client.read_flow_runs() if run.auto_scheduled and run.deployment_id]
        return {client.read_deployment(each).name for each in {run.deployment_id for run in runs} if each}

    def log(self, run: FlowRun) -> list[str]:
        """Lines of the run's log, at most the first two hundred."""
        of_run = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id]))
        return [each.message for each in self.stack.client.read_logs(log_filter=of_run, limit=200)]

    def leaks(self, run: FlowRun) -> dict[str, set[str]]:
        """What the stack wrote, its cloud excepted, that holds a secret of the build: files, and which secrets."""
        slot = self.stack.slot
        client = (slot.cloud / "login" / "client-secret").read_text()
        secrets = secrets_of((slot.folder / "key").read_bytes(), new_build_id(run.id), client)
        assert list(slot.prefect.rglob("*.db"))
        assert list(slot.reports.iterdir())
        return kept_secrets(secrets, slot.prefect, slot.logs, slot.reports)

    def version(self, recipe: str) -> Mapping[str, Any]:
        """The only version of the recipe's definition."""
        (found,) = self.clients.compute.gallery_image_versions.list_by_gallery_image("images", "tested", recipe)
        return found


@dataclass(frozen=True)
class Ended:
    """A build that is over, for now."""

    run: FlowRun
    steps: Steps
    report: Report | None

    def step(self, name: str) -> StepReport:
        (found,) = (each for each in self.steps if each.name == name)
        return found

    @property
    def state(self) -> str:
        assert self.run.state
        return str(self.run.state.name)

    @property
    def why(self) -> str:
        """What a failed assertion wants to know."""
        return str(self.run.state and self.run.state.message)


class Reached(Exception):
    """What was waited for is there."""


RECIPE = textwrap.dedent("""\
    name: {name}
    os: linux
    source: {source}
    build: {{region: westeurope, sizes: [Standard_B2s], data_disks: {data_disks}, network: {network}}}
    customize:
    - name: the step
      kind: shell
      rerun: true
      inline:
      - {customize}
    verify:
      tests:
      - name: the test
        inline:
        - {test}
    publish:
      resource_group: images
      gallery: tested
      definition: {{name: {name}, publisher: test, offer: test, sku: {name}, state: {state}}}
      regions:
      - name: northeurope
    """)


@contextmanager
def building(folder: Path, options: Options = INSTANT) -> Iterator[Builds]:
    """A stack in the folder, whose account this process has until the block ends."""
    with running(options, nothing, folder) as stack, ExitStack() as clients:
        patch = clients.enter_context(pytest.MonkeyPatch.context())
        for name, value in stack.account.items():
            patch.setenv(name, value)
        _let_nobody_supervise(stack)
        yield Builds(stack, folder, clients.enter_context(connect(load_settings())))
        gc.collect()


def _let_nobody_supervise(stack: Stack) -> None:
    """But tests that ask: what goes on by itself could else be the schedule's work as well as an automation's."""
    supervision = stack.client.read_deployment_by_name(SUPERVISION)
    for schedule in supervision.schedules:
        stack.client.update_deployment_schedule(supervision.id, schedule.id, active=False)
