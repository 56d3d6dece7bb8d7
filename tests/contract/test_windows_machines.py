"""Windows machines through the real SDK: their marketplace image, their profile, and what is refused of them."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal
from tests.support.windows_compute import WINDOWS, windows_body

REGION = "westeurope"


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def refused(compute: Compute, body: Any) -> tuple[int | None, str, str]:
    with pytest.raises(HttpResponseError) as caught:
        compute.put("win", body)
    return (*refusal(caught), str(caught.value))


def test_latest_is_the_newest_of_two_versions(azure: Azure) -> None:
    names = (WINDOWS["publisher"], WINDOWS["offer"], WINDOWS["sku"])
    versions = [each.name for each in azure.compute.virtual_machine_images.list(REGION, *names, orderby="name desc")]
    assert len(versions) == 2
    shown = azure.compute.virtual_machine_images.get(REGION, *names, versions[0])
    assert shown.os_disk_image is not None
    assert (shown.os_disk_image.operating_system, shown.hyper_v_generation) == ("Windows", "V2")


@pytest.mark.parametrize(
    ("configuration", "status", "code", "why"),
    [
        ({"winRM": {"listeners": [{"protocol": "Https", "certificateUrl": "https://v/secrets/c"}]}}, 501,
         "NotSupportedByLocalazure", "Key Vault"),
        ({"winRM": {"listeners": [{"protocol": "Http", "certificateUrl": "https://v/secrets/c"}]}}, 400,
         "InvalidParameter", "has no certificateUrl"),
        ({"additionalUnattendContent": [{"passName": "OobeSystem", "settingName": "AutoLogon", "content": "<a/>"}]},
         501, "NotSupportedByLocalazure", "additionalUnattendContent"),
        ({"patchSettings": {"patchMode": "Manual"}}, 400, "InvalidParameter", "enableAutomaticUpdates"),
        ({"patchSettings": {"patchMode": "AutomaticByPlatform"}}, 400, "InvalidParameter", "patchMode"),
        ({"noSuchThing": True}, 400, "InvalidRequestContent", "noSuchThing"),
    ],
)  # fmt: skip
def test_a_windows_configuration_that_cannot_be_had_is_refused(
    compute: Compute, configuration: Any, status: int, code: str, why: str
) -> None:
    body = windows_body(compute)
    body["properties"]["osProfile"]["windowsConfiguration"] = configuration
    answer = refused(compute, body)
    assert answer[:2] == (status, code)
    assert why in answer[2]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"adminPassword": None}, "adminPassword"),
        ({"adminPassword": "tiny-pw"}, "password"),
        ({"adminUsername": "Administrator"}, "Admin Username"),
        ({"computerName": "a-name-of-sixteen"}, "15 characters"),
        ({"linuxConfiguration": {}}, "linuxConfiguration"),
    ],
)
def test_a_profile_that_windows_would_not_take_is_refused(compute: Compute, change: dict[str, Any], why: str) -> None:
    body = windows_body(compute)
    body["properties"]["osProfile"] |= change
    answer = refused(compute, body)
    assert answer[:2] == (400, "InvalidParameter")
    assert why in answer[2]
    assert "tiny-pw" not in answer[2]


def test_data_disks_are_refused_since_the_model_has_one_disk(compute: Compute) -> None:
    body = windows_body(compute)
    body["properties"]["storageProfile"]["dataDisks"] = [{"lun": 0, "createOption": "Empty", "diskSizeGB": 4}]
    answer = refused(compute, body)
    assert answer[:2] == (501, "NotSupportedByLocalazure")
    assert "data disks on Windows machines" in answer[2]


def test_a_windows_licence_is_not_for_linux(compute: Compute) -> None:
    body = compute.body("win")
    body["properties"]["licenseType"] = "Windows_Server"
    answer = refused(compute, body)
    assert answer[:2] == (400, "InvalidParameter")
    assert "licenseType" in answer[2]
