"""Windows machines through the real SDK: their marketplace image, their profile, and what is refused of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal
from tests.support.server_state import database_text
from tests.support.windows_compute import PASSWORD, WINDOWS, run, windows_body

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


def test_a_machine_is_made_and_shown_as_azure_shows_it(compute: Compute) -> None:
    body = windows_body(compute)
    body["properties"]["licenseType"] = "Windows_Server"
    body["properties"]["osProfile"]["windowsConfiguration"] = {
        "timeZone": "Pacific Standard Time",
        "winRM": {"listeners": [{"protocol": "Http"}]},
    }
    made = compute.put("win", body)
    profile = made.os_profile
    assert (profile.computer_name, profile.admin_username, profile.admin_password) == ("win", "builder", None)
    windows = profile.windows_configuration
    assert (windows.provision_vm_agent, windows.enable_automatic_updates) == (True, True)
    assert (windows.time_zone, windows.win_rm.listeners[0].protocol) == ("Pacific Standard Time", "Http")
    patches = windows.patch_settings
    assert (patches.patch_mode, patches.assessment_mode) == ("AutomaticByOS", "ImageDefault")
    assert (made.license_type, made.storage_profile.os_disk.os_type) == ("Windows_Server", "Windows")
    assert made.storage_profile.os_disk.disk_size_gb == 127
    assert PASSWORD not in str(made.as_dict())
    view = compute.view("win")
    assert view.vm_agent.statuses[0].display_status == "Ready"
    assert "PowerState/running" in compute.codes("win")
    # Saying the same again changes nothing, and nothing else can be asked for.
    assert compute.put("win", body).vm_id == made.vm_id
    for changed in ({"windowsConfiguration": {"timeZone": "UTC"}}, {"adminPassword": "Another-Horse-1"}):
        other = windows_body(compute)
        other["properties"]["osProfile"] = body["properties"]["osProfile"] | changed
        answer = refused(compute, other)
        assert answer[:2] == (409, "PropertyChangeNotAllowed")
        assert "Another-Horse-1" not in answer[2]


def test_the_password_is_nowhere_in_the_servers_state(compute: Compute) -> None:
    compute.put("win", windows_body(compute))
    state = compute.azure.server.settings.state
    text = database_text(state)
    assert "builder" in text
    assert PASSWORD not in text
    files = [path for path in (state / "windows-model").rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if PASSWORD.encode() in path.read_bytes()] == []


def test_the_serial_log_says_that_it_is_a_model(compute: Compute) -> None:
    compute.put("win", windows_body(compute))
    found = compute.client.virtual_machines.retrieve_boot_diagnostics_data(compute.group, "win")
    log = httpx.get(str(found.serial_console_log_blob_uri), verify=compute.azure.trust).text
    assert "no Windows runs here" in log


def test_an_agent_that_was_not_wanted_takes_no_scripts(compute: Compute) -> None:
    body = windows_body(compute)
    body["properties"]["osProfile"]["windowsConfiguration"] = {"provisionVMAgent": False}
    made = compute.put("win", body)
    assert made.os_profile.allow_extension_operations is False
    with pytest.raises(HttpResponseError) as caught:
        run(compute, "1")
    assert refusal(caught) == (409, "OperationNotAllowed")
    body["properties"]["osProfile"]["allowExtensionOperations"] = True
    with pytest.raises(HttpResponseError) as invalid:
        compute.put("other", body)
    assert refusal(invalid) == (400, "InvalidParameter")


def test_a_machine_goes_down_and_up_again_with_its_disk(compute: Compute) -> None:
    compute.put("win", windows_body(compute))
    compute.act("deallocate", "win")
    assert "PowerState/deallocated" in compute.codes("win")
    with pytest.raises(HttpResponseError) as caught:
        run(compute, "1")
    assert refusal(caught) == (409, "OperationNotAllowed")
    compute.act("start", "win")
    compute.act("restart", "win")
    assert "PowerState/running" in compute.codes("win")
    compute.act("delete", "win")
