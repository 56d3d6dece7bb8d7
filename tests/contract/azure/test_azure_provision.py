"""The build VM on localazure: what is made, what is adopted, and which size it ends up on."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from localazure.faults.client import FaultClient
from localazure.faults.kinds.operations import FailedOperationFault
from mintage.artifacts import Address, ResolvedSource
from mintage.azure.clean_up import defer_clean_up
from mintage.azure.clients import Clients, connect
from mintage.azure.comeback import start_if_stopped
from mintage.azure.power import power_state
from mintage.azure.provision import provision
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, CapacityRefused, SettingsError
from mintage.names import BUILD_TAG, BUILD_USER, EXPIRES_TAG
from mintage.settings import Settings
from tests.support.build_vms import keys_of

MakePlan = Callable[..., BuildPlan]
SOURCE = ResolvedSource(
    kind="marketplace", publisher="Debian", offer="debian-12", sku="12-gen2", version="12.20260101.0"
)


def machine(clients: Clients, plan: BuildPlan) -> Any:
    return clients.compute.virtual_machines.get(plan.names.group, plan.names.vm, expand="instanceView")


def test_the_build_vm_is_what_the_recipe_and_the_design_ask_for(
    clients: Clients, settings: Settings, plan: BuildPlan
) -> None:
    vm = provision(clients, settings, plan, SOURCE, keys_of(plan))
    made = machine(clients, plan)
    properties = made["properties"]
    assert (vm.resource_id, vm.size) == (made["id"], "Standard_D2s_v5")
    assert properties["securityProfile"]["securityType"] == "Standard"
    assert properties["diagnosticsProfile"]["bootDiagnostics"]["enabled"] is True
    assert properties["storageProfile"]["imageReference"]["version"] == SOURCE.version
    assert properties["storageProfile"]["osDisk"]["deleteOption"] == "Delete"
    assert properties["osProfile"]["linuxConfiguration"]["disablePasswordAuthentication"] is True
    assert vm.address.user == properties["osProfile"]["adminUsername"] == BUILD_USER
    assert isinstance(vm.address, Address)
    assert vm.address.host_key == keys_of(plan).host_key(vm.name).public
    assert vm.address.port == settings.ssh_port


def test_everything_it_makes_carries_the_builds_tags(clients: Clients, settings: Settings, plan: BuildPlan) -> None:
    provision(clients, settings, plan, SOURCE, keys_of(plan))
    found = list(clients.resources.resources.list_by_resource_group(plan.names.group))
    compute = {"virtualMachines", "disks"}
    network = {"networkInterfaces", "networkSecurityGroups", "publicIPAddresses", "virtualNetworks"}
    assert {each["type"].rpartition("/")[2] for each in found} == compute | network
    # The disk is made by Azure itself, with the VM; it goes with the group, whose tags count.
    own = [each for each in found if each["type"] != "Microsoft.Compute/disks"]
    for each in (*own, clients.resources.resource_groups.get(plan.names.group)):
        tags = each["tags"]
        assert (tags[BUILD_TAG], tags["team"]) == (plan.build_id, "web")
        assert tags[EXPIRES_TAG] == plan.expires.isoformat()


def test_only_the_builder_gets_in_and_only_to_ssh(clients: Clients, settings: Settings, plan: BuildPlan) -> None:
    provision(clients, settings, plan, SOURCE, keys_of(plan))
    group: Any = clients.network.network_security_groups.get(plan.names.group, plan.names.nsg)
    rules = sorted(
        (rule["properties"] for rule in group["properties"]["securityRules"]), key=lambda each: each["priority"]
    )
    assert [(rule["sourceAddressPrefix"], rule["destinationPortRange"], rule["access"]) for rule in rules] == [
        ("127.0.0.1/32", "22", "Allow"),
        ("*", "*", "Deny"),
    ]
    # Before Azure's own, of which the first lets in the whole network.
    assert rules[-1]["priority"] < group["properties"]["defaultSecurityRules"][0]["properties"]["priority"]
    nic: Any = clients.network.network_interfaces.get(plan.names.group, plan.names.nic(plan.names.vm))
    assert nic["properties"]["networkSecurityGroup"]["id"] == group["id"]


def test_without_an_address_for_the_builder_nothing_is_made(
    clients: Clients, settings: Settings, plan: BuildPlan
) -> None:
    nowhere = settings.model_copy(update={"builder_address": None})
    with pytest.raises(SettingsError, match="MINTAGE_BUILDER_ADDRESS"):
        provision(clients, nowhere, plan, SOURCE, keys_of(plan))
    assert not clients.resources.resource_groups.check_existence(plan.names.group)


def test_a_private_build_has_no_public_address(clients: Clients, settings: Settings, make_plan: MakePlan) -> None:
    plan = make_plan(build={"region": "westeurope", "network": {"address": "private"}})
    vm = provision(clients, settings, plan, SOURCE, keys_of(plan))
    assert vm.address.host.startswith("10.83.0.")
    assert not list(clients.network.public_ip_addresses.list(plan.names.group))


def test_a_size_that_is_not_to_be_had_is_passed_over_and_the_reason_told(
    settings: Settings, make_plan: MakePlan
) -> None:
    plan = make_plan(build={"region": "westeurope", "sizes": ["Standard_Nowhere_v9", "Standard_B2s"]})
    told: list[str] = []
    with connect(settings, tell=told.append) as mine:
        vm = provision(mine, settings, plan, SOURCE, keys_of(plan))
    assert vm.size == "Standard_B2s"
    assert len(told) == 1
    assert "Standard_Nowhere_v9" in told[0]


def test_when_no_size_is_to_be_had_each_reason_is_told(
    clients: Clients, settings: Settings, make_plan: MakePlan
) -> None:
    plan = make_plan(build={"region": "westeurope", "sizes": ["Standard_Nowhere_v9", "Standard_Nowhere_v8"]})
    with pytest.raises(CapacityRefused) as raised:
        provision(clients, settings, plan, SOURCE, keys_of(plan))
    assert "Standard_Nowhere_v9 in westeurope: " in raised.value.seen
    assert "Standard_Nowhere_v8 in westeurope: " in raised.value.seen


def test_a_group_that_is_somebody_elses_is_left_alone(clients: Clients, settings: Settings, plan: BuildPlan) -> None:
    clients.resources.resource_groups.create_or_update(plan.names.group, {"location": "westeurope"})
    with pytest.raises(AzureRefused, match="taken"):
        provision(clients, settings, plan, SOURCE, keys_of(plan))
    assert not list(clients.resources.resources.list_by_resource_group(plan.names.group))


def test_a_vm_that_was_put_away_is_started_and_one_that_runs_is_left(
    clients: Clients, settings: Settings, plan: BuildPlan
) -> None:
    vm = provision(clients, settings, plan, SOURCE, keys_of(plan))
    clients.compute.virtual_machines.begin_deallocate(vm.resource_group, vm.name).wait()
    start_if_stopped(clients, plan, vm)
    assert power_state(machine(clients, plan)) == "running"
    starts = clients.calls["POST Microsoft.Compute/virtualMachines/start"]
    start_if_stopped(clients, plan, vm)
    assert clients.calls["POST Microsoft.Compute/virtualMachines/start"] == starts


def test_a_vm_whose_making_failed_is_made_anew_although_azure_calls_it_succeeded_once_it_was_put_away(
    clients: Clients, settings: Settings, plan: BuildPlan, faults: FaultClient
) -> None:
    faults.add(
        FailedOperationFault(operation="PUT Microsoft.Compute/virtualMachines", code="OSProvisioningClientError")
    )
    with pytest.raises(AzureRefused, match="not fit to boot"):
        provision(clients, settings, plan, SOURCE, keys_of(plan))
    defer_clean_up(clients, plan.build_id, timedelta(hours=1))
    assert machine(clients, plan)["properties"]["provisioningState"] == "Succeeded"
    provision(clients, settings, plan, SOURCE, keys_of(plan))
    assert power_state(machine(clients, plan)) == "running"


@pytest.mark.timeout(600)
def test_a_process_may_die_after_any_call_and_the_next_one_goes_on(
    settings: Settings, make_plan: MakePlan, mortal: Any
) -> None:
    def act(clients: Clients, plan: BuildPlan) -> object:
        return provision(clients, settings, plan, SOURCE, keys_of(plan))

    expected = mortal.alive(act, make_plan())
    for calls in itertools.count(1):
        outcome = mortal.dies_once(calls, act, make_plan())
        if outcome is None:
            break
        assert outcome == expected, f"died after call {calls}"
    assert calls > 15
