"""A build that another machine goes on with: its firewall let in the address of the one that began it."""

from __future__ import annotations

import pytest

from mintage.azure.admission import admit_builder
from mintage.azure.clients import Clients
from mintage.azure.ensure import ensure
from mintage.azure.group import ensure_build_group
from mintage.azure.network import security_group
from mintage.azure.together import finish
from mintage.build_plan import BuildPlan
from mintage.errors import SettingsError
from mintage.settings import Settings

REGION = "westeurope"
LOST = "198.51.100.7/32"


def admitted(clients: Clients, plan: BuildPlan) -> list[str]:
    found = clients.network.network_security_groups.get(plan.names.group, plan.names_in(REGION).nsg)
    rules = [each["properties"] for each in found["properties"]["securityRules"]]
    return [each["sourceAddressPrefix"] for each in rules if each["access"] == "Allow"]


def test_this_machine_is_let_in_and_the_one_that_began_the_build_no_more(
    clients: Clients, settings: Settings, plan: BuildPlan
) -> None:
    finish("group", ensure_build_group(clients, plan), seconds=60)
    made = finish("firewall", ensure(security_group(clients, plan, REGION, LOST)), seconds=60)
    assert admitted(clients, plan) == [LOST]

    assert [each.lower() for each in admit_builder(clients, settings, plan)] == [str(made["id"]).lower()]

    assert admitted(clients, plan) == ["127.0.0.1/32"]
    assert admit_builder(clients, settings, plan) == ()


def test_a_build_that_has_no_firewall_yet_gets_none(clients: Clients, settings: Settings, plan: BuildPlan) -> None:
    assert admit_builder(clients, settings, plan) == ()


def test_a_machine_that_does_not_know_its_address_says_so(
    clients: Clients, settings: Settings, plan: BuildPlan
) -> None:
    with pytest.raises(SettingsError, match="MINTAGE_BUILDER_ADDRESS"):
        admit_builder(clients, settings.model_copy(update={"builder_address": None}), plan)
