"""Access to the bytes of a disk or a snapshot: a page blob of its own, and a signed URL to it.

On Azure each access has a storage account that nobody sees, called md- and something, with one container and one blob.
"""

from __future__ import annotations

import secrets
import uuid
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from localazure.blobs.records import Account, Place, Policy
from localazure.blobs.signatures import service_query
from localazure.cloud import Cloud
from localazure.store import Resource

_BLOB = "abcd"
_LETTERS = {"Read": "r", "Write": "rw"}
"""AzCopy reads the page ranges of a disk that it may write to (destPageRangeOptimizer), so writing includes reading."""


@dataclass(frozen=True)
class Access:
    """``policy`` is what ends with the access: without it the URL is worth nothing."""

    account: str
    container: str
    policy: str
    level: str

    @property
    def place(self) -> Place:
        return Place(self.account, self.container, _BLOB)


def access_of(resource: Resource) -> Access | None:
    """The access that was granted and not ended."""
    kept = resource.internal.get("access")
    return Access(**kept) if kept else None


def new_access(resource: Resource, level: str) -> Access:
    """One that is not open yet. It is named after the resource, so that a call made again finds it."""
    kind = "md-impexp" if level == "Write" else "md"
    unique = uuid.uuid5(uuid.NAMESPACE_OID, f"{resource.properties['uniqueId']}/{level}").hex
    return Access(f"{kind}-{unique[:12]}", unique[12:24], str(uuid.UUID(unique)), level)


def open_access(cloud: Cloud, access: Access, seconds: int) -> str:
    """Let whoever has the URL that is returned at the blob, until then; again, for one that is open already."""
    account = cloud.blobs.account(access.account)
    if account is None:
        account = Account(name=access.account, keys=(b64encode(secrets.token_bytes(64)).decode(),), hidden=True)
        cloud.blobs.put_account(account)
    policy = Policy(permissions=_LETTERS[access.level], expires=datetime.now(UTC) + timedelta(seconds=seconds))
    cloud.blobs.put_container(access.account, access.container, {}, {access.policy: policy})
    path = f"/{access.account}/{access.container}/{_BLOB}"
    return f"{cloud.blob_endpoint}{path}?{urlencode(service_query(account.keys[0], path, access.policy))}"


def close_access(cloud: Cloud, access: Access) -> None:
    """The URL is worth nothing from here on, and the blob is gone."""
    cloud.blobs.delete_account(access.account)


def make_upload_blob(cloud: Cloud, access: Access, size_bytes: int) -> None:
    """What is uploaded to, of zeros; one that is there is kept with what it holds."""
    if cloud.blobs.blob(access.place) is None:
        cloud.blobs.create_blob(access.place, size_bytes)


def make_export_blob(cloud: Cloud, access: Access, layer: str) -> None:
    """The layer as a fixed VHD, for reading."""
    if cloud.blobs.blob(access.place) is None:
        file, path = cloud.blobs.new_file()
        cloud.hypervisor.export_layer(layer, path)
        cloud.blobs.adopt_file(access.place, file)


def blob_file(cloud: Cloud, place: Place) -> Path:
    return cloud.blobs.path(cloud.blobs.existing(place))
