"""Managed images: from generalized machines, from disks and snapshots, and to new machines."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def from_vm(machine: Any) -> dict[str, Any]:
    return {"sourceVirtualMachine": {"id": machine.id}}


def from_disk(kind: str, rid: str, state: str = "Generalized") -> dict[str, Any]:
    return {"storageProfile": {"osDisk": {"osType": "Linux", "osState": state, kind: {"id": rid}}}}


def boot(compute: Compute, image: Any, name: str = "booted") -> Any:
    body = compute.body(name)
    body["properties"]["storageProfile"] = {"imageReference": {"id": image.id}}
    return compute.put(name, body)


def test_an_image_of_a_generalized_machine_outlives_it_and_boots(compute: Compute) -> None:
    body = compute.body()
    body["properties"]["storageProfile"]["osDisk"]["deleteOption"] = "Delete"
    body["properties"]["storageProfile"]["dataDisks"] = [
        {"lun": 2, "createOption": "Empty", "diskSizeGB": 1, "deleteOption": "Delete"}
    ]
    machine = compute.put("vm", body)
    compute.act("deallocate")
    compute.client.virtual_machines.generalize(compute.group, "vm")
    image = compute.image(**from_vm(machine))
    assert image.storage_profile.os_disk.os_state == "Generalized"
    compute.act("delete")
    booted = boot(compute, image)
    assert [disk.lun for disk in booted.storage_profile.data_disks] == [2]
    assert compute.codes("booted")[-1] == "PowerState/running"


def test_a_machine_that_is_not_generalized_gives_no_image(compute: Compute) -> None:
    machine = compute.vm()
    compute.act("deallocate")
    with pytest.raises(HttpResponseError, match="requires the Virtual Machine 'vm' to be Generalized") as caught:
        compute.image(**from_vm(machine))
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_the_generation_of_an_image_is_that_of_its_source(compute: Compute) -> None:
    machine = compute.generalized_vm()
    with pytest.raises(HttpResponseError, match="Set hyperVGeneration to 'V2'") as caught:
        compute.image(generation="V1", **from_vm(machine))
    assert refusal(caught) == (400, "InvalidParameter")


@pytest.mark.parametrize("kind", ["managedDisk", "snapshot"])
def test_an_image_of_a_disk_or_a_snapshot_boots(compute: Compute, kind: str) -> None:
    source = compute.generalized_vm().storage_profile.os_disk.managed_disk.id
    rid = source if kind == "managedDisk" else compute.snapshot(source).id
    boot(compute, compute.image(**from_disk(kind, rid)))
    assert compute.codes("booted")[-1] == "PowerState/running"


def test_no_managed_image_is_made_of_an_arm64_disk(compute: Compute) -> None:
    body: Any = {
        "location": "westeurope",
        "properties": {
            "creationData": {"createOption": "Empty"},
            "diskSizeGB": 1,
            "osType": "Linux",
            "hyperVGeneration": "V2",
            "supportedCapabilities": {"architecture": "Arm64"},
        },
    }
    disk = compute.client.disks.begin_create_or_update(compute.group, "arm", body).result()
    with pytest.raises(HttpResponseError, match="CPU Architecture is 'Arm64'") as caught:
        compute.image(**from_disk("managedDisk", str(disk.id)))
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_images_are_listed_and_deleted(compute: Compute) -> None:
    image = compute.image(**from_vm(compute.generalized_vm()))
    assert [each.name for each in compute.client.images.list_by_resource_group(compute.group)] == ["image"]
    assert image.id in [each.id for each in compute.client.images.list()]
    compute.client.images.begin_delete(compute.group, "image").result()
    assert list(compute.client.images.list_by_resource_group(compute.group)) == []


def test_only_the_tags_of_an_image_change(compute: Compute) -> None:
    first, second = compute.generalized_vm("first"), compute.generalized_vm("second")
    compute.image(**from_vm(first))
    tags: Any = {"tags": {"a": "b"}}
    assert compute.client.images.begin_update(compute.group, "image", tags).result().tags == {"a": "b"}
    with pytest.raises(HttpResponseError) as caught:
        compute.image(**from_vm(second))
    assert refusal(caught) == (409, "PropertyChangeNotAllowed")


def test_an_image_needs_a_source(compute: Compute) -> None:
    with pytest.raises(HttpResponseError) as caught:
        compute.image()
    assert refusal(caught) == (400, "InvalidParameter")
