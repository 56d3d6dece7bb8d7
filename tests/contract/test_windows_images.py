"""From a Windows machine through Sysprep to an image version, and to machines made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import certifi
import pytest
from azure.core.exceptions import HttpResponseError
from winrm.protocol import Protocol

from tests.contract.conftest import Azure
from tests.support.compute import HERE, Compute, refusal
from tests.support.shelf import Shelf
from tests.support.windows_compute import ADMINISTRATOR, PASSWORD, reachable_nic, windows_body, winrm_port

SYSPREP = r"C:\Windows\System32\Sysprep\sysprep.exe"


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def enterable(compute: Compute, name: str) -> Any:
    """A request for a machine that WinRM over HTTP reaches."""
    body = windows_body(compute, name, **reachable_nic(compute, name))
    listeners = {"winRM": {"listeners": [{"protocol": "Http"}]}}
    body["properties"]["osProfile"]["windowsConfiguration"] = listeners
    return body


def execute(compute: Compute, name: str, program: str, *arguments: str) -> int:
    address, port = winrm_port(compute, name, 5985)
    url = f"http://{address}:{port}/wsman"
    client = Protocol(url, "ntlm", ADMINISTRATOR, PASSWORD, ca_trust_path=certifi.where())
    shell = client.open_shell(codepage=65001)
    command = client.run_command(shell, program, arguments, skip_cmd_shell=True)
    out, err, code = client.get_command_output(shell, command)
    client.close_shell(shell)
    assert not err, (out, err)
    return int(code)


def version_from(compute: Compute, shelf: Shelf, name: str, state: str) -> str:
    """The id of an image version captured from a machine."""
    shelf.define("windows", osType="Windows", osState=state)
    profile = {"source": {"virtualMachineId": compute.id_of("virtualMachines", name)}}
    return str(shelf.put_version("1.0.0", {"storageProfile": profile}, "windows").id)


def made_from(compute: Compute, image: str, name: str, *, profile: bool = True) -> Any:
    body = windows_body(compute, name)
    body["properties"]["storageProfile"]["imageReference"] = {"id": image}
    if not profile:
        del body["properties"]["osProfile"]
    return compute.put(name, body)


def test_a_generalized_machine_becomes_machines_of_their_own(compute: Compute) -> None:
    shelf = Shelf(compute.azure, compute.group)
    compute.put("win", enterable(compute, "win"))
    assert execute(compute, "win", SYSPREP, "/generalize", "/oobe", "/mode:vm", "/quiet", "/quit") == 0
    compute.act("deallocate", "win")
    compute.client.virtual_machines.generalize(compute.group, "win")
    image = version_from(compute, shelf, "win", "Generalized")
    made = made_from(compute, image, "first")
    assert made.storage_profile.os_disk.os_type == "Windows"
    assert compute.view("first").vm_agent.statuses[0].display_status == "Ready"


def test_a_machine_that_sysprep_never_saw_gives_no_generalized_image(compute: Compute) -> None:
    shelf = Shelf(compute.azure, compute.group)
    compute.put("win", windows_body(compute))
    compute.act("deallocate", "win")
    compute.client.virtual_machines.generalize(compute.group, "win")
    image = version_from(compute, shelf, "win", "Generalized")
    with pytest.raises(HttpResponseError) as caught:
        made_from(compute, image, "first")
    assert caught.value.error is not None
    assert caught.value.error.code == "OSProvisioningClientError"
    assert "the disk is not generalized" in str(caught.value)


def test_a_specialized_image_is_the_same_machine_again(compute: Compute) -> None:
    shelf = Shelf(compute.azure, compute.group)
    compute.put("win", windows_body(compute))
    compute.act("deallocate", "win")
    image = version_from(compute, shelf, "win", "Specialized")
    with pytest.raises(HttpResponseError) as caught:
        made_from(compute, image, "copy")
    assert refusal(caught) == (400, "InvalidParameter")
    made_from(compute, image, "again", profile=False)
    assert "PowerState/running" in compute.codes("again")


def test_a_definition_of_another_system_is_refused(compute: Compute) -> None:
    shelf = Shelf(compute.azure, compute.group)
    compute.put("win", windows_body(compute))
    compute.act("deallocate", "win")
    source = {"source": {"virtualMachineId": compute.id_of("virtualMachines", "win")}}
    shelf.define("linux", osState="Specialized")
    with pytest.raises(HttpResponseError) as caught:
        shelf.put_version("1.0.0", {"storageProfile": source}, "linux")
    assert refusal(caught) == (409, "Conflict")
    assert "Windows" in str(caught.value)


def test_a_disk_made_from_the_windows_image_is_a_windows_disk(compute: Compute) -> None:
    root = f"/subscriptions/{compute.azure.endpoints.subscription}/providers/Microsoft.Compute/locations/westeurope"
    image = f"{root}/Publishers/MicrosoftWindowsServer/ArtifactTypes/VMImage/Offers/WindowsServer"
    version = f"{image}/Skus/2022-datacenter-g2/Versions/20348.2849.241101"
    body: Any = HERE | {
        "properties": {"creationData": {"createOption": "FromImage", "imageReference": {"id": version}}}
    }
    disk = compute.client.disks.begin_create_or_update(compute.group, "disk", body).result()
    assert (disk.os_type, disk.disk_size_gb, disk.hyper_v_generation) == ("Windows", 127, "V2")
    snapshot = compute.snapshot(str(disk.id))
    assert snapshot.os_type == "Windows"


def mark_on(compute: Compute, disk_name: str) -> Path:
    """A file on a machine's drive C:, seen from this host."""
    disk = compute.client.disks.get(compute.group, disk_name)
    disks = compute.azure.server.settings.state / "windows-model" / "disks"
    return disks / str(disk.unique_id) / "content/files/C/mark.txt"


def test_a_snapshot_of_a_running_machine_brings_back_what_its_disk_held(compute: Compute) -> None:
    os_disk = compute.put("win", windows_body(compute)).storage_profile.os_disk
    mark_on(compute, os_disk.name).write_text("then")
    compute.snapshot(os_disk.managed_disk.id, "before")
    mark_on(compute, os_disk.name).write_text("now")
    compute.act("deallocate", "win")
    source = compute.id_of("snapshots", "before")
    restored = compute.disk("restored", gb=None, createOption="Copy", sourceResourceId=source)
    swapped = {"name": restored.name, "managedDisk": {"id": restored.id}}
    compute.patch("win", {"properties": {"storageProfile": {"osDisk": swapped}}})
    compute.act("start", "win")
    assert "PowerState/running" in compute.codes("win")
    assert mark_on(compute, "restored").read_text() == "then"
    assert mark_on(compute, os_disk.name).read_text() == "now"
