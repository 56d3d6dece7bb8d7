"""A page blob, reached by the URL and the permission that the caller has."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from azure.core import MatchConditions
from azure.core.credentials import TokenCredential
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobClient

from mintage.azure.errors import translating
from mintage.errors import SourceError
from mintage.upload.ranges import Piece
from mintage.upload.told_retries import Tell, ToldRetry, silently
from mintage.vhd import Range

_OPTIONS: dict[str, Any] = {
    "user_agent": "mintage",
    "connection_timeout": 20,
    "read_timeout": 120,
}


_CONTENT = "mintage_content"
"""Metadata of a blob that is made here: what it is to hold."""
_BUILD = "mintage_build"
"""Metadata of a blob that a build delivers: which."""
_WHOLE = "mintage_whole"
"""Metadata of a blob that was delivered: that it holds it."""


def is_half_made(metadata: Mapping[str, str] | None, build_id: str) -> bool:
    """Whether a blob of this metadata was begun by the build, and never finished."""
    found = metadata or {}
    # Those of earlier versions of Mintage say nothing of a build.
    return found.get(_BUILD, build_id) == build_id and _CONTENT in found and _WHOLE not in found


class PageBlob:
    """``where`` names it in errors: never the URL, which may carry a signature. Threads may use one at once.

    ``tell`` hears, in a line each, of what is tried again.
    """

    def __init__(
        self,
        url: str,
        where: str,
        *,
        credential: TokenCredential | None = None,
        ca_file: str | None = None,
        tell: Tell = silently,
    ) -> None:
        self.where, self.url = where, url
        self.client = BlobClient.from_blob_url(
            url,
            credential=credential,
            connection_verify=ca_file or True,
            retry_policy=ToldRetry(where, tell),
            **_OPTIONS,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def create(self, length: int, content: str, build_id: str | None = None) -> None:
        """Make it of zeros, unless it is there. Raises SourceError when what is there is to hold something else.

        ``build_id`` is whose it is, if it is one build's alone.
        """
        metadata = {_CONTENT: content} | ({_BUILD: build_id} if build_id else {})
        with translating(self.where):
            try:
                self.client.create_page_blob(length, metadata=metadata, headers={"If-None-Match": "*"})
            except ResourceExistsError:
                found = self.client.get_blob_properties()
                if found.size != length or (found.metadata or {}).get(_CONTENT) != content:
                    raise _taken(self.where, f"{found.size} bytes, {_CONTENT} {found.metadata}") from None

    def finish(self) -> None:
        """Write down that it holds all that it is to hold. The service keeps it as it is otherwise."""
        with translating(self.where):
            metadata = dict(self.client.get_blob_properties().metadata or {})
            if _WHOLE not in metadata:
                self.client.set_blob_metadata(metadata | {_WHOLE: "yes"})

    def length(self) -> int:
        with translating(self.where):
            return int(self.client.get_blob_properties().size)

    def etag(self) -> str:
        """Changes with every write."""
        with translating(self.where):
            return str(self.client.get_blob_properties().etag)

    def written(self) -> tuple[Range, ...]:
        """What was written so far, in order. A signature to write with lets this be asked, as AzCopy asks it too."""
        with translating(self.where):
            found = [(int(part.start or 0), int(part.end or 0) + 1) for part in self.client.list_page_ranges()]
        return tuple(found)

    def read(self, piece: Piece) -> bytes:
        """The bytes, checked by the hash that the service sends with them."""
        with translating(self.where):
            data: bytes = self.client.download_blob(*piece, validate_content=True).readall()
        return data

    def write(self, piece: Piece, data: bytes) -> None:
        """The service checks the hash that goes with them before it keeps them."""
        with translating(self.where):
            self.client.upload_page(data, *piece, validate_content=True)

    def copy(self, source: str, piece: Piece, *, etag: str, authorization: str | None = None) -> None:
        """Let the service fetch the same bytes of another blob, provided that is still the one of this ``etag``."""
        with translating(self.where):
            self.client.upload_pages_from_url(
                source,
                piece.first,
                piece.length,
                piece.first,
                source_etag=etag,
                source_match_condition=MatchConditions.IfNotModified,
                source_authorization=authorization,
            )

    def remove(self) -> None:
        """Delete it, unless it is gone."""
        with translating(self.where), suppress(ResourceNotFoundError):
            self.client.delete_blob()

    def clear(self, part: Range) -> None:
        with translating(self.where):
            self.client.clear_page(part[0], part[1] - part[0])


def _taken(where: str, seen: str) -> SourceError:
    return SourceError(
        "The blob to upload to is there, and is not what an upload of this disk began",
        where=where,
        seen=seen,
        remedy="remove it if nobody needs it, or name another container",
    )
