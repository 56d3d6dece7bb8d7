"""The program that asks a real Windows, run against the model: that proves the program, and nothing about Windows."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployments.verify_windows.custom_data import CustomData
from deployments.verify_windows.plan import plan_of
from deployments.verify_windows.points import ALL
from deployments.verify_windows.run import Depth, carried_out
from mintage.azure.clients import Clients, connect
from mintage.build_plan import BuildPlan
from mintage.errors import CapacityRefused
from mintage.settings import Settings

RECIPE = Path(__file__).parents[2] / "deployments/recipes/windows-server-2022.yaml"


@pytest.fixture(scope="module")
def windows_settings(azure: Any) -> Settings:
    points = azure.endpoints
    return Settings(
        subscription_id=points.subscription,
        resource_manager=points.resource_manager,
        ca_file=points.ca,
        builder_address="127.0.0.1",
        winrm_port=5986 + points.guest_port_offset,
        poll_seconds=0.05,
    )


@pytest.fixture(scope="module")
def windows_clients(windows_settings: Settings) -> Iterator[Clients]:
    with connect(windows_settings, policies=[CustomData()]) as clients:
        yield clients
    # As in azure/conftest.py: what holds connections goes before the server waits for them.
    gc.collect()


def test_the_model_is_what_it_is_said_to_be(
    windows_settings: Settings, windows_clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mintage.powershell.servicing.QUIET_SECONDS", 0.2)
    plan, said = plan_of(RECIPE), list[str]()

    record = carried_out(windows_settings, windows_clients, plan, Depth(image=True), said.append)

    assert {point.point: point.differences for point in record.points if not point.as_assumed} == {}
    assert [point.point for point in record.points] == [point.name for point in ALL]
    assert (record.left, [line for line in said if line.startswith("Left")]) == ((), [])
    assert not windows_clients.resources.resource_groups.check_existence(plan.names.group)


def test_what_was_made_is_removed_when_the_vm_cannot_be(windows_settings: Settings, windows_clients: Clients) -> None:
    plan, said = with_sizes("Standard_Nowhere_v9"), list[str]()

    with pytest.raises(CapacityRefused):
        carried_out(windows_settings, windows_clients, plan, Depth(), said.append)

    assert not windows_clients.resources.resource_groups.check_existence(plan.names.group)
    assert said[-1] == f"Removing {plan.names.group} with all that is in it"


def with_sizes(*sizes: str) -> BuildPlan:
    plan = plan_of(RECIPE)
    build = plan.recipe.build.model_copy(update={"sizes": sizes})
    return plan.model_copy(update={"recipe": plan.recipe.model_copy(update={"build": build})})
