"""The build VM's disk put back from its snapshot, whatever was there and wherever the process dies."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from mintage.artifacts import BuildVm, DiskSnapshot, ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.marks import set_sysprep_mark, sysprep_mark
from mintage.azure.power import power_state
from mintage.azure.provision import provision
from mintage.azure.restore import restore
from mintage.azure.snapshot import snapshot_disks
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.settings import Settings
from tests.support.build_vms import seen


@pytest.fixture
def vm(clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys) -> BuildVm:
    return provision(clients, settings, plan, source, keys)


@pytest.fixture
def kept(clients: Clients, plan: BuildPlan, vm: BuildVm) -> DiskSnapshot:
    return snapshot_disks(clients, plan, vm, "before")


def disks(clients: Clients, vm: BuildVm) -> list[str]:
    return [str(each["name"]) for each in clients.compute.disks.list_by_resource_group(vm.resource_group)]


def test_the_vm_runs_from_a_disk_made_from_the_snapshot_and_its_own_is_gone(
    clients: Clients, plan: BuildPlan, vm: BuildVm, kept: DiskSnapshot
) -> None:
    set_sysprep_mark(clients, plan, vm, "begun")
    assert sysprep_mark(seen(clients, vm)) == "begun"
    for again in (2, 3):
        restore(clients, plan, vm, kept)
        found = seen(clients, vm)
        name = f"{vm.name}-os-{again}"
        assert found["properties"]["storageProfile"]["osDisk"]["name"] == name
        assert disks(clients, vm) == [name]
        assert power_state(found) == "running"
        assert sysprep_mark(found) == "", "nothing of Sysprep is on a disk from before it"
        assert found["tags"]["mintage-build"] == plan.build_id
    disk = clients.compute.disks.get(vm.resource_group, f"{vm.name}-os-3")
    assert disk["properties"]["creationData"]["sourceResourceId"].lower() == kept.resource_id.lower()


def test_a_restore_whose_process_dies_is_done_by_the_next(
    clients: Clients, plan: BuildPlan, vm: BuildVm, kept: DiskSnapshot, mortal: Any
) -> None:
    _, deaths = mortal.dies_again_and_again(lambda mine, _: restore(mine, plan, vm, kept), plan)
    assert deaths > 3
    assert power_state(seen(clients, vm)) == "running"


def test_a_running_vm_keeps_its_disk(clients: Clients, plan: BuildPlan, vm: BuildVm, kept: DiskSnapshot) -> None:
    other: Any = {
        "location": vm.location,
        "properties": {"creationData": {"createOption": "Copy", "sourceResourceId": kept.resource_id}},
    }
    made: Any = clients.compute.disks.begin_create_or_update(vm.resource_group, "other", other).result()
    change: Any = {"properties": {"storageProfile": {"osDisk": {"name": "other", "managedDisk": {"id": made["id"]}}}}}
    with pytest.raises(HttpResponseError) as refused:
        clients.compute.virtual_machines.begin_update(vm.resource_group, vm.name, change)
    assert refused.value.error is not None
    assert refused.value.error.code in {"OperationNotAllowed", "InvalidParameter"}
