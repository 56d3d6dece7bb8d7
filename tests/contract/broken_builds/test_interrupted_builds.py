"""Processes that are killed in the middle of a build: it goes on by itself, and does nothing twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions, State
from prefect.events.schemas.automations import EventTrigger
from prefect.states import Cancelling, Pending, Scheduled

from deployments.local_stack.automations import FOLDER, read_automations
from deployments.local_stack.result import read_report
from deployments.local_stack.stack import ROOT
from localazure.faults.kinds.connections import PauseFault, SlowFault
from mintage.names import BuildNames
from mintage.waiting import NotYet, wait_for
from tasks.build_id import new_build_id
from tasks.history import REFUSED, RESUMED
from tests.support.builds import Builds, building
from tests.support.until import until

pytestmark = pytest.mark.timeout(900)
ZOMBIES = "mintage - mark dead builds"
RESUME = "mintage - go on with crashed builds"
ONE_AT_A_TIME = "build-image/debian-12-web"
MAKE_VM = "PUT Microsoft.Compute/virtualMachines"
REMOVE_GROUP = "DELETE Microsoft.Resources/resourceGroups"
SILENCE_SECONDS = 16
"""The least that the supervision takes."""


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    with building(tmp_path_factory.mktemp("builds")) as builds:
        # What dies sooner is not started again.
        until(lambda: all(part.is_settled for part in builds.stack.parts), within=30)
        yield builds


def test_builds_go_on_by_themselves_whatever_is_killed(builds: Any) -> None:
    _expect_signs_of_life_within(builds, 45)
    forsaken = builds.start(builds.recipe("forsaken", customize="sleep 5"))
    builds.until(forsaken, "the step")
    builds.kill_part("worker")
    builds.kill(forsaken)

    # While nobody knows yet that this one is dead, another has worse to bear.
    killed = builds.start(builds.recipe("killed", customize="sleep 5"))
    builds.until(killed, "the step")
    builds.kill(killed)
    builds.until(killed, "inventory after")
    builds.kill_part("localazure")
    ended = builds.finish(killed)

    builds.until(forsaken, "inventory after")
    # Now, and not when it is to be told of a death: what is lost then, the supervision finds after minutes.
    builds.kill_part("prefect server")
    forsaken_ended = builds.finish(forsaken)

    for each in (ended, forsaken_ended):
        assert each.state == "Completed", each.why
        assert each.report.outcome == "published"
        assert not builds.group_exists(each.run)
        assert builds.leaks(each.run) == {}
    # Of the other one, localazure may have ended a step in the middle.
    assert set(builds.times_done(ended.run).values()) == {1}
    assert _resumptions(builds, ended) >= 1
    assert _resumptions(builds, forsaken_ended) >= 1
    assert any("No sign of life" in (state.message or "") for state in _states(builds, forsaken_ended.run))


def test_a_build_goes_on_when_azure_takes_its_spot_vm_back_in_the_middle_of_a_step(builds: Any) -> None:
    recipe = builds.recipe("evicted", customize="echo begun; sleep 5")
    recipe.write_text(recipe.read_text().replace("[Standard_B2s]", "[Standard_D2s_v5], spot: {}"))
    run = builds.start(recipe)
    builds.until(run, "the step")
    _until_said(builds, run, "begun")

    names = BuildNames(new_build_id(run.id))
    builds.clients.compute.virtual_machines.simulate_eviction(names.group, names.vm)
    ended = builds.finish(run)

    assert ended.state == "Completed", ended.why
    assert ended.report.machine == "Standard_D2s_v5 (Spot) in westeurope"
    assert any("Azure took the Spot VM back" in line for line in builds.log(run))
    assert set(builds.times_done(run).values()) == {1}
    assert not builds.group_exists(run)


@dataclass(frozen=True)
class Rivals:
    """Builds of one recipe, started one after the other while the first was held in a call to Azure."""

    first: Any
    waiting: Any
    refused: Any
    superseding: Any
    """In its only step, which takes minutes."""
    seconds: float
    """From the moment at which that one began until the first one had ended."""


@pytest.fixture(scope="module")
def rivals(builds: Any) -> Rivals:
    recipe = builds.recipe("rivals", customize="sleep 300")
    with builds.faults() as faults:
        held = faults.add(SlowFault(operation=MAKE_VM, seconds=600, count=1))
        first = builds.start(recipe, ONE_AT_A_TIME)
        faults.await_strike(held.id, within=240)
        waiting = builds.until_state(builds.start(recipe, ONE_AT_A_TIME), "AwaitingConcurrencySlot")
        builds.stack.client.delete_flow_run(waiting.id)
        with _colliding(builds, ConcurrencyLimitStrategy.CANCEL_NEW):
            refused = builds.until_state(builds.start(recipe, ONE_AT_A_TIME), "Cancelled")
        superseding = builds.until_state(builds.start(recipe, supersede=True), "Running")
        begun = time.monotonic()
        first = builds.until_state(first, "Cancelled")
        seconds = time.monotonic() - begun
    builds.until(superseding, "the step")
    return Rivals(first, waiting, refused, superseding, seconds)


def test_a_second_build_of_a_recipe_waits_is_refused_or_supersedes_as_its_deployment_says(
    builds: Any, rivals: Rivals
) -> None:
    assert not rivals.waiting.start_time
    assert (rivals.refused.run_count, rivals.refused.state.message) == (0, REFUSED)
    said = [state.message or "" for state in _states(builds, rivals.first)]
    assert any("A newer build of the same recipe" in line and str(rivals.superseding.id) in line for line in said)
    # The call in which the first one was would have taken ten minutes.
    assert rivals.seconds < 240
    assert not builds.processes(rivals.first)
    assert not builds.group_exists(rivals.first)
    report = read_report(builds.stack.slot.reports, new_build_id(rivals.first.id))
    assert report is not None
    assert report.outcome == "cancelled"
    assert builds.group_exists(rivals.superseding)


def test_a_death_of_which_no_automation_heard_is_found_by_the_supervision(builds: Any, rivals: Rivals) -> None:
    run, taken = rivals.superseding, _taken_and_not_begun(builds)
    with _deaf(builds, RESUME):
        builds.kill(run)
        crashed = builds.until_state(run, "Crashed")
        time.sleep(max(0, SILENCE_SECONDS - (datetime.now(UTC) - crashed.state.timestamp).total_seconds()))

        assert builds.supervise(silence_seconds=SILENCE_SECONDS).state.name == "Completed"

        builds.until_state(run, "Running")
    assert [state.message for state in _states(builds, run)].count(RESUMED) == 1
    assert builds.times_done(run)["provision"] == 1
    # The slot that it held was given back first: it had to take one again to begin.
    failed = builds.until_state(taken, "Failed")
    assert "nowhere.yaml" in failed.state.message
    assert [state.message for state in _states(builds, taken)].count(RESUMED) == 1
    assert _slots(builds) == 0


def test_a_build_is_stopped_soon_and_what_its_clean_up_leaves_is_the_sweepers(builds: Any, rivals: Rivals) -> None:
    client, run = builds.stack.client, rivals.superseding
    with builds.faults() as faults:
        held = faults.add(PauseFault(operation=REMOVE_GROUP))
        begun = time.monotonic()
        client.set_flow_run_state(run.id, Cancelling())
        _until_stopped(builds, run)
        # Ten seconds until the worker looks, and what a call may take to end.
        assert time.monotonic() - begun < 10 + 30
        faults.await_strike(held.id, within=60)
        client.set_flow_run_state(run.id, Cancelling(message="once more"))
        # It is cleaning up.
        builds.kill_part("worker")
    assert builds.group_exists(run)

    assert builds.sweep(dry_run=False).state.name == "Completed"

    assert not builds.group_exists(run)


def _taken_and_not_begun(builds: Any) -> Any:
    """A run that holds its deployment's only slot, of a worker that did not hear the server's answer."""
    client = builds.stack.client
    deployment = client.read_deployment_by_name(ONE_AT_A_TIME)
    later: State = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(hours=1))
    run = client.create_flow_run_from_deployment(
        deployment.id, parameters={"recipe": "nowhere.yaml"}, state=later, work_queue_name=builds.stack.queue
    )
    client.set_flow_run_state(run.id, Pending())
    assert _slots(builds) == 1
    return run


def _slots(builds: Any) -> int:
    """How many of the deployment's runs are under way, to the server."""
    limit = builds.stack.client.read_deployment_by_name(ONE_AT_A_TIME).global_concurrency_limit
    return int(limit.active_slots)


