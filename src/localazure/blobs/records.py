"""What the blob service keeps about accounts, containers and blobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from pydantic import BaseModel, ConfigDict, Field

PAGE = 512
LARGEST_BLOB = 8 * 1024**4
"""Bytes of a page blob (Microsoft Learn, "Scalability targets for Blob storage")."""


@dataclass(frozen=True)
class Place:
    """Where a blob is."""

    account: str
    container: str
    blob: str


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Account(_Record):
    """Its keys (base64) sign requests. ``hidden`` ones hold the bytes of managed disks and are in no list."""

    name: str
    keys: tuple[str, ...] = Field(repr=False)
    hidden: bool = False


class Policy(_Record):
    """A stored access policy: what a signature that names it permits, and until when."""

    permissions: str
    expires: datetime


class Container(_Record):
    etag: str
    modified: datetime
    metadata: dict[str, str] = {}
    policies: dict[str, Policy] = {}


class PageBlob(_Record):
    """``file`` names the file that holds its bytes."""

    file: str
    size: int
    etag: str
    created: datetime
    modified: datetime
    metadata: dict[str, str] = {}
    content: dict[str, str] = {}
    """Headers that come back as they were given: ``content-type``, ``content-md5`` …"""
    sequence: int = 0
    copied_from: str | None = None
    copy_id: str | None = None


def http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
