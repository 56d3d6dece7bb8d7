"""Virtual machines: made, shown, listed, changed and deleted."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from localazure.arm.ids import ResourceId
from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def test_a_machine_from_the_marketplace_says_which_version_latest_was(compute: Compute) -> None:
    machine = compute.vm()
    assert machine.provisioning_state == "Succeeded"
    assert machine.storage_profile.image_reference.version == "latest"
    assert machine.storage_profile.image_reference.exact_version == "12.20260101.0"


def test_a_machine_is_found_by_any_spelling_of_its_id(compute: Compute) -> None:
    machine = compute.vm("Web-1")
    found = compute.client.virtual_machines.get(compute.group.upper(), "wEB-1")
    assert (found.name, found.vm_id) == ("Web-1", machine.vm_id)


def test_a_machine_has_succeeded_only_when_its_guest_is_ready(compute: Compute) -> None:
    compute.vm()
    view = compute.view()
    assert [status.code for status in view.statuses] == ["ProvisioningState/succeeded", "PowerState/running"]
    assert [status.display_status for status in view.vm_agent.statuses] == ["Ready"]
    assert view.hyper_v_generation == "V2"


def test_the_instance_view_comes_with_the_machine_only_when_asked_for(compute: Compute) -> None:
    compute.vm()
    get = compute.client.virtual_machines.get
    assert get(compute.group, "vm").instance_view is None
    assert get(compute.group, "vm", expand="instanceView").instance_view.statuses[-1].code == "PowerState/running"


def test_machines_are_listed_by_group_and_by_subscription(compute: Compute) -> None:
    compute.vm()
    assert [vm.name for vm in compute.client.virtual_machines.list(compute.group)] == ["vm"]
    assert compute.id_of("virtualMachines", "vm") in [vm.id for vm in compute.client.virtual_machines.list_all()]


def test_secrets_are_neither_shown_nor_kept_once_the_guest_has_them(compute: Compute) -> None:
    body = compute.body()
    secret = "Correct-Horse-77"
    custom_data = base64.b64encode(b"#cloud-config\n# a very private thing\n").decode()
    profile = body["properties"]["osProfile"]
    profile |= {"adminPassword": secret, "customData": custom_data}
    profile["linuxConfiguration"]["disablePasswordAuthentication"] = False
    shown = compute.put("vm", body).as_dict()
    record = compute.azure.server.cloud.store.find(ResourceId.parse(compute.id_of("virtualMachines", "vm")))
    assert record is not None
    for text in (str(shown), record.model_dump_json()):
        assert secret not in text
        assert custom_data not in text


def test_user_data_is_shown_only_when_asked_for(compute: Compute) -> None:
    body = compute.body()
    body["properties"]["userData"] = base64.b64encode(b"hello").decode()
    compute.put("vm", body)
    get = compute.client.virtual_machines.get
    assert get(compute.group, "vm").user_data is None
    assert get(compute.group, "vm", expand="userData").user_data == body["properties"]["userData"]


def test_what_was_shown_may_be_put_back(compute: Compute) -> None:
    compute.vm()
    shown = compute.client.virtual_machines.get(compute.group, "vm")
    shown.tags = {"phase": "customize"}
    changed: Any = compute.client.virtual_machines.begin_create_or_update(compute.group, "vm", shown).result()
    assert changed.tags == {"phase": "customize"}
    assert changed.vm_id == shown.vm_id


def test_a_patch_changes_tags_and_nothing_else(compute: Compute) -> None:
    before = compute.vm()
    patched = compute.patch("vm", {"tags": {"a": "b"}})
    assert patched.tags == {"a": "b"}
    assert patched.storage_profile.os_disk.name == before.storage_profile.os_disk.name
    assert compute.codes()[-1] == "PowerState/running"


def test_a_machine_changes_its_size(compute: Compute) -> None:
    compute.vm()
    compute.act("deallocate")
    changed = compute.patch("vm", {"properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}})
    assert changed.hardware_profile.vm_size == "Standard_D4s_v5"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"osProfile": {"computerName": "other"}}, "PropertyChangeNotAllowed"),
        ({"osProfile": {"customData": "aGVsbG8="}}, "PropertyChangeNotAllowed"),
        ({"storageProfile": {"imageReference": {"sku": "12"}}}, "PropertyChangeNotAllowed"),
        ({"storageProfile": {"osDisk": {"name": "other"}}}, "PropertyChangeNotAllowed"),
    ],
)
def test_what_a_machine_was_made_from_does_not_change(compute: Compute, change: Any, code: str) -> None:
    compute.vm()
    with pytest.raises(HttpResponseError) as caught:
        compute.patch("vm", {"properties": change})
    assert refusal(caught) == (409, code)


def test_a_machine_does_not_move_to_another_region(compute: Compute) -> None:
    body = compute.body()
    compute.put("vm", body)
    with pytest.raises(HttpResponseError) as caught:
        compute.put("vm", body | {"location": "uksouth"})
    assert refusal(caught) == (409, "InvalidResourceLocation")


def test_deleting_a_machine_lets_go_of_its_disk_and_interface(compute: Compute) -> None:
    disk = compute.vm().storage_profile.os_disk.name
    assert compute.client.disks.get(compute.group, disk).disk_state == "Attached"
    compute.act("delete")
    with pytest.raises(ResourceNotFoundError):
        compute.client.virtual_machines.get(compute.group, "vm")
    left = compute.client.disks.get(compute.group, disk)
    assert (left.disk_state, left.managed_by) == ("Unattached", None)
    assert compute.net.client.network_interfaces.get(compute.group, "vm-nic").virtual_machine is None


def test_deleting_a_machine_deletes_what_was_to_go_with_it(compute: Compute) -> None:
    public_ip = compute.net.public_ip()
    updated: Any = {"location": "westeurope", "sku": {"name": "Standard"}}
    updated["properties"] = {"publicIPAllocationMethod": "Static", "deleteOption": "Delete"}
    compute.net.client.public_ip_addresses.begin_create_or_update(compute.group, "pip", updated).result()
    body = compute.body(nic=compute.nic(publicIPAddress={"id": public_ip.id}))
    body["properties"]["networkProfile"]["networkInterfaces"][0]["properties"] = {"deleteOption": "Delete"}
    body["properties"]["storageProfile"]["osDisk"]["deleteOption"] = "Delete"
    body["properties"]["storageProfile"]["dataDisks"] = [
        {"lun": 0, "createOption": "Empty", "diskSizeGB": 1, "deleteOption": "Delete"},
        {"lun": 1, "createOption": "Empty", "diskSizeGB": 1, "name": "kept"},
    ]
    compute.put("vm", body)
    compute.act("delete", force_deletion=True)
    assert [disk.name for disk in compute.client.disks.list_by_resource_group(compute.group)] == ["kept"]
    assert list(compute.net.client.network_interfaces.list(compute.group)) == []
    assert list(compute.net.client.public_ip_addresses.list(compute.group)) == []


def test_deleting_what_is_not_there_is_no_error(compute: Compute) -> None:
    compute.act("delete", "absent")


def test_a_specialized_machine_starts_from_a_disk_and_keeps_its_users(compute: Compute) -> None:
    disk = compute.vm("first").storage_profile.os_disk
    compute.act("delete", "first")
    body = compute.body("second")
    del body["properties"]["osProfile"]
    attached = {"createOption": "Attach", "osType": "Linux", "managedDisk": {"id": disk.managed_disk.id}}
    body["properties"]["storageProfile"] = {"osDisk": attached}
    machine = compute.put("second", body)
    assert machine.os_profile is None
    assert compute.client.disks.get(compute.group, disk.name).managed_by == machine.id


def test_data_disks_are_made_attached_and_let_go(compute: Compute) -> None:
    body = compute.body()
    body["properties"]["storageProfile"]["dataDisks"] = [{"lun": 3, "createOption": "Empty", "diskSizeGB": 2}]
    compute.put("vm", body)
    compute.act("deallocate")
    extra = compute.disk("extra", gb=1)
    machine = compute.client.virtual_machines.get(compute.group, "vm").as_dict()
    machine["properties"]["storageProfile"]["dataDisks"] = [
        {"lun": 5, "createOption": "Attach", "managedDisk": {"id": extra.id}}
    ]
    changed = compute.put("vm", machine)
    assert [(disk.lun, disk.name) for disk in changed.storage_profile.data_disks] == [(5, "extra")]
    states = {disk.name: disk.disk_state for disk in compute.client.disks.list_by_resource_group(compute.group)}
    assert states.pop("extra") == "Reserved"
    assert sorted(states.values()) == ["Reserved", "Unattached"]
