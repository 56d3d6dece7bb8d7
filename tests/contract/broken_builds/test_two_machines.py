"""Prefect's server on PostgreSQL, and a worker on each of two machines with a share: one is lost, the other goes on."""

from __future__ import annotations

import base64
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.events.schemas.automations import EventTrigger
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore

from bench.at_once import ended, lift_limit, strays, versions
from deployments.local_stack.automations import FOLDER, read_automations
from deployments.local_stack.postgresql import postgresql
from deployments.local_stack.prefect_parts import environment_of
from deployments.local_stack.result import read_report
from deployments.local_stack.stack import ROOT
from mintage.artifacts import Report
from tasks.build_id import new_build_id
from tasks.claim import CLAIM, Claim
from tasks.keeping import result_key
from tests.support.builds import INSTANT, Builds, building
from tests.support.worker_machine import APPLICATION, Machine, machine

pytestmark = pytest.mark.timeout(900)
BUILD = "build-image/debian-12-web"
AT_ONCE = 3


@dataclass(frozen=True)
class Site:
    """All that the machines have in common, and the machines."""

    builds: Any
    share: Path
    machines: list[Machine]

    def at_work(self, run: FlowRun) -> Machine:
        """Where the run's process is, by the claim that it keeps on the share."""
        kept = ResultStore(result_storage=LocalFileSystem(basepath=str(self.share)))
        claim = kept.read(result_key(new_build_id(run.id), CLAIM)).result
        assert isinstance(claim, Claim)
        (found,) = (each for each in self.machines if each.name == claim.host)
        return found

    def report(self, run: FlowRun) -> Report:
        """As the machine that ended the build wrote it."""
        written = (read_report(each.reports, new_build_id(run.id)) for each in self.machines)
        (found,) = (report for report in written if report)
        return found


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    with postgresql() as database, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", database)
        with building(tmp_path_factory.mktemp("builds"), replace(INSTANT, worker=False)) as builds:
            yield builds


@pytest.fixture(scope="module")
def site(builds: Any) -> Iterator[Site]:
    share, key = builds.folder / "share", base64.b64encode(secrets.token_bytes(32)).decode()
    share.mkdir()
    # Two that both let in what comes from this host.
    addresses = {"machine-1": "127.0.0.1/32", "machine-2": "127.0.0.0/8"}
    with ExitStack() as ends:
        machines = [
            ends.enter_context(machine(name, address, builds.stack, share, key)) for name, address in addresses.items()
        ]
        for each in machines:
            each.wait()
        yield Site(builds, share, machines)


def test_another_machine_goes_on_with_the_builds_of_one_that_is_lost(site: Site) -> None:
    builds = site.builds
    lift_limit(builds.stack, BUILD, AT_ONCE)
    _expect_within(builds.stack.client, "mintage - mark dead builds", 36)
    _expect_within(builds.stack.client, "mintage - go on with crashed builds", 10)
    recipe = builds.recipe("lost", customize="sleep 6")
    for each in site.machines:
        (each.folder / APPLICATION / recipe.name).write_text(recipe.read_text())
    runs = [builds.start(Path(recipe.name)) for _ in range(AT_ONCE)]
    builds.until(runs[0], "the step")
    lost = site.at_work(runs[0])
    (other,) = (each for each in site.machines if each is not lost)

    lost.kill()
    over = [builds.finish(run) for run in runs]

    assert [each.state for each in over] == ["Completed"] * AT_ONCE, [each.why for each in over]
    assert site.at_work(runs[0]) is other
    summed = [ended(builds.stack, each.run) for each in over]
    assert summed[0].resumptions == 1
    for build in summed:
        assert set(build.times_done.values()) == {1}
        assert site.report(build.run).outcome == "published"
        assert versions(builds.clients, new_build_id(build.run.id)) == 1
    states = builds.stack.client.read_flow_run_states(runs[0].id)
    assert any("No sign of life" in (state.message or "") for state in states)
    assert any("lets this machine in now" in line for line in builds.log(runs[0]))
    assert strays(builds.clients, "images") == ()


def test_a_server_takes_the_automations_from_their_files(builds: Any) -> None:
    """As ``deployments/set_up_server.sh`` gives them."""
    client, files = builds.stack.client, sorted((ROOT / FOLDER).iterdir())
    before = Counter(each.name for each in client.read_automations())
    create = [sys.executable, "-m", "prefect", "automation", "create", "--from-file"]
    environment = environment_of(builds.stack.slot, f"{builds.stack.ui}/api")
    made = [subprocess.Popen([*create, str(file)], env=environment, stdout=subprocess.PIPE) for file in files]
    assert ["Created automation" in each.communicate(timeout=60)[0].decode() for each in made] == [True] * len(files)
    assert Counter(each.name for each in client.read_automations()) == before + before


def _expect_within(client: SyncPrefectClient, name: str, seconds: int) -> None:
    """Let the automation of that name wait this long for what it expects."""
    (automation,) = (each for each in read_automations(ROOT / FOLDER) if each.name == name)
    assert isinstance(automation.trigger, EventTrigger)
    trigger = automation.trigger.model_copy(update={"within": timedelta(seconds=seconds)})
    found = client.read_automations_by_name(name)[0]
    client.update_automation(found.id, automation.model_copy(update={"trigger": trigger}))
