"""``bytes=0-511`` in headers, as first byte and the byte after the last."""

from __future__ import annotations

import re

from localazure.blobs.errors import BlobError, invalid_header
from localazure.blobs.page_ranges import Range
from localazure.blobs.records import PAGE
from localazure.blobs.requests import BlobCall

LARGEST_WRITE = 4 * 1024 * 1024
"""Bytes of one Put Page (Microsoft Learn, "Put Page")."""


def asked_range(call: BlobCall, size: int) -> Range | None:
    """The part of a blob that a read asks for; None for all of it. Raises BlobError 416 beyond its end."""
    text = call.headers.get("x-ms-range") or call.headers.get("range")
    if text is None:
        return None
    first, last = _parsed(text)
    if first >= size:
        message = "The range specified is invalid for the current size of the resource."
        raise BlobError(416, "InvalidRange", message)
    return first, size if last is None else min(last + 1, size)


def page_range(call: BlobCall, size: int, *, header: str = "x-ms-range") -> Range:
    """The pages that a write is for: whole ones, within the blob."""
    text = call.headers.get(header) or call.headers.get("range", "")
    first, last = _parsed(text)
    if last is None or first % PAGE or (last + 1) % PAGE or last < first or last + 1 > size:
        message = f"The page range specified is invalid: '{text}' of a blob of {size} bytes."
        raise BlobError(416, "InvalidPageRange", message)
    return first, last + 1


def _parsed(text: str) -> tuple[int, int | None]:
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", text)
    if found is None:
        raise invalid_header("x-ms-range", text, "bytes=first-last")
    return int(found[1]), int(found[2]) if found[2] else None
