"""The bytes of disks and snapshots: uploaded by a write signature, exported by a read one."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobClient, ContainerClient

from localazure.vhd import Footer, footer, read_footer
from tests.contract.conftest import Azure
from tests.contract.test_blob_service import make_account, ranges
from tests.support.compute import HERE, Compute, refusal

MIB = 1024**2
SIZE = 20 * MIB


@pytest.fixture
def compute(azure: Azure, group: str) -> Iterator[Compute]:
    compute = Compute(azure, group)
    yield compute
    # A group with something in it that a signature is out for is not removed.
    for kind in ("disks", "snapshots"):
        for each in getattr(compute.client, kind).list_by_resource_group(group):
            if each.disk_state.startswith("Active"):
                with contextlib.suppress(HttpResponseError):
                    # Of a disk that was not uploaded to its end.
                    end(compute, each.name, kind)


def wait_until_refused(blob: BlobClient) -> None:
    for _ in range(200):
        list(blob.list_page_ranges())
        time.sleep(0.02)


def vhd(content: bytes = b"data", size: int = SIZE) -> bytes:
    return content.ljust(size, b"\0") + footer(size, uuid.uuid4())


def grant(compute: Compute, name: str, access: str, kind: str = "disks", seconds: int = 3600) -> BlobClient:
    body: Any = {"access": access, "durationInSeconds": seconds}
    granted = getattr(compute.client, kind).begin_grant_access(compute.group, name, body).result()
    return BlobClient.from_blob_url(granted.access_sas, connection_verify=compute.azure.endpoints.ca, retry_total=0)


def end(compute: Compute, name: str, kind: str = "disks") -> None:
    getattr(compute.client, kind).begin_revoke_access(compute.group, name).result()


def upload_disk(compute: Compute, name: str = "disk", size: int = SIZE, **properties: Any) -> Any:
    creation = {"createOption": "Upload", "uploadSizeBytes": size + 512}
    body: Any = HERE | {"properties": {"creationData": creation} | properties}
    return compute.client.disks.begin_create_or_update(compute.group, name, body).result()


def state(compute: Compute, name: str = "disk") -> str:
    return str(compute.client.disks.get(compute.group, name).disk_state.value)


def send(blob: BlobClient, content: bytes) -> None:
    for at in range(0, len(content), 4 * MIB):
        part = content[at : at + 4 * MIB]
        blob.upload_page(part, at, len(part), validate_content=True)


def test_a_disk_is_uploaded_and_comes_back_as_it_was(compute: Compute, tmp_path: Path) -> None:
    disk = upload_disk(compute)
    assert (disk.disk_state, disk.disk_size_bytes, disk.disk_size_gb) == ("ReadyToUpload", SIZE, 1)
    blob, content = grant(compute, "disk", "Write"), vhd()
    assert state(compute) == "ActiveUpload"
    assert blob.get_blob_properties().size == SIZE + 512
    send(blob, content)
    end(compute, "disk")
    assert state(compute) == "Unattached"
    with pytest.raises(HttpResponseError):
        blob.get_blob_properties()
    read = grant(compute, "disk", "Read")
    assert state(compute) == "ActiveSAS"
    got = tmp_path / "got.vhd"
    got.write_bytes(read.download_blob().readall())
    assert got.read_bytes()[:SIZE] == content[:SIZE]
    assert read_footer(got) == Footer(SIZE, 2, intact=True)
    with pytest.raises(HttpResponseError):
        read.upload_page(bytes(512), 0, 512)
    end(compute, "disk")


def test_the_upload_goes_on_with_another_signature_of_the_same_blob(compute: Compute) -> None:
    upload_disk(compute)
    first, content = grant(compute, "disk", "Write"), vhd(b"x" * 1024)
    first.upload_page(content[:1024], 0, 1024)
    second = grant(compute, "disk", "Write")
    assert ranges(second) == [(0, 1023)]
    second.upload_page(content[-512:], SIZE, 512)
    end(compute, "disk")
    assert grant(compute, "disk", "Read").download_blob(0, 1024).readall() == b"x" * 1024


def test_what_is_no_vhd_becomes_no_disk_and_can_be_uploaded_anew(compute: Compute) -> None:
    upload_disk(compute)
    blob = grant(compute, "disk", "Write")
    blob.upload_page(b"x" * 512, 0, 512)
    with pytest.raises(HttpResponseError, match="conectix") as caught:
        end(compute, "disk")
    assert caught.value.error is not None
    assert caught.value.error.code == "InvalidVhd"
    assert state(compute) == "ReadyToUpload"
    anew = grant(compute, "disk", "Write")
    assert ranges(anew) == []
    anew.upload_page(vhd()[-512:], SIZE, 512)
    end(compute, "disk")
    assert state(compute) == "Unattached"


def test_a_signature_ends_with_its_time(compute: Compute) -> None:
    upload_disk(compute)
    blob = grant(compute, "disk", "Write", seconds=1)
    with pytest.raises(HttpResponseError, match="time frame"):
        wait_until_refused(blob)


@pytest.mark.parametrize("size", [SIZE - MIB, SIZE + 512, 33 * 1024**4])
def test_a_size_that_no_disk_has_is_refused(compute: Compute, size: int) -> None:
    with pytest.raises(HttpResponseError) as caught:
        upload_disk(compute, size=size)
    assert refusal(caught) == (400, "InvalidParameter")


def test_a_disk_that_was_not_uploaded_is_nothing_to_use_and_no_other_can_be_written(compute: Compute) -> None:
    waiting = upload_disk(compute)
    compute.disk("other")
    with pytest.raises(HttpResponseError) as caught:
        compute.snapshot(waiting.id)
    assert refusal(caught) == (409, "OperationNotAllowed")
    for name, access in (("disk", "Read"), ("other", "Write")):
        with pytest.raises(HttpResponseError) as caught:
            grant(compute, name, access)
        assert refusal(caught) == (409, "OperationNotAllowed")
    grant(compute, "disk", "Write")
    with pytest.raises(HttpResponseError, match="active shared access signature") as caught:
        compute.client.disks.begin_delete(compute.group, "disk").result()
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_a_snapshot_of_a_machine_is_exported_and_uploaded_again_as_a_machine(compute: Compute) -> None:
    os_disk = compute.vm().storage_profile.os_disk.managed_disk.id
    snapshot = compute.snapshot(os_disk)
    source = grant(compute, "snapshot", "Read", kind="snapshots")
    assert compute.client.snapshots.get(compute.group, "snapshot").disk_state == "ActiveSAS"
    size = source.get_blob_properties().size
    assert size == snapshot.disk_size_bytes + 512
    upload_disk(compute, "copied", size - 512, osType="Linux", hyperVGeneration="V2")
    target = grant(compute, "copied", "Write")
    copied = 0
    for first, last in ranges(source):
        for at in range(first, last + 1, 4 * MIB):
            length = min(4 * MIB, last + 1 - at)
            target.upload_pages_from_url(source.url, at, length, at)
            copied += length
    assert copied < 64 * MIB
    end(compute, "copied")
    end(compute, "snapshot", kind="snapshots")
    body = compute.body("second", nic=compute.nic("second-nic"))
    properties = body["properties"]
    del properties["osProfile"], properties["storageProfile"]["imageReference"]
    disk = {"id": compute.id_of("disks", "copied")}
    properties["storageProfile"]["osDisk"] = {"createOption": "Attach", "osType": "Linux", "managedDisk": disk}
    compute.put("second", body)
    assert "PowerState/running" in compute.codes("second")


def test_a_running_machines_disk_is_not_exported(compute: Compute) -> None:
    name = compute.vm().storage_profile.os_disk.name
    with pytest.raises(HttpResponseError) as caught:
        grant(compute, name, "Read")
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_a_policy_of_no_access_holds(compute: Compute) -> None:
    body: Any = HERE | {
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 1, "networkAccessPolicy": "DenyAll"}
    }
    compute.client.disks.begin_create_or_update(compute.group, "disk", body).result()
    with pytest.raises(HttpResponseError) as caught:
        grant(compute, "disk", "Read")
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_a_disk_is_imported_from_a_storage_accounts_blob(compute: Compute) -> None:
    account = make_account(compute.azure, compute.group, f"vhd{uuid.uuid4().hex[:12]}")
    ContainerClient(account.url, "images", credential=account.key, **account.options).create_container()
    content = vhd(b"imported")
    account.blob().upload_blob(content, blob_type="PageBlob")
    account.blob("broken.vhd").upload_blob(content[:-512] + bytes(512), blob_type="PageBlob")
    storage = f"{compute.root.rpartition('/')[0]}/Microsoft.Storage/storageAccounts/{account.name}"

    def imported(blob: str) -> Any:
        creation = {"createOption": "Import", "sourceUri": f"{account.url}/images/{blob}", "storageAccountId": storage}
        return compute.disk(blob.partition(".")[0], gb=None, **creation)

    assert imported("disk.vhd").disk_size_bytes == SIZE
    assert grant(compute, "disk", "Read").download_blob(0, 8).readall() == b"imported"
    for blob, expected in (("broken.vhd", "InvalidVhd"), ("gone.vhd", "BlobNotFound")):
        with pytest.raises(HttpResponseError) as caught:
            imported(blob)
        assert refusal(caught)[1] == expected
