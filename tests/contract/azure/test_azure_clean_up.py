"""What is left of builds: removed, kept for a while, or swept; on localazure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from localazure.arm.errors import CloudError
from localazure.server import Server
from mintage.artifacts import BuildVm, ResolvedSource
from mintage.azure.clean_up import clean_up, defer_clean_up
from mintage.azure.clients import Clients
from mintage.azure.power import power_state, start_if_stopped
from mintage.azure.provision import provision
from mintage.azure.sweep import find_expired, remove
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.names import EXPIRES_TAG
from mintage.settings import Settings

MakePlan = Callable[..., BuildPlan]


@pytest.fixture
def vm(clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys) -> BuildVm:
    return provision(clients, settings, plan, source, keys)


def test_clean_up_removes_the_build_and_says_what(clients: Clients, plan: BuildPlan, vm: BuildVm) -> None:
    cleaned = clean_up(clients, plan)
    assert vm.resource_id in cleaned.removed
    assert vm.os_disk_id in cleaned.removed
    assert cleaned.leftovers == ()
    assert not clients.resources.resource_groups.check_existence(plan.names.group)


@pytest.mark.usefixtures("vm")
def test_cleaning_up_again_finds_nothing_to_do(clients: Clients, plan: BuildPlan) -> None:
    clean_up(clients, plan.build_id)
    cleaned = clean_up(clients, plan.build_id)
    assert (cleaned.removed, cleaned.leftovers) == ((), ())


def test_a_group_that_only_has_the_name_of_a_build_is_left(clients: Clients, plan: BuildPlan) -> None:
    body: Any = {"location": "westeurope"}
    clients.resources.resource_groups.create_or_update(plan.names.group, body)
    assert clean_up(clients, plan).removed == ()
    assert clients.resources.resource_groups.check_existence(plan.names.group)


@pytest.mark.usefixtures("vm")
def test_what_will_not_go_is_named_with_the_reason_and_its_expiry(
    clients: Clients, plan: BuildPlan, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise CloudError(409, "ScopeLocked", "The scope cannot be deleted: it has a lock.")

    kind = server.cloud.types["microsoft.resources/resourcegroups"]
    with monkeypatch.context() as patch:
        patch.setattr(kind, "refuse_delete", locked)
        cleaned = clean_up(clients, plan)
    assert cleaned.removed == ()
    assert [left.expires for left in cleaned.leftovers] == [plan.expires]
    assert "ScopeLocked" in cleaned.leftovers[0].reason
    assert clean_up(clients, plan).leftovers == ()


def test_a_build_kept_for_a_retry_costs_no_machine_and_lives_longer(
    clients: Clients, plan: BuildPlan, vm: BuildVm
) -> None:
    kept = defer_clean_up(clients, plan.build_id, timedelta(days=2))
    machine: Any = clients.compute.virtual_machines.get(vm.resource_group, vm.name, expand="instanceView")
    assert power_state(machine) == "deallocated"
    assert kept.leftovers[0].expires is not None
    assert kept.leftovers[0].expires > plan.expires + timedelta(days=1)
    assert find_expired(clients, plan.expires + timedelta(hours=1)) == ()
    start_if_stopped(clients, vm)
    defer_clean_up(clients, plan.build_id, timedelta(days=2))


def test_keeping_what_is_gone_already_keeps_nothing(clients: Clients, plan: BuildPlan) -> None:
    assert defer_clean_up(clients, plan.build_id, timedelta(days=2)).leftovers == ()


@pytest.mark.usefixtures("vm")
def test_the_sweeper_finds_a_build_once_its_time_is_over(clients: Clients, plan: BuildPlan) -> None:
    assert find_expired(clients, plan.expires - timedelta(minutes=1)) == ()
    later = plan.expires + timedelta(minutes=1)
    (found,) = find_expired(clients, later)
    assert (found.build_id, found.recipe, found.expires) == (plan.build_id, "debian-12-web", plan.expires)
    cleaned = remove(clients, (found,), later)
    assert found.resource_id in cleaned.removed
    assert find_expired(clients, later) == ()


@pytest.mark.usefixtures("vm")
def test_a_build_given_more_time_since_it_was_found_is_not_swept(clients: Clients, plan: BuildPlan) -> None:
    later = plan.expires + timedelta(minutes=1)
    found = find_expired(clients, later)
    defer_clean_up(clients, plan.build_id, timedelta(days=2))
    assert remove(clients, found, later).removed == ()
    assert clients.resources.resource_groups.check_existence(plan.names.group)


def test_a_group_whose_expiry_says_no_time_is_left_alone(clients: Clients, plan: BuildPlan) -> None:
    body: Any = {"location": "westeurope", "tags": plan.tags | {EXPIRES_TAG: "never"}}
    clients.resources.resource_groups.create_or_update(plan.names.group, body)
    assert find_expired(clients, datetime.now(UTC) + timedelta(days=9999)) == ()
