"""Somebody's own VM, generalized itself: only if its recipe says so and a person agreed, and nothing else is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mintage.azure.back import put_back, remove_machine
from mintage.azure.capture import capture
from mintage.azure.clean_up import clean_up
from mintage.azure.clients import Clients
from mintage.azure.power import is_generalized, power_state
from mintage.azure.provision import provision
from mintage.azure.restore import restore
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.source import resolve_source
from mintage.azure.source_copies import _kept_for_owner, copy_source
from mintage.begun import InMemory
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, SourceError
from mintage.guests import guest_of
from mintage.settings import Settings
from tests.contract.conftest import Azure
from tests.support.build_vms import keys_of
from tests.support.compute import Compute
from tests.support.network import rule

MakePlan = Callable[..., BuildPlan]


class Owned:
    """Somebody's machine that stands still, in a network that lets the builder in."""

    def __init__(self, azure: Azure, group: str) -> None:
        self.compute = compute = Compute(azure, group)
        compute.net.vnet(subnets={"default": "10.1.0.0/24"})
        let_in = {"id": compute.net.security_group("nsg", rule("ssh", 100)).id}
        nic = compute.net.nic(publicIPAddress={"id": compute.net.public_ip().id}, networkSecurityGroup=let_in)
        self.vm = compute.put("web-1", compute.body("web-1", nic=nic.id))
        compute.act("deallocate", "web-1")

    def document(self) -> Any:
        return self.compute.client.virtual_machines.get(self.compute.group, "web-1")

    def snapshots(self) -> list[str]:
        return [str(each.name) for each in self.compute.client.snapshots.list_by_resource_group(self.compute.group)]


@pytest.fixture
def owned(azure: Azure, group: str) -> Owned:
    return Owned(azure, group)


def plan_of(make_plan: MakePlan, owned: Owned, *, agreed: bool = True) -> BuildPlan:
    plan = make_plan(source={"kind": "virtual_machine", "vm_id": owned.vm.id, "generalize_original": True})
    return plan.model_copy(update={"agreed_vm": owned.vm.id if agreed else None})


def test_the_machine_itself_is_generalized_and_its_owner_keeps_its_disk_as_it_was(
    clients: Clients, settings: Settings, make_plan: MakePlan, owned: Owned
) -> None:
    plan = plan_of(make_plan, owned)
    keys = keys_of(plan)
    source = copy_source(clients, plan, resolve_source(clients, plan))
    vm = provision(clients, settings, plan, source, keys)
    assert (vm.resource_id, vm.original, vm.specialized) == (owned.vm.id, True, True)
    guest = guest_of(clients, plan, keys)
    before = guest.inventory(vm)
    kept = snapshot_disks(clients, plan, vm, "before-generalize-1")
    told: list[str] = []
    attach: Any = told.append
    done = guest.generalize(vm, kept, before, before, told.append, attach, InMemory())
    assert all(check.passed for check in done.checks)
    image = capture(clients, plan, vm, "1.0.0", source)
    assert image.version == "1.0.0"
    # Nothing but its generalization was done to it, and the build takes away what is its own and no more.
    undoing: tuple[Callable[[], None], ...] = (
        lambda: restore(clients, plan, vm, kept),
        lambda: put_back(clients, plan, vm, kept),
        lambda: remove_machine(clients, plan, vm),
    )
    for undo in undoing:
        with pytest.raises(AzureRefused, match="The VM itself is not put back"):
            undo()
    assert clean_up(clients, plan).leftovers == ()
    found: Any = clients.compute.virtual_machines.get(owned.compute.group, "web-1", expand="instanceView")
    assert (power_state(found), is_generalized(found)) == ("deallocated", True)
    assert found["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"] == vm.os_disk_id
    disk = owned.vm.storage_profile.os_disk.name
    assert owned.snapshots() == [f"{disk[:40]}-os-before-{plan.build_id}"]


def test_disks_whose_names_differ_at_the_end_are_kept_apart(
    clients: Clients, make_plan: MakePlan, owned: Owned
) -> None:
    plan = plan_of(make_plan, owned)
    disk = f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/{'v' * 40}_DataDisk_"
    kept = {_kept_for_owner(clients, plan, lun, f"{disk}{lun}").id for lun in (None, 0, 1)}
    assert len(kept) == 3


def test_without_agreement_nothing_is_made_or_started(clients: Clients, make_plan: MakePlan, owned: Owned) -> None:
    before = owned.document().as_dict()
    plan = plan_of(make_plan, owned, agreed=False)
    with pytest.raises(SourceError, match="Nobody agreed"):
        resolve_source(clients, plan)
    assert owned.document().as_dict() == before
    assert "PowerState/deallocated" in owned.compute.codes("web-1")
    assert not clients.resources.resource_groups.check_existence(plan.names.group)
