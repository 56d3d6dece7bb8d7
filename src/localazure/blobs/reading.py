"""Reading page blobs: bytes, properties, and which pages there are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from localazure.blobs.conditions import check_conditions
from localazure.blobs.errors import BlobError, not_supported
from localazure.blobs.page_ranges import Range
from localazure.blobs.ranges import asked_range
from localazure.blobs.records import PageBlob, Place, http_date
from localazure.blobs.requests import BlobAnswer, BlobCall, md5_header
from localazure.blobs.store import BlobStore

XML = '<?xml version="1.0" encoding="utf-8"?>'
_BLOCK = 1024 * 1024
_MOST_RANGES = 10_000
_LARGEST_HASHED = 4 * 1024 * 1024


def get_blob(store: BlobStore, call: BlobCall, place: Place) -> BlobAnswer:
    blob = _asked(store, call, place)
    part = asked_range(call, blob.size)
    first, ends = part or (0, blob.size)
    headers = blob_headers(blob) | {"content-length": str(ends - first)}
    if part:
        headers |= {"content-range": f"bytes {first}-{ends - 1}/{blob.size}"} | _whole_hash(headers)
    if call.headers.get("x-ms-range-get-content-md5") == "true":
        if part is None or ends - first > _LARGEST_HASHED:
            message = "x-ms-range-get-content-md5 needs a range of 4 MiB at most."
            raise BlobError(400, "InvalidQueryParameterValue", message)
        data = store.read(blob, first, ends - first)
        return BlobAnswer(206, headers | {"content-md5": md5_header(data)}, data)
    return BlobAnswer(206 if part else 200, headers, stream=_blocks(store, blob, first, ends))


def head_blob(store: BlobStore, call: BlobCall, place: Place) -> BlobAnswer:
    blob = _asked(store, call, place)
    return BlobAnswer(200, blob_headers(blob) | {"content-length": str(blob.size)})


def get_metadata(store: BlobStore, call: BlobCall, place: Place) -> BlobAnswer:
    return BlobAnswer(200, _common_headers(_asked(store, call, place)))


def get_page_ranges(store: BlobStore, call: BlobCall, place: Place) -> BlobAnswer:
    """So many of them at once as were asked for; the marker is the byte to go on from."""
    if call.query.get("prevsnapshot"):
        raise not_supported("Get Page Ranges with prevsnapshot")
    blob = _asked(store, call, place)
    first, ends = asked_range(call, blob.size) or (0, blob.size)
    most = int(call.query.get("maxresults") or _MOST_RANGES)
    found = list(islice(store.page_ranges(blob, max(first, int(call.query.get("marker") or 0)), ends), most + 1))
    text = "".join(map(_page_range, found[:most]))
    text += f"<NextMarker>{found[most][0]}</NextMarker>" if len(found) > most else "<NextMarker />"
    headers = _versions(blob) | {"content-type": "application/xml", "x-ms-blob-content-length": str(blob.size)}
    return BlobAnswer(200, headers, f"{XML}<PageList>{text}</PageList>".encode())


def blob_headers(blob: PageBlob) -> dict[str, str]:
    """What is said of a blob beside its length."""
    headers = {
        "content-type": "application/octet-stream",
        "accept-ranges": "bytes",
        "x-ms-blob-type": "PageBlob",
        "x-ms-blob-sequence-number": str(blob.sequence),
        "x-ms-creation-time": http_date(blob.created),
        "x-ms-lease-status": "unlocked",
        "x-ms-lease-state": "available",
        "x-ms-server-encrypted": "true",
    }
    if blob.copy_id:
        headers |= {
            "x-ms-copy-id": blob.copy_id,
            "x-ms-copy-source": blob.copied_from or "",
            "x-ms-copy-status": "success",
            "x-ms-copy-progress": f"{blob.size}/{blob.size}",
            "x-ms-copy-completion-time": http_date(blob.modified),
        }
    return headers | blob.content | _common_headers(blob)


def _asked(store: BlobStore, call: BlobCall, place: Place) -> PageBlob:
    if call.query.get("snapshot") or call.query.get("versionid"):
        raise not_supported("snapshots and versions of blobs")
    blob = store.existing(place)
    check_conditions(call, blob)
    return blob


def _common_headers(blob: PageBlob) -> dict[str, str]:
    return _versions(blob) | {f"x-ms-meta-{name}": value for name, value in blob.metadata.items()}


def _versions(blob: PageBlob) -> dict[str, str]:
    return {"etag": blob.etag, "last-modified": http_date(blob.modified)}


def _whole_hash(headers: dict[str, str]) -> dict[str, str]:
    """A part's answer names the hash of the whole apart from its own."""
    whole = headers.pop("content-md5", None)
    return {"x-ms-blob-content-md5": whole} if whole else {}


def _page_range(part: Range) -> str:
    return f"<PageRange><Start>{part[0]}</Start><End>{part[1] - 1}</End></PageRange>"


def _blocks(store: BlobStore, blob: PageBlob, first: int, ends: int) -> Iterator[bytes]:
    for at in range(first, ends, _BLOCK):
        yield store.read(blob, at, min(_BLOCK, ends - at))


def list_blobs(store: BlobStore, call: BlobCall) -> BlobAnswer:
    """All blobs of a container whose names begin as asked."""
    for name in ("marker", "delimiter"):
        if call.query.get(name):
            raise not_supported(f"List Blobs with {name}")
    prefix, told = call.query.get("prefix", ""), "metadata" in call.query.get("include", "").split(",")
    every = store.blobs(call.account, call.container)
    found = "".join(_listed(name, blob, told=told) for name, blob in every if name.startswith(prefix))
    root = f"{call.base_url}/{call.account}/"
    text = (
        f"{XML}<EnumerationResults ServiceEndpoint={quoteattr(root)} ContainerName={quoteattr(call.container)}>"
        f"<Blobs>{found}</Blobs><NextMarker /></EnumerationResults>"
    )
    return BlobAnswer(200, {"content-type": "application/xml"}, text.encode())


def _listed(name: str, blob: PageBlob, *, told: bool) -> str:
    properties = {
        "Creation-Time": http_date(blob.created),
        "Last-Modified": http_date(blob.modified),
        "Etag": blob.etag.strip('"'),
        "Content-Length": str(blob.size),
        "Content-Type": blob.content.get("content-type", "application/octet-stream"),
        "BlobType": "PageBlob",
        "LeaseStatus": "unlocked",
        "LeaseState": "available",
    }
    inside = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in properties.items())
    metadata = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in blob.metadata.items()) if told else ""
    more = f"<Metadata>{metadata}</Metadata>" if told else ""
    return f"<Blob><Name>{escape(name)}</Name><Properties>{inside}</Properties>{more}</Blob>"
