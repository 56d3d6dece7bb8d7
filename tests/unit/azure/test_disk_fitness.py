"""What cannot be built on is known by what Azure says of it, before anything is made."""

from __future__ import annotations

from typing import Any

import pytest

from mintage.azure.disk_fitness import demand_fit, demand_fit_machine
from mintage.errors import SourceError

DISK = {"provisioningState": "Succeeded", "osType": "Linux", "diskState": "Unattached"}


def disk(**properties: Any) -> dict[str, Any]:
    return {"id": "/the/disk", "location": "West Europe", "properties": DISK | properties}


def machine(storage: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    managed = {"osDisk": {"name": "os", "managedDisk": {"id": "/the/disk"}}}
    profile = {"provisioningState": "Succeeded", "storageProfile": managed | (storage or {})}
    return {"id": "/the/vm", "location": "westeurope", "properties": profile | properties}


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ({"securityProfile": {"securityType": "TrustedLaunch"}}, "securityType TrustedLaunch"),
        ({"encryptionSettingsCollection": {"enabled": True}}, "Azure Disk Encryption"),
        ({"diskState": "ActiveUpload"}, "diskState ActiveUpload"),
        ({"diskState": "ActiveSAS"}, "diskState ActiveSAS"),
        ({"completionPercent": 40.0}, "40.0 % of it"),
        ({"provisioningState": "Failed"}, "provisioningState Failed"),
        ({"osType": None}, "no osType"),
        ({"supportedCapabilities": {"architecture": "Arm64"}}, "no managed image of it"),
    ],
)
def test_a_disk_that_cannot_be_built_on_is_refused_with_what_was_seen(properties: dict[str, Any], told: str) -> None:
    with pytest.raises(SourceError) as raised:
        demand_fit(disk(**properties), "westeurope", system=True, generalized=True)
    assert told in raised.value.seen
    assert raised.value.remedy


def test_what_only_an_image_could_not_be_made_of_is_fit_to_be_copied() -> None:
    arm = disk(supportedCapabilities={"architecture": "Arm64"}, securityProfile={"securityType": "Standard"})
    demand_fit(arm, "westeurope", system=True, generalized=False)
    demand_fit(disk(osType=None, completionPercent=100.0), "westeurope", system=False, generalized=True)


@pytest.mark.parametrize(
    ("vm", "told"),
    [
        (machine(securityProfile={"securityType": "ConfidentialVM"}), "securityType ConfidentialVM"),
        (machine({"osDisk": {"diffDiskSettings": {"option": "Local"}, "managedDisk": {"id": "d"}}}), "ephemeral"),
        (machine({"dataDisks": [{"name": "old", "vhd": {"uri": "https://…"}}]}), "not managed: old"),
        (machine() | {"location": "uksouth"}, "VM in uksouth, build in westeurope"),
        (machine(provisioningState="Failed"), "provisioningState Failed"),
    ],
)
def test_a_machine_whose_disks_cannot_be_copied_is_refused(vm: dict[str, Any], told: str) -> None:
    with pytest.raises(SourceError) as raised:
        demand_fit_machine(vm, "westeurope")
    assert told in raised.value.seen


def test_a_machine_with_managed_disks_is_fit() -> None:
    demand_fit_machine(machine(securityProfile={"encryptionAtHost": False}), "westeurope")
