"""Disks and snapshots: made, copied, grown, refused and deleted."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.conftest import Azure
from tests.support.compute import HERE, Compute, refusal


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def test_an_empty_disk_belongs_to_nobody(compute: Compute) -> None:
    disk = compute.disk(gb=4)
    assert (disk.disk_size_gb, disk.disk_size_bytes, disk.disk_state) == (4, 4 * 1024**3, "Unattached")
    assert (disk.provisioning_state, disk.managed_by) == ("Succeeded", None)


def test_disks_are_listed_by_group_and_by_subscription(compute: Compute) -> None:
    disk = compute.disk()
    assert [each.name for each in compute.client.disks.list_by_resource_group(compute.group)] == ["disk"]
    assert disk.id in [each.id for each in compute.client.disks.list()]


def test_a_disk_is_reserved_while_its_machine_is_deallocated(compute: Compute) -> None:
    machine = compute.vm()
    name = machine.storage_profile.os_disk.name
    assert compute.client.disks.get(compute.group, name).disk_state == "Attached"
    compute.act("deallocate")
    disk = compute.client.disks.get(compute.group, name)
    assert (disk.disk_state, disk.managed_by, disk.os_type) == ("Reserved", machine.id, "Linux")


def test_a_copy_keeps_what_the_disk_is(compute: Compute) -> None:
    source = compute.vm().storage_profile.os_disk.managed_disk.id
    copy = compute.disk("copy", gb=None, createOption="Copy", sourceResourceId=source)
    assert (copy.os_type, copy.hyper_v_generation, copy.disk_size_gb) == ("Linux", "V2", 30)


def test_a_snapshot_of_a_running_machine_becomes_a_disk_that_boots(compute: Compute) -> None:
    source = compute.vm("first").storage_profile.os_disk.managed_disk.id
    snapshot = compute.snapshot(source, incremental=True)
    assert (snapshot.provisioning_state, snapshot.incremental, snapshot.os_type) == ("Succeeded", True, "Linux")
    restored = compute.disk("restored", gb=None, createOption="Copy", sourceResourceId=snapshot.id)
    compute.client.snapshots.begin_delete(compute.group, "snapshot").result()
    body = compute.body("second")
    del body["properties"]["osProfile"]
    attached = {"createOption": "Attach", "osType": "Linux", "managedDisk": {"id": restored.id}}
    body["properties"]["storageProfile"] = {"osDisk": attached}
    compute.put("second", body)
    assert compute.codes("second")[-1] == "PowerState/running"


def test_a_snapshot_of_a_snapshot_outlives_it(compute: Compute) -> None:
    first = compute.snapshot(compute.disk().id, "first")
    second = compute.snapshot(first.id, "second")
    compute.client.snapshots.begin_delete(compute.group, "first").result()
    assert compute.disk("from-second", gb=None, createOption="Copy", sourceResourceId=second.id).disk_size_gb == 4


def test_a_disk_grows_and_never_shrinks(compute: Compute) -> None:
    compute.disk(gb=2)
    assert update(compute, {"properties": {"diskSizeGB": 3}}).disk_size_gb == 3
    with pytest.raises(HttpResponseError) as caught:
        update(compute, {"properties": {"diskSizeGB": 1}})
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_a_disk_does_not_grow_under_a_running_machine(compute: Compute) -> None:
    name = compute.vm().storage_profile.os_disk.name
    with pytest.raises(HttpResponseError, match="while it is attached to running VM") as caught:
        update(compute, {"properties": {"diskSizeGB": 40}}, name)
    assert refusal(caught) == (409, "OperationNotAllowed")
    compute.act("deallocate")
    assert update(compute, {"properties": {"diskSizeGB": 40}}, name).disk_size_gb == 40


def test_a_disk_that_is_being_made_is_not_changed_meanwhile(compute: Compute, monkeypatch: pytest.MonkeyPatch) -> None:
    hypervisor, made = compute.azure.server.cloud.hypervisor, threading.Event()
    create = hypervisor.create_disk

    def slowly(disk_id: str, **given: Any) -> int:
        made.wait(20)
        return create(disk_id, **given)

    monkeypatch.setattr(hypervisor, "create_disk", slowly)
    properties = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4}
    body: Any = HERE | {"properties": properties}
    making = compute.client.disks.begin_create_or_update(compute.group, "disk", body)
    with pytest.raises(HttpResponseError, match="conflict with a concurrent request") as caught:
        compute.client.disks.begin_update(compute.group, "disk", {"tags": {"a": "b"}})
    assert refusal(caught) == (409, "Conflict")
    made.set()
    assert making.result().provisioning_state == "Succeeded"


def test_a_disk_in_use_cannot_be_deleted(compute: Compute) -> None:
    machine = compute.vm()
    name = machine.storage_profile.os_disk.name
    with pytest.raises(HttpResponseError, match=f"Disk {name} is attached to VM {machine.id}") as caught:
        compute.client.disks.begin_delete(compute.group, name)
    assert refusal(caught) == (409, "OperationNotAllowed")


@pytest.mark.parametrize(
    ("properties", "status", "code"),
    [
        pytest.param({"creationData": {"createOption": "Empty"}}, 400, "InvalidParameter", id="no size"),
        pytest.param({"diskSizeGB": 1}, 400, "InvalidParameter", id="no creation data"),
        pytest.param(
            {"creationData": {"createOption": "Empty"}, "diskSizeGB": 0}, 400, "InvalidParameter", id="size zero"
        ),
        pytest.param(
            {"creationData": {"createOption": "Empty"}, "diskSizeGB": 40000}, 400, "InvalidParameter", id="too large"
        ),
        pytest.param({"creationData": {"createOption": "Copy"}}, 400, "InvalidParameter", id="copy of nothing"),
        pytest.param(
            {"creationData": {"createOption": "Copy", "sourceResourceId": "nonsense"}},
            400, "LinkedInvalidPropertyId", id="no id",
        ),
        pytest.param(
            {"creationData": {"createOption": "Restore"}, "diskSizeGB": 1}, 501, "NotSupportedByLocalazure",
            id="restore",
        ),
        pytest.param(
            {"creationData": {"createOption": "Empty"}, "diskSizeGB": 1, "colour": "blue"},
            400, "InvalidRequestContent", id="property unknown",
        ),
    ],
)  # fmt: skip
def test_a_wrong_disk_is_refused(compute: Compute, properties: dict[str, Any], status: int, code: str) -> None:
    body: Any = HERE | {"properties": properties}
    with pytest.raises(HttpResponseError) as caught:
        compute.client.disks.begin_create_or_update(compute.group, "disk", body)
    assert refusal(caught) == (status, code)


def test_a_snapshot_of_what_is_not_there_is_refused_as_azure_does(compute: Compute) -> None:
    with pytest.raises(HttpResponseError, match="Resource absent is not found") as caught:
        compute.snapshot(compute.id_of("disks", "absent"))
    assert refusal(caught) == (404, "NotFound")


def test_a_snapshot_in_another_region_is_refused(compute: Compute) -> None:
    creation = {"createOption": "Copy", "sourceResourceId": compute.disk().id}
    body: Any = {"location": "uksouth", "properties": {"creationData": creation}}
    with pytest.raises(HttpResponseError) as caught:
        compute.client.snapshots.begin_create_or_update(compute.group, "snapshot", body)
    assert refusal(caught) == (400, "InvalidParameter")


def test_what_a_disk_was_made_from_does_not_change(compute: Compute) -> None:
    first, second = compute.disk("first"), compute.disk("second")
    compute.disk("copy", gb=None, createOption="Copy", sourceResourceId=first.id)
    with pytest.raises(HttpResponseError) as caught:
        compute.disk("copy", gb=None, createOption="Copy", sourceResourceId=second.id)
    assert refusal(caught) == (409, "PropertyChangeNotAllowed")


def update(compute: Compute, body: Any, name: str = "disk") -> Any:
    return compute.client.disks.begin_update(compute.group, name, body).result()
