"""A request as the blob service sees it, and what it answers."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from localazure.blobs.errors import BlobError, invalid_header, missing_header


@dataclass(frozen=True)
class BlobCall:
    """Header names are in lower case. ``path`` is as it was sent, which is what signatures are over."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    account: str
    container: str = ""
    blob: str = ""
    body: bytes = b""
    base_url: str = ""

    @property
    def comp(self) -> str:
        return self.query.get("comp", "").lower()

    def number(self, name: str, default: int | None = None) -> int:
        """A header that is a whole number. Raises BlobError."""
        text = self.headers.get(name)
        if text is None:
            if default is None:
                raise missing_header(name)
            return default
        if not text.isdigit():
            raise invalid_header(name, text, "a whole number")
        return int(text)

    @property
    def metadata(self) -> dict[str, str]:
        prefix = "x-ms-meta-"
        return {name.removeprefix(prefix): value for name, value in self.headers.items() if name.startswith(prefix)}

    def check_body(self) -> None:
        """Compare the body with the hash it came with, if any. Raises BlobError 400."""
        if "x-ms-content-crc64" in self.headers or "x-ms-structured-body" in self.headers:
            raise BlobError(400, "UnsupportedHeader", "localazure checks bodies by Content-MD5 only.")
        given = self.headers.get("content-md5")
        if given is None:
            return
        try:
            wanted = b64decode(given, validate=True)
        except ValueError:
            raise BlobError(400, "InvalidMd5", "The MD5 value specified in the request is invalid.") from None
        if hashlib.md5(self.body, usedforsecurity=False).digest() != wanted:
            message = (
                "The MD5 value specified in the request did not match with the MD5 value calculated by the server."
            )
            raise BlobError(400, "Md5Mismatch", message)


@dataclass(frozen=True)
class BlobAnswer:
    """``stream`` is sent instead of ``body`` where there is much to send."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    stream: Iterator[bytes] | None = None


def md5_header(data: bytes) -> str:
    return b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