@contextmanager
def _colliding(builds: Any, strategy: ConcurrencyLimitStrategy) -> Iterator[None]:
    """The deployment's runs collide as ``prefect.yaml`` would say it."""
    client = builds.stack.client
    found = client.read_deployment_by_name(ONE_AT_A_TIME)

    def set_strategy(wanted: ConcurrencyLimitStrategy) -> None:
        options = ConcurrencyOptions(collision_strategy=wanted)
        client.update_deployment(found.id, DeploymentUpdate(concurrency_options=options))

    set_strategy(strategy)
    yield
    set_strategy(found.concurrency_options.collision_strategy)


@contextmanager
def _deaf(builds: Any, name: str) -> Iterator[None]:
    """The automation hears of nothing."""
    (automation,) = builds.stack.client.read_automations_by_name(name)
    builds.stack.client.pause_automation(automation.id)
    yield
    builds.stack.client.resume_automation(automation.id)


def _until_stopped(builds: Any, run: Any) -> None:
    def look() -> None:
        if found := builds.processes(run):
            raise NotYet(f"processes {[each.pid for each in found]} work on it")

    wait_for(look, "The build goes on", where=run.name, deadline=time.monotonic() + 60, pause=0.2)


def _until_said(builds: Any, run: Any, line: str) -> None:
    def look() -> None:
        if line not in builds.log(run):
            raise NotYet("not said")

    wait_for(look, f"The guest did not say {line}", where=run.name, deadline=time.monotonic() + 60, pause=0.5)


def _expect_signs_of_life_within(builds: Any, seconds: int) -> None:
    """As the file says, but for the 90 seconds, which a test need not wait for."""
    client = builds.stack.client
    (automation,) = (each for each in read_automations(ROOT / FOLDER) if each.name == ZOMBIES)
    assert isinstance(automation.trigger, EventTrigger)
    trigger = automation.trigger.model_copy(update={"within": timedelta(seconds=seconds)})
    found = client.read_automations_by_name(ZOMBIES)[0]
    client.update_automation(found.id, automation.model_copy(update={"trigger": trigger}))


def _resumptions(builds: Any, ended: Any) -> int:
    return [state.message for state in _states(builds, ended.run)].count(RESUMED)


def _states(builds: Any, run: Any) -> Any:
    return builds.stack.client.read_flow_run_states(run.id)
