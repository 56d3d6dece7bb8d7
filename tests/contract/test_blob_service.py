"""The real blob SDK against localazure's page blobs."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.storage.blob import (
    BlobClient,
    BlobSasPermissions,
    BlobServiceClient,
    ContainerClient,
    ContentSettings,
    generate_account_sas,
    generate_blob_sas,
    generate_container_sas,
)

from tests.contract.conftest import Azure

MIB = 1024**2
STORAGE = "Microsoft.Storage/storageAccounts"


@dataclass(frozen=True)
class Account:
    """A storage account as its owner has it."""

    azure: Azure
    group: str
    name: str
    key: str

    @property
    def url(self) -> str:
        return f"{self.azure.endpoints.blobs}/{self.name}"

    @property
    def options(self) -> dict[str, Any]:
        return {"connection_verify": self.azure.endpoints.ca, "retry_total": 0}

    def blob(self, name: str = "disk.vhd", container: str = "images", **changes: Any) -> BlobClient:
        return BlobClient(self.url, container, name, **{"credential": self.key, **self.options, **changes})

    def made(self, name: str = "disk.vhd", size: int = MIB) -> BlobClient:
        blob = self.blob(name)
        blob.create_page_blob(size)
        return blob

    def arm(self, method: str, path: str = "", body: Any = None) -> httpx.Response:
        root = f"/subscriptions/{self.azure.endpoints.subscription}/resourceGroups/{self.group}/providers"
        with self.azure.wire() as wire:
            url = f"{root}/{STORAGE}/{self.name}{path}?api-version=2023-05-01"
            return wire.request(method, url, json=body)


def make_account(azure: Azure, group: str, name: str) -> Account:
    empty = Account(azure, group, name, "")
    body = {"location": "westeurope", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}}
    made = empty.arm("PUT", body=body)
    assert made.status_code in {200, 201}, made.text
    assert made.json()["properties"]["primaryEndpoints"]["blob"] == f"{empty.url}/"
    keys = empty.arm("POST", "/listKeys").json()["keys"]
    return Account(azure, group, name, keys[0]["value"])


@pytest.fixture
def account(azure: Azure, group: str) -> Account:
    account = make_account(azure, group, f"acc{uuid.uuid4().hex[:12]}")
    ContainerClient(account.url, "images", credential=account.key, **account.options).create_container()
    return account


def ranges(blob: BlobClient, **asked: Any) -> list[tuple[int, int]]:
    return [(int(part.start or 0), int(part.end or 0)) for part in blob.list_page_ranges(**asked)]


def code(caught: pytest.ExceptionInfo[HttpResponseError]) -> str:
    error_code: Any = caught.value.error_code  # type: ignore[attr-defined]
    return str(getattr(error_code, "value", error_code))


def test_an_account_has_keys_that_can_be_made_anew_and_a_name_that_is_nobody_elses(account: Account) -> None:
    renewed = account.arm("POST", "/regenerateKey", {"keyName": "key1"}).json()["keys"]
    with pytest.raises(ClientAuthenticationError):
        account.blob().exists()
    assert account.blob(credential=renewed[0]["value"]).exists() is False
    assert account.arm("GET").json()["sku"] == {"name": "Standard_LRS", "tier": "Standard"}
    with account.azure.wire() as wire:
        path = (
            f"/subscriptions/{account.azure.endpoints.subscription}/providers/Microsoft.Storage/checkNameAvailability"
        )
        answers = [
            wire.post(f"{path}?api-version=2023-05-01", json={"name": name}).json()["nameAvailable"]
            for name in (account.name, "Not Valid", f"free{uuid.uuid4().hex[:8]}")
        ]
    assert answers == [False, False, True]
    assert account.arm("DELETE").status_code == 200
    assert account.arm("GET").status_code == 404
    with pytest.raises(ResourceNotFoundError):
        account.blob(credential=renewed[0]["value"]).get_blob_properties()


def test_pages_are_written_read_listed_and_cleared(account: Account) -> None:
    blob = account.made()
    first = b"a" * 1024
    blob.upload_page(first, 0, 1024, validate_content=True)
    blob.upload_page(b"b" * 512, 4096, 512)
    assert blob.download_blob().readall() == first + bytes(3072) + b"b" * 512 + bytes(MIB - 4608)
    assert blob.download_blob(4096, 512, validate_content=True).readall() == b"b" * 512
    assert ranges(blob) == [(0, 1023), (4096, 4607)]
    assert ranges(blob, results_per_page=1) == [(0, 1023), (4096, 4607)]
    assert ranges(blob, offset=512, length=4096) == [(512, 1023), (4096, 4607)]
    blob.clear_page(512, 512)
    assert ranges(blob) == [(0, 511), (4096, 4607)]


def test_properties_and_metadata_come_back_and_every_write_changes_the_etag(account: Account) -> None:
    digest = bytearray(hashlib.md5(b"whole", usedforsecurity=False).digest())
    blob = account.blob()
    blob.create_page_blob(
        MIB, content_settings=ContentSettings(content_type="application/x-vhd"), metadata={"recipe": "web"}
    )
    before = blob.get_blob_properties()
    assert (before.size, before.blob_type, before.metadata) == (MIB, "PageBlob", {"recipe": "web"})
    assert before.content_settings.content_type == "application/x-vhd"
    blob.set_blob_metadata({"sha256": "0a1b"})
    blob.set_http_headers(ContentSettings(content_md5=digest))
    blob.upload_page(b"x" * 512, 0, 512)
    after = blob.get_blob_properties()
    assert after.metadata == {"sha256": "0a1b"}
    assert after.content_settings.content_md5 == digest
    assert after.etag != before.etag
    blob.resize_blob(512)
    assert blob.get_blob_properties().size == 512


def test_what_azure_refuses_is_refused(account: Account) -> None:
    blob = account.made()
    with pytest.raises(HttpResponseError) as caught:
        blob.upload_page(b"x" * 512, MIB, 512)
    assert code(caught) == "InvalidPageRange"
    with pytest.raises(HttpResponseError) as caught:
        blob.upload_page(bytes(4 * MIB + 512), 0, 4 * MIB + 512)
    assert caught.value.status_code in {413, 416}
    with pytest.raises(HttpResponseError) as caught:
        blob.resize_blob(1000)
    assert code(caught) == "InvalidHeaderValue"
    with pytest.raises(HttpResponseError) as caught:
        blob.upload_page(b"x" * 512, 0, 512, headers={"Content-MD5": "MDAwMDAwMDAwMDAwMDAwMA=="})
    assert code(caught) == "Md5Mismatch"
    with pytest.raises(ResourceNotFoundError):
        account.blob("gone").download_blob()
    with pytest.raises(ResourceNotFoundError):
        account.blob(container="none").create_page_blob(MIB)
    with pytest.raises(HttpResponseError) as caught:
        account.blob("block").upload_blob(b"text")
    assert caught.value.status_code == 501


def test_unaligned_pages_are_refused_on_the_wire(account: Account) -> None:
    account.made()
    sas = generate_blob_sas(
        account.name, "images", "disk.vhd", account_key=account.key, permission=BlobSasPermissions(write=True),
        expiry=datetime.now(UTC) + timedelta(hours=1),
    )  # fmt: skip
    with httpx.Client(verify=account.azure.trust) as client:
        for pages in ("bytes=0-510", "bytes=256-767", "bytes=512-511", "pages"):
            answer = client.put(
                f"{account.url}/images/disk.vhd?comp=page&{sas}",
                headers={"x-ms-page-write": "update", "x-ms-range": pages},
                content=bytes(511),
            )
            assert answer.status_code in {400, 416}
            assert answer.headers["x-ms-error-code"] in {"InvalidPageRange", "InvalidHeaderValue"}


def test_the_largest_write_is_four_mib_to_the_byte(account: Account) -> None:
    blob = account.made(size=8 * MIB)
    blob.upload_page(b"x" * (4 * MIB), 512, 4 * MIB, validate_content=True)
    assert ranges(blob) == [(512, 4 * MIB + 511)]


def test_a_blob_is_uploaded_whole_by_the_sdk_in_parallel_and_zeros_are_left_out(account: Account) -> None:
    content = b"x" * (5 * MIB) + bytes(11 * MIB) + b"y" * (MIB + 512)
    blob = account.blob("whole.vhd")
    blob.upload_blob(content, blob_type="PageBlob", max_concurrency=4, validate_content=True)
    with pytest.raises(ResourceExistsError):
        blob.upload_blob(content, blob_type="PageBlob")
    assert blob.download_blob(max_concurrency=4).readall() == content
    assert sum(last + 1 - first for first, last in ranges(blob)) < 13 * MIB
    service = BlobServiceClient(account.url, credential=account.key, **account.options)
    assert [each.name for each in service.list_containers()] == ["images"]
    assert [(each.name, each.size) for each in service.get_container_client("images").list_blobs()] == [
        ("whole.vhd", len(content))
    ]
    blob.delete_blob()
    assert not blob.exists()


def test_a_token_opens_what_a_key_does(account: Account) -> None:
    account.made()
    blob = account.blob(credential=account.azure.credential)
    blob.upload_page(b"x" * 512, 0, 512)
    assert blob.download_blob(0, 512).readall() == b"x" * 512
    with pytest.raises(ClientAuthenticationError):
        account.blob(credential=None).get_blob_properties()


def test_a_signature_permits_what_it_says_while_it_says_so(account: Account) -> None:
    account.made()

    def signed(permission: str, hours: float = 1, name: str = "disk.vhd") -> BlobClient:
        expiry = datetime.now(UTC) + timedelta(hours=hours)
        sas = generate_blob_sas(
            account.name, "images", "disk.vhd", account_key=account.key, permission=permission, expiry=expiry
        )
        return account.blob(name, credential=sas)

    signed("w").upload_page(b"x" * 512, 0, 512)
    assert signed("r").download_blob(0, 512).readall() == b"x" * 512
    for refused, expected in (
        (signed("r"), "AuthorizationPermissionMismatch"),
        (signed("w", hours=-1), "AuthenticationFailed"),
        (signed("w", name="other.vhd"), "AuthenticationFailed"),
    ):
        with pytest.raises(HttpResponseError) as caught:
            refused.upload_page(b"y" * 512, 0, 512)
        assert code(caught) == expected
    forged = signed("r").url.replace("sp=r", "sp=rw")
    with pytest.raises(HttpResponseError):
        BlobClient.from_blob_url(forged, **account.options).upload_page(b"y" * 512, 0, 512)


def test_signatures_of_containers_and_accounts_open_what_is_in_them(account: Account) -> None:
    account.made()
    expiry = datetime.now(UTC) + timedelta(hours=1)
    container = generate_container_sas(account.name, "images", account_key=account.key, permission="rl", expiry=expiry)
    assert account.blob(credential=container).get_blob_properties().size == MIB
    whole = generate_account_sas(
        account.name, account.key, resource_types="sco", permission="rl", expiry=expiry, services="b"
    )
    assert account.blob(credential=whole).get_blob_properties().size == MIB
    listed = ContainerClient(account.url, "images", credential=whole, **account.options).list_blobs()
    assert [each.name for each in listed] == ["disk.vhd"]
    objects = generate_account_sas(
        account.name, account.key, resource_types="c", permission="rl", expiry=expiry, services="b"
    )
    with pytest.raises(HttpResponseError) as caught:
        account.blob(credential=objects).get_blob_properties()
    assert code(caught) == "AuthorizationResourceTypeMismatch"


def test_pages_and_whole_blobs_are_copied_without_passing_through_the_client(account: Account, group: str) -> None:
    source = account.made("source.vhd")
    source.upload_page(b"x" * 1024, 2048, 1024)
    other = make_account(account.azure, group, f"oth{uuid.uuid4().hex[:12]}")
    ContainerClient(other.url, "images", credential=other.key, **other.options).create_container()
    sas = generate_blob_sas(
        account.name, "images", "source.vhd", account_key=account.key, permission="r",
        expiry=datetime.now(UTC) + timedelta(hours=1),
    )  # fmt: skip
    pages = other.made("pages.vhd")
    pages.upload_pages_from_url(f"{source.url}?{sas}", 512, 1024, 2048)
    assert pages.download_blob(512, 1024).readall() == b"x" * 1024
    token = account.azure.credential.get_token("https://storage.azure.com/.default").token
    pages.upload_pages_from_url(source.url, 4096, 512, 2048, source_authorization=f"Bearer {token}")
    assert pages.download_blob(4096, 512).readall() == b"x" * 512
    with pytest.raises(HttpResponseError) as caught:
        pages.upload_pages_from_url(source.url, 0, 512, 2048)
    assert code(caught) == "CannotVerifyCopySource"
    whole = other.blob("whole.vhd")
    assert whole.start_copy_from_url(f"{source.url}?{sas}")["copy_status"] == "success"
    assert whole.download_blob().readall() == source.download_blob().readall()
    assert ranges(whole) == ranges(source)
    assert "sig=" not in str(whole.get_blob_properties().copy.source)
