"""Disks that are uploaded: all of a disk and nothing but what there is of it, on from where a dead process was."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import BlobClient, ContainerClient

from localazure.faults.client import FaultClient
from localazure.faults.kinds.connections import ResetFault
from localazure.faults.kinds.status import StatusFault
from mintage.azure.clients import Clients, connect
from mintage.azure.disk_upload import UploadedDisk, upload_disk
from mintage.errors import AzureBusy, SourceError
from mintage.settings import Settings
from mintage.upload import PageBlob, copy_blob, silent, upload_image
from mintage.upload.ranges import Piece
from mintage.upload.told_retries import ToldRetry
from mintage.vhd import VhdImage, open_image
from tests.contract.conftest import Azure
from tests.contract.test_blob_service import make_account
from tests.support.disk_images import MIB, SIZE, raw_disk


@pytest.fixture
def group(clients: Clients, group: str) -> Iterator[str]:
    yield group
    # A group with a disk that a signature is out for is not removed.
    for disk in clients.compute.disks.list_by_resource_group(group):
        if str(disk.disk_state.value).startswith("Active"):
            with contextlib.suppress(HttpResponseError):
                clients.compute.disks.begin_revoke_access(group, str(disk.name)).result()


Fill = Callable[[PageBlob], object]


class Lost(Exception):
    """Stands for the end of the process in the middle of an upload."""


@pytest.fixture
def image(tmp_path: Path) -> Iterator[VhdImage]:
    with open_image(raw_disk(tmp_path / "disk.raw"), generation="V2", seconds=60) as image:
        yield image


def wanted(group: str, image: VhdImage, **changes: Any) -> UploadedDisk:
    given: dict[str, Any] = {
        "name": "uploaded",
        "group": group,
        "location": "westeurope",
        "tags": {"mintage-build": "1"},
        "length": image.length,
        "content": image.sha256,
        "os_type": "Linux",
        "generation": "V2",
        "architecture": "x64",
        "seconds": 60,
    }
    return UploadedDisk(**given | changes)


def filled_with(image: VhdImage) -> Fill:
    return lambda blob: upload_image(image, blob, silent)


def held(clients: Clients, group: str, name: str = "uploaded") -> bytes:
    """What the disk holds, read back through a signature of its own."""
    asked: Any = {"access": "Read", "durationInSeconds": 600}
    clients.compute.disks.begin_update(group, name, {"properties": {"networkAccessPolicy": "AllowAll"}}).result()
    url = clients.compute.disks.begin_grant_access(group, name, asked).result().access_sas
    with BlobClient.from_blob_url(str(url), connection_verify=str(clients.settings.ca_file)) as blob:
        content = blob.download_blob().readall()
    clients.compute.disks.begin_revoke_access(group, name).result()
    return content


def test_a_disk_holds_what_was_uploaded_and_is_open_to_nobody(clients: Clients, group: str, image: VhdImage) -> None:
    heard: list[tuple[int, int]] = []
    identity = upload_disk(
        clients, wanted(group, image), lambda blob: upload_image(image, blob, lambda *so_far: heard.append(so_far))
    )
    disk = clients.compute.disks.get(group, "uploaded")
    assert identity == disk.id
    assert (disk.os_type, disk.hyper_v_generation, disk.disk_state) == ("Linux", "V2", "Unattached")
    assert (disk.network_access_policy, disk.public_network_access) == ("DenyAll", "Disabled")
    assert heard[0] == (0, image.allocated)
    assert heard[-1] == (image.allocated, image.allocated)
    assert held(clients, group)[:SIZE] == image.raw.read_bytes()


def test_an_upload_gets_over_what_passes_and_tells_each_time(
    settings: Settings, group: str, image: VhdImage, faults: FaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ToldRetry, "get_backoff_time", lambda *_: 0)
    busy = faults.add(StatusFault(status=503, operation="PUT blobs/page", count=2))
    broken = faults.add(ResetFault(operation="GET blobs/pagelist", count=1))
    told: list[str] = []
    with connect(settings, tell=told.append) as clients:
        upload_disk(clients, wanted(group, image), filled_with(image))
        assert held(clients, group)[:SIZE] == image.raw.read_bytes()
    assert [faults.get(each.id).struck for each in (busy, broken)] == [2, 1]
    assert len(told) == 3
    assert sum("PUT /" in line and "Azure answered 503: ServerBusy" in line for line in told) == 2
    assert all("/disks/uploaded, attempt " in line and "sig=" not in line for line in told)


def test_an_upload_that_ended_is_not_done_again(clients: Clients, group: str, image: VhdImage) -> None:
    upload_disk(clients, wanted(group, image), filled_with(image))

    def never(blob: PageBlob) -> None:
        raise AssertionError

    assert upload_disk(clients, wanted(group, image), never).endswith("/uploaded")


def test_only_what_is_missing_is_sent_after_a_death(
    clients: Clients, group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "large.raw"
    with raw_disk(file, size=64 * MIB).open("r+b") as disk:
        disk.seek(16 * MIB)
        disk.write(b"x" * (32 * MIB))
    sent: list[Piece] = []
    write = PageBlob.write

    def dying(blob: PageBlob, piece: Piece, data: bytes) -> None:
        if len(sent) == 4:
            raise Lost
        write(blob, piece, data)
        sent.append(piece)

    with open_image(file, generation="V2", seconds=60) as image:
        monkeypatch.setattr(PageBlob, "write", dying)
        with pytest.raises(Lost):
            upload_disk(clients, wanted(group, image), lambda blob: upload_image(image, blob, silent, workers=1))
        monkeypatch.setattr(PageBlob, "write", write)
        before = sum(piece.length for piece in sent)
        again: list[int] = []
        upload_disk(clients, wanted(group, image), lambda blob: again.append(upload_image(image, blob, silent)))
        assert before > 0
        assert again == [image.allocated - before]
        assert held(clients, group)[: 64 * MIB] == file.read_bytes()


def test_another_disk_is_not_mixed_with_what_an_earlier_upload_left(
    clients: Clients, group: str, image: VhdImage, tmp_path: Path
) -> None:
    def some(blob: PageBlob) -> None:
        blob.write(Piece(MIB, 512), b"y" * 512)
        raise Lost

    with pytest.raises(Lost):
        upload_disk(clients, wanted(group, image), some)
    with open_image(raw_disk(tmp_path / "other.raw", seed=2), generation="V2", seconds=60) as other:
        upload_disk(clients, wanted(group, other), filled_with(other))
        assert held(clients, group)[:SIZE] == other.raw.read_bytes()


def test_pages_that_are_not_of_the_disk_are_cleared(clients: Clients, group: str, image: VhdImage) -> None:
    def over_foreign_pages(blob: PageBlob) -> None:
        blob.write(Piece(MIB, 512), b"y" * 512)
        upload_image(image, blob, silent)
        assert blob.written() == (*image.ranges[:-2], (image.ranges[-2][0], image.length))

    upload_disk(clients, wanted(group, image), over_foreign_pages)
    assert held(clients, group)[:SIZE] == image.raw.read_bytes()


def test_damage_on_the_way_is_noticed_and_worth_another_attempt(
    clients: Clients, group: str, image: VhdImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = RequestsTransport.send

    def damaging(transport: RequestsTransport, request: Any, **how: Any) -> Any:
        if request.method == "PUT" and "comp=page" in request.url:
            request.set_bytes_body(bytes(len(request.body)))
        return send(transport, request, **how)

    monkeypatch.setattr(RequestsTransport, "send", damaging)
    with pytest.raises(AzureBusy, match="damaged on their way"):
        upload_disk(clients, wanted(group, image), filled_with(image))
    monkeypatch.setattr(RequestsTransport, "send", send)
    upload_disk(clients, wanted(group, image), filled_with(image))


def test_a_signature_that_ended_is_worth_another_attempt_and_is_named_in_no_error(
    clients: Clients, group: str, image: VhdImage
) -> None:
    def late(blob: PageBlob) -> None:
        with PageBlob(blob.url.replace("sig=", "sig=x"), blob.where, ca_file=str(clients.settings.ca_file)) as closed:
            upload_image(image, closed, silent)

    with pytest.raises(AzureBusy, match="permission to the blob") as refused:
        upload_disk(clients, wanted(group, image), late)
    assert "sig=" not in str(refused.value)
    assert refused.value.where.endswith("/disks/uploaded")


def test_a_disk_of_another_size_is_not_written_to(clients: Clients, group: str, image: VhdImage) -> None:
    with pytest.raises(SourceError, match="of another size"):
        upload_disk(clients, wanted(group, image, length=image.length + MIB), filled_with(image))


def test_a_blob_is_copied_within_azure_page_by_page(
    azure: Azure, clients: Clients, group: str, image: VhdImage
) -> None:
    account = make_account(azure, group, f"src{uuid.uuid4().hex[:12]}")
    ContainerClient(account.url, "images", credential=account.key, **account.options).create_container()
    source = account.made("source.vhd", image.length)
    ca_file = azure.endpoints.ca
    with PageBlob(source.url, "the source", credential=azure.credential, ca_file=ca_file) as blob:
        upload_image(image, blob, silent)
        etag = str(source.get_blob_properties().etag)
        token = azure.credential.get_token("https://storage.azure.com/.default").token

        def copied(target: PageBlob) -> int:
            return copy_blob(blob, target, silent, etag=etag, authorization=lambda: f"Bearer {token}")

        upload_disk(clients, wanted(group, image), copied)
        assert held(clients, group)[:SIZE] == image.raw.read_bytes()
        source.set_blob_metadata({"changed": "now"})
        with pytest.raises(SourceError, match="changed while it was copied"):
            upload_disk(clients, wanted(group, image, name="second"), copied)


_MEASURED = """
import re, sys
from pathlib import Path
from mintage.upload import PageBlob, upload_image
from mintage.vhd import open_image
file, url, ca_file = sys.argv[1:]
with open_image(Path(file), generation="V2", seconds=60) as image, PageBlob(url, "disk", ca_file=ca_file) as blob:
    sent = upload_image(image, blob, lambda *_: None)
print(sent, re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_memory_stays_under_256_mib_whatever_the_size(clients: Clients, group: str, tmp_path: Path) -> None:
    file = tmp_path / "large.raw"
    with raw_disk(file, size=2048 * MIB).open("r+b") as disk:
        for gap in range(0, 2048, 128):
            disk.seek(gap * MIB + 2 * MIB)
            disk.write(b"z" * (12 * MIB))

    def measured(blob: PageBlob) -> None:
        run = [sys.executable, "-c", _MEASURED, str(file), blob.url, str(clients.settings.ca_file)]
        told = subprocess.run(run, check=True, capture_output=True, text=True).stdout
        sent, most_kib = (int(word) for word in told.split())
        assert sent > 16 * 12 * MIB
        # 256 MiB are allowed; this many show that the data is not held.
        assert most_kib < 160 * 1024

    with open_image(file, generation="V2", seconds=60) as image:
        upload_disk(clients, wanted(group, image), measured)
