"""A build that goes back: to a copy of its disk although Azure holds it for generalized, to before it had a machine."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError

from localazure.faults.client import FaultClient
from localazure.faults.kinds.status import StatusFault
from mintage.artifacts import BuildVm, DiskSnapshot, ImageVersion, ResolvedSource
from mintage.azure.back import put_back, remove_machine
from mintage.azure.capture import capture
from mintage.azure.clients import Clients
from mintage.azure.copies import copy_version, destinations
from mintage.azure.gallery import own_versions
from mintage.azure.managed_image import deliver_managed_image
from mintage.azure.power import power_state
from mintage.azure.provision import provision
from mintage.azure.publish import publish
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.unproved_images import take_back
from mintage.azure.version_number import choose_version
from mintage.begun import InMemory
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import AzureRefused
from mintage.guests import guest_of
from mintage.recipe import ManagedImageForm, ShellStep
from mintage.settings import Settings
from tests.contract.azure.conftest import with_publish
from tests.support.build_vms import seen


@pytest.fixture
def vm(clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys) -> BuildVm:
    return provision(clients, settings, plan, source, keys)


@pytest.fixture
def kept(clients: Clients, plan: BuildPlan, vm: BuildVm, keys: BuildKeys) -> DiskSnapshot:
    shell(clients, plan, vm, keys, "echo kept >/opt/kept")
    guest_of(clients, plan, keys).write_out(vm)
    return snapshot_disks(clients, plan, vm, plan.names.checkpoint(1))


@pytest.fixture
def image(clients: Clients, plan: BuildPlan, vm: BuildVm, kept: DiskSnapshot, source: ResolvedSource) -> ImageVersion:
    return capture(clients, plan, vm, choose_version(clients, plan), source)


def shell(clients: Clients, plan: BuildPlan, vm: BuildVm, keys: BuildKeys, line: str) -> list[str]:
    said: list[str] = []
    step = ShellStep(kind="shell", name="a step", inline=(line,))
    guest_of(clients, plan, keys).run_step(vm, step, said.append, InMemory())
    return said


def test_a_generalized_vm_is_made_anew_around_the_disk_it_had(
    clients: Clients, plan: BuildPlan, vm: BuildVm, keys: BuildKeys, kept: DiskSnapshot, image: ImageVersion
) -> None:
    put_back(clients, plan, vm, kept)
    assert power_state(seen(clients, vm)) == "running"
    assert shell(clients, plan, vm, keys, "cat /opt/kept") == ["kept"]


def test_the_next_snapshot_is_of_the_disk_that_was_put_back(
    clients: Clients, plan: BuildPlan, vm: BuildVm, kept: DiskSnapshot
) -> None:
    put_back(clients, plan, vm, kept)
    later = snapshot_disks(clients, plan, vm, plan.names.snapshot(2))
    found: Any = clients.compute.snapshots.get(vm.resource_group, later.name)
    disk = seen(clients, vm)["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"]
    assert found["properties"]["creationData"]["sourceResourceId"].lower() == disk.lower() != vm.os_disk_id.lower()


def test_back_to_the_source_means_a_new_machine_under_the_old_name(
    clients: Clients, settings: Settings, plan: BuildPlan, vm: BuildVm, keys: BuildKeys, source: ResolvedSource
) -> None:
    shell(clients, plan, vm, keys, "touch /opt/spoiled")
    for _ in range(2):
        remove_machine(clients, plan, vm)
        assert not list(clients.compute.disks.list_by_resource_group(vm.resource_group))
        with pytest.raises(ResourceNotFoundError):
            seen(clients, vm)

    made = provision(clients, settings, plan, source, keys)

    assert made.address == vm.address
    assert shell(clients, plan, made, keys, "test ! -e /opt/spoiled && echo clean") == ["clean"]


def test_a_version_is_taken_back_so_that_the_next_has_its_number(
    clients: Clients, plan: BuildPlan, image: ImageVersion
) -> None:
    assert [each.path[-1] for each in own_versions(clients, plan)] == [image.version]
    take_back(clients, plan)
    take_back(clients, plan)
    assert own_versions(clients, plan) == []
    assert choose_version(clients, plan) == image.version


def test_a_published_version_is_not_taken_back(clients: Clients, plan: BuildPlan, image: ImageVersion) -> None:
    publish(clients, plan, image, lambda _: None)
    with pytest.raises(AzureRefused, match="has published its image already"):
        take_back(clients, plan)
    assert own_versions(clients, plan)


def test_what_is_not_published_stays_when_a_copy_of_it_is(
    clients: Clients, plan: BuildPlan, image: ImageVersion, source: ResolvedSource
) -> None:
    """A process died between the two."""
    form = {"kind": "copy", "resource_group": plan.recipe.publish.resource_group, "gallery": f"copy_{plan.build_id}"}
    with_copy = with_publish(plan, forms=[form])
    _, there = destinations(clients, with_copy)
    publish(there.clients, there.plan, copy_version(there, image, source), lambda _: None)
    with pytest.raises(AzureRefused, match="has published its image already"):
        take_back(clients, with_copy)
    assert own_versions(clients, plan)


def test_a_managed_image_that_cannot_go_keeps_the_version_by_which_it_is_found(
    clients: Clients, plan: BuildPlan, vm: BuildVm, image: ImageVersion, source: ResolvedSource, faults: FaultClient
) -> None:
    form = ManagedImageForm(kind="managed_image", resource_group=plan.recipe.publish.resource_group)
    formed = with_publish(plan, forms=[form.model_dump()])
    managed = deliver_managed_image(clients, formed, form, vm, image, source).identity.rpartition("/")[2]
    faults.add(StatusFault(operation="DELETE Microsoft.Compute/images", status=409, code="ScopeLocked"))
    with pytest.raises(AzureRefused, match="ScopeLocked"):
        take_back(clients, formed)
    faults.clear()
    take_back(clients, formed)
    with pytest.raises(ResourceNotFoundError):
        clients.compute.images.get(form.resource_group, managed)
    assert own_versions(clients, plan) == []
