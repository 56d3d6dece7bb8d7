"""Processes that are killed in the middle of a build: it goes on by itself, and does nothing twice."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from prefect.events.schemas.automations import EventTrigger

from deployments.local_stack.automations import FOLDER, read_automations
from deployments.local_stack.stack import ROOT
from mintage.names import BuildNames
from mintage.waiting import NotYet, wait_for
from tasks.build_id import new_build_id
from tasks.history import RESUMED

pytestmark = pytest.mark.timeout(400)
ZOMBIES = "mintage - mark dead builds"


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
    # Of the other one, localazure may have ended a step in the middle.
    assert set(builds.times_done(ended.run).values()) == {1}
    assert _resumptions(builds, ended) >= 1
    assert _resumptions(builds, forsaken_ended) >= 1
    assert any("No sign of life" in (state.message or "") for state in _states(builds, forsaken_ended))


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
    return [state.message for state in _states(builds, ended)].count(RESUMED)


def _states(builds: Any, ended: Any) -> Any:
    return builds.stack.client.read_flow_run_states(ended.run.id)
