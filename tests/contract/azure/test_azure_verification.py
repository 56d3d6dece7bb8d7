"""The VMs that prove an image, on localazure: fresh ones, reachable, and gone afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from localazure.hypervisor.base import MachineStatus, PowerState
from localazure.server import Server
from mintage.azure.clients import Clients
from mintage.azure.power import power_state
from mintage.azure.verification import (
    VerificationVm,
    delete_vms,
    serial_log,
    start_verification_vms,
    wait_for_agent,
    wait_for_host_keys,
)
from mintage.errors import DeadlinePassed
from mintage.guests import guest_of
from mintage.names import VERIFICATION_USER
from mintage.recipe import Verify
from mintage.settings import Settings
from mintage.verify.image import verify_image


@pytest.fixture(scope="module")
def vms(clients: Clients, settings: Settings, captured: Any) -> tuple[VerificationVm, ...]:
    return start_verification_vms(clients, settings, captured.plan, captured.image, captured.keys)


def test_two_vms_run_from_the_version_with_an_account_and_a_key_of_their_own(
    clients: Clients, captured: Any, vms: tuple[VerificationVm, ...]
) -> None:
    keys, image = captured.keys, captured.image
    assert len({vm.host for vm in vms}) == len(vms) == 2
    for vm in vms:
        made: Any = clients.compute.virtual_machines.get(vm.resource_group, vm.name, expand="instanceView")
        profile = made["properties"]["osProfile"]
        assert power_state(made) == "running"
        assert made["properties"]["storageProfile"]["imageReference"]["id"] == image.resource_id
        assert profile["adminUsername"] == vm.user == VERIFICATION_USER
        accepted = [each["keyData"] for each in profile["linuxConfiguration"]["ssh"]["publicKeys"]]
        assert accepted == [keys.verification_key().public]
        assert keys.user_key().public not in accepted


def test_each_tells_its_own_host_key_on_its_console(clients: Clients, vms: tuple[VerificationVm, ...]) -> None:
    found = [wait_for_host_keys(clients, vm, 60) for vm in vms]
    assert found[0].host_key != found[1].host_key
    for vm, address in zip(vms, found, strict=True):
        assert (address.host, address.port, address.user) == (vm.host, vm.port, vm.user)
        assert address.host_key in serial_log(clients, vm)


def test_a_machine_without_host_keys_on_its_console_is_described_when_its_time_is_over(
    clients: Clients, captured: Any, vms: tuple[VerificationVm, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mintage.azure.verification.read_serial_log", lambda *_: "Booting")
    recipe = captured.plan.recipe.model_copy(update={"verify": Verify(boot_timeout="1s")})
    guest = guest_of(clients, captured.plan.model_copy(update={"recipe": recipe}), captured.keys)
    with pytest.raises(DeadlinePassed, match="did not tell its host key") as raised:
        guest.prove(vms, print)
    assert raised.value.seen.startswith(f"no host key on its console\n{vms[0].name}: Succeeded, power state running\n")
    assert "The last lines of its console:" in raised.value.seen


def test_azure_hears_of_their_agents(
    clients: Clients, vms: tuple[VerificationVm, ...], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for vm in vms:
        assert wait_for_agent(clients, vm, 60).startswith("Ready, version ")
    silent = MachineStatus(power=PowerState.RUNNING, provisioned=True)
    monkeypatch.setattr(server.cloud.hypervisor, "status", lambda _: silent)
    with pytest.raises(DeadlinePassed) as raised:
        wait_for_agent(clients, vms[0], 0)
    assert raised.value.seen == "Not Ready, version Unknown"


def test_starting_again_adopts_them(
    clients: Clients, settings: Settings, captured: Any, vms: tuple[VerificationVm, ...]
) -> None:
    made = clients.calls["PUT Microsoft.Compute/virtualMachines"]
    again = start_verification_vms(clients, settings, captured.plan, captured.image, captured.keys)
    assert again == tuple(vm.model_copy(update={"adopted": True}) for vm in vms)
    assert clients.calls["PUT Microsoft.Compute/virtualMachines"] == made


def test_one_that_was_put_away_is_made_anew_since_a_second_boot_proves_nothing(
    clients: Clients, settings: Settings, captured: Any, vms: tuple[VerificationVm, ...]
) -> None:
    def identities() -> list[str]:
        return [clients.compute.virtual_machines.get(vm.resource_group, vm.name)["properties"]["vmId"] for vm in vms]

    before = identities()
    clients.compute.virtual_machines.begin_deallocate(vms[0].resource_group, vms[0].name).wait()
    again = start_verification_vms(clients, settings, captured.plan, captured.image, captured.keys)
    assert [(vm.name, vm.adopted) for vm in again] == [(vms[0].name, False), (vms[1].name, True)]
    assert [new == old for new, old in zip(identities(), before, strict=True)] == [False, True]


def test_what_an_earlier_attempts_vms_show_condemns_no_image_before_new_ones_were_asked(
    clients: Clients, settings: Settings, captured: Any, vms: tuple[VerificationVm, ...]
) -> None:
    made, said = clients.calls["PUT Microsoft.Compute/virtualMachines"], list[str]()
    verified = verify_image(clients, settings, captured.plan, captured.image, captured.keys, said.append)
    # This image was never generalized, so that new ones do not pass either.
    assert verified.failed
    assert clients.calls["PUT Microsoft.Compute/virtualMachines"] == made + len(vms)
    assert said.count("VMs did not pass that may have booted again since; asking new ones") == 1


def test_vms_that_did_not_answer_in_time_are_gone_when_it_is_tried_again(
    clients: Clients, settings: Settings, captured: Any
) -> None:
    """As one whose power was lost in its first boot, in which alone it tells its host key."""
    recipe = captured.plan.recipe.model_copy(update={"verify": Verify(boot_timeout="1s")})
    hasty = captured.plan.model_copy(update={"recipe": recipe})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mintage.azure.verification.read_serial_log", lambda *_: "Booting")
        with pytest.raises(DeadlinePassed, match="did not tell its host key"):
            verify_image(clients, settings, hasty, captured.image, captured.keys, print)
    again = start_verification_vms(clients, settings, captured.plan, captured.image, captured.keys)
    assert [vm.adopted for vm in again] == [False, False]
    assert wait_for_host_keys(clients, again[0], 60).host == again[0].host


def test_they_leave_nothing_behind(clients: Clients, captured: Any, vms: tuple[VerificationVm, ...]) -> None:
    plan = captured.plan
    delete_vms(clients, plan, vms)
    left = [each["name"] for each in clients.resources.resources.list_by_resource_group(plan.names.group)]
    assert plan.names.vm in left
    assert [name for name in left if str(name).startswith("verify-")] == []
    delete_vms(clients, plan, vms)
