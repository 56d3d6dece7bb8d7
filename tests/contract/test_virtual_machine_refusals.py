"""What Azure refuses of a request for a virtual machine, refused with Azure's codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def profile(**more: Any) -> Change:
    return lambda properties: properties["osProfile"].update(more)


def linux(**more: Any) -> Change:
    return lambda properties: properties["osProfile"]["linuxConfiguration"].update(more)


def storage(**more: Any) -> Change:
    return lambda properties: properties["storageProfile"].update(more)


def image(**more: Any) -> Change:
    return lambda properties: properties["storageProfile"]["imageReference"].update(more)


def size(name: str) -> Change:
    return lambda properties: properties.update(hardwareProfile={"vmSize": name})


def without(name: str) -> Change:
    return lambda properties: properties.pop(name)


def given(**more: Any) -> Change:
    return lambda properties: properties.update(more)


EMPTY_DISK = {"createOption": "Empty", "diskSizeGB": 1}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param(size("Standard_X1"), 400, "InvalidParameter", id="size unknown"),
        pytest.param(size("Standard_D2ps_v5"), 400, "InvalidParameter", id="size of another architecture"),
        pytest.param(size("Standard_A2_v2"), 400, "BadRequest", id="size of another generation"),
        pytest.param(without("hardwareProfile"), 400, "InvalidParameter", id="no size"),
        pytest.param(without("networkProfile"), 400, "InvalidParameter", id="no network"),
        pytest.param(without("osProfile"), 400, "InvalidParameter", id="generalized without profile"),
        pytest.param(without("storageProfile"), 400, "InvalidParameter", id="no image"),
        pytest.param(image(offer="debian-99"), 404, "PlatformImageNotFound", id="image unknown"),
        pytest.param(image(version="1.0.0"), 404, "PlatformImageNotFound", id="version unknown"),
        pytest.param(image(version=None), 400, "InvalidParameter", id="image without version"),
        pytest.param(image(colour="blue"), 400, "InvalidRequestContent", id="property unknown"),
        pytest.param(profile(computerName=None), 400, "InvalidParameter", id="no computer name"),
        pytest.param(profile(computerName="under_score"), 400, "InvalidParameter", id="computer name"),
        pytest.param(profile(computerName="x" * 65), 400, "InvalidParameter", id="computer name too long"),
        pytest.param(profile(adminUsername="admin"), 400, "InvalidParameter", id="user name reserved"),
        pytest.param(profile(adminUsername="with space"), 400, "InvalidParameter", id="user name"),
        pytest.param(profile(customData="not base64!"), 400, "InvalidParameter", id="custom data not base64"),
        pytest.param(profile(customData="QUJD" * 21846), 400, "InvalidParameter", id="custom data too long"),
        pytest.param(profile(adminPassword="Correct-Horse-77"), 400, "InvalidParameter", id="password unused"),
        pytest.param(profile(windowsConfiguration={}), 400, "InvalidParameter", id="windows on linux"),
        pytest.param(linux(ssh=None), 400, "InvalidParameter", id="no way to log in"),
        pytest.param(
            linux(ssh={"publicKeys": [{"path": "/root/.ssh/authorized_keys", "keyData": "ssh-ed25519 AAAA"}]}),
            400, "InvalidParameter", id="key path",
        ),
        pytest.param(
            linux(ssh={"publicKeys": [{"path": "/home/mintage/.ssh/authorized_keys", "keyData": "no key"}]}),
            400, "InvalidParameter", id="key",
        ),
        pytest.param(given(userData="not base64!"), 400, "InvalidParameter", id="user data not base64"),
        pytest.param(
            given(securityProfile={"securityType": "TrustedLaunch"}),
            501, "NotSupportedByLocalazure", id="trusted launch",
        ),
        pytest.param(given(availabilitySet={"id": "/x"}), 501, "NotSupportedByLocalazure", id="availability set"),
        pytest.param(
            storage(osDisk={"createOption": "FromImage", "diskSizeGB": 1}),
            409, "OperationNotAllowed", id="disk too small",
        ),
        pytest.param(
            storage(dataDisks=[EMPTY_DISK | {"lun": 1}, EMPTY_DISK | {"lun": 1}]),
            409, "ConflictingUserInput", id="lun twice",
        ),
        pytest.param(
            storage(dataDisks=[EMPTY_DISK | {"lun": lun} for lun in range(5)]),
            409, "OperationNotAllowed", id="too many data disks",
        ),
        pytest.param(
            storage(dataDisks=[{"lun": 0, "createOption": "FromImage"}]),
            400, "InvalidParameter", id="no such disk in image",
        ),
        pytest.param(
            storage(osDisk={"createOption": "Attach", "osType": "Linux"}),
            400, "InvalidParameter", id="attach with image",
        ),
    ],
)  # fmt: skip
def test_a_wrong_request_leaves_nothing_behind(compute: Compute, change: Change, status: int, code: str) -> None:
    body = compute.body()
    change(body["properties"])
    with pytest.raises(HttpResponseError) as caught:
        compute.put("vm", body)
    assert refusal(caught) == (status, code)
    assert list(compute.client.virtual_machines.list(compute.group)) == []
    assert list(compute.client.disks.list_by_resource_group(compute.group)) == []


def test_an_identity_is_not_given_silently(compute: Compute) -> None:
    with pytest.raises(HttpResponseError) as caught:
        compute.put("vm", compute.body() | {"identity": {"type": "SystemAssigned"}})
    assert refusal(caught) == (501, "NotSupportedByLocalazure")


@pytest.mark.parametrize("name", ["under_score", "-dash", "dot.", "x" * 65])
def test_a_bad_name_is_refused(compute: Compute, name: str) -> None:
    with pytest.raises(HttpResponseError) as caught:
        compute.put(name, compute.body())
    assert caught.value.status_code == 400


def test_an_absent_interface_is_refused(compute: Compute) -> None:
    with pytest.raises(HttpResponseError) as caught:
        compute.put("vm", compute.body(nic=compute.nic() + "-absent"))
    assert refusal(caught) == (400, "InvalidResourceReference")


def test_an_interface_of_another_machine_is_refused(compute: Compute) -> None:
    nic = compute.nic()
    compute.put("first", compute.body("first", nic=nic))
    with pytest.raises(HttpResponseError) as caught:
        compute.put("second", compute.body("second", nic=nic))
    assert refusal(caught) == (400, "NicInUse")


def test_an_interface_in_use_cannot_be_deleted(compute: Compute) -> None:
    compute.vm()
    with pytest.raises(HttpResponseError) as caught:
        compute.net.client.network_interfaces.begin_delete(compute.group, "vm-nic")
    assert refusal(caught) == (400, "NicInUse")


def test_one_of_several_interfaces_must_be_primary(compute: Compute) -> None:
    body = compute.body()
    body["properties"]["networkProfile"]["networkInterfaces"].append({"id": compute.nic("second")})
    with pytest.raises(HttpResponseError) as caught:
        compute.put("vm", body)
    assert refusal(caught) == (400, "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary")


def test_a_disk_of_that_name_must_be_attached_instead(compute: Compute) -> None:
    compute.disk("taken")
    body = compute.body()
    body["properties"]["storageProfile"]["osDisk"]["name"] = "taken"
    with pytest.raises(HttpResponseError) as caught:
        compute.put("vm", body)
    assert refusal(caught) == (409, "ConflictingUserInput")


def test_a_disk_of_another_machine_is_refused(compute: Compute) -> None:
    disk = compute.vm("first").storage_profile.os_disk.managed_disk.id
    body = compute.body("second")
    body["properties"]["storageProfile"]["dataDisks"] = [
        {"lun": 0, "createOption": "Attach", "managedDisk": {"id": disk}}
    ]
    with pytest.raises(HttpResponseError) as caught:
        compute.put("second", body)
    assert refusal(caught) == (409, "ConflictingUserInput")


def test_a_machine_in_a_zone_has_its_disks_there_and_takes_no_others(compute: Compute) -> None:
    there = compute.put("there", compute.body("there") | {"zones": ["2"]})
    disk = compute.client.disks.get(compute.group, there.storage_profile.os_disk.name)
    assert disk.zones == ["2"]
    compute.act("delete", "there")
    body = compute.body("elsewhere") | {"zones": ["1"]}
    for attached, why in (
        (disk.id, "not in the same zone as the VM. VM zone: '1'. Disk zone: '2'"),
        (compute.disk("anywhere").id, "not in zone '1'"),
    ):
        data = {"lun": 0, "createOption": "Attach", "managedDisk": {"id": attached}}
        body["properties"]["storageProfile"]["dataDisks"] = [data]
        with pytest.raises(HttpResponseError, match=why) as caught:
            compute.put("elsewhere", body)
        assert refusal(caught) == (400, "BadRequest")


def test_a_disk_in_all_zones_is_a_machines_of_any(compute: Compute) -> None:
    body = compute.body() | {"zones": ["1"]}
    everywhere = {"storageAccountType": "Premium_ZRS"}
    body["properties"]["storageProfile"]["osDisk"]["managedDisk"] = everywhere
    body["properties"]["storageProfile"]["dataDisks"] = [
        {"lun": 0, "createOption": "Empty", "diskSizeGB": 4, "name": "data", "managedDisk": everywhere}
    ]
    compute.put("vm", body)
    disk = compute.client.disks.get(compute.group, "data")
    assert disk.zones is None
    compute.act("delete", "vm")
    other = compute.body("other") | {"zones": ["2"]}
    other["properties"]["storageProfile"]["dataDisks"] = [
        {"lun": 0, "createOption": "Attach", "managedDisk": {"id": disk.id}}
    ]
    assert compute.put("other", other).zones == ["2"]


def test_a_specialized_machine_takes_no_profile(compute: Compute) -> None:
    disk = compute.vm("first").storage_profile.os_disk.managed_disk.id
    compute.act("delete", "first")
    body = compute.body("second")
    attached = {"createOption": "Attach", "osType": "Linux", "managedDisk": {"id": disk}}
    body["properties"]["storageProfile"] = {"osDisk": attached}
    with pytest.raises(HttpResponseError, match="Parameter 'osProfile' is not allowed"):
        compute.put("second", body)
