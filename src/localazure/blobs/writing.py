"""Making page blobs, and writing to them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from localazure.blobs.conditions import check_conditions
from localazure.blobs.errors import BlobError, invalid_header, missing_header, not_supported
from localazure.blobs.ranges import LARGEST_WRITE, page_range
from localazure.blobs.records import LARGEST_BLOB, PAGE, PageBlob, Place, http_date
from localazure.blobs.requests import BlobAnswer, BlobCall, md5_header
from localazure.blobs.store import BlobStore

_CONTENT_HEADERS = ("content-type", "content-md5", "content-encoding", "content-language", "cache-control")
_DISPOSITION = "content-disposition"
ReadSource = Callable[[BlobCall], PageBlob]
"""Finds the blob that ``x-ms-copy-source`` names, if the request may read it."""


def put_blob(store: BlobStore, call: BlobCall, place: Place) -> BlobAnswer:
    _refuse_hidden(store, place)
    kind = call.headers.get("x-ms-blob-type", "")
    if kind != "PageBlob":
        raise not_supported(f"blobs of type '{kind}'; what disks are made of is PageBlob")
    if store.container(place.account, place.container) is None:
        raise container_not_found()
    size = _size(call.number("x-ms-blob-content-length"))
    check_conditions(call, store.blob(place))
    blob = store.create_blob(place, size, metadata=call.metadata, content=_content(call))
    return BlobAnswer(201, _written(blob))


def put_page(store: BlobStore, call: BlobCall, place: Place) -> BlobAnswer:
    blob = store.existing(place)
    check_conditions(call, blob)
    action = call.headers.get("x-ms-page-write", "").lower()
    first, ends = page_range(call, blob.size)
    if action == "clear":
        store.clear_pages(blob, first, ends)
        return BlobAnswer(201, _written(store.change_blob(place)))
    if action != "update":
        raise invalid_header("x-ms-page-write", action, "update or clear")
    _refuse_large(ends - first)
    if len(call.body) != ends - first:
        raise BlobError(400, "InvalidHeaderValue", f"The range has {ends - first} bytes and the body {len(call.body)}.")
    call.check_body()
    store.write_pages(blob, first, call.body)
    return BlobAnswer(201, _written(store.change_blob(place)) | {"content-md5": md5_header(call.body)})


def put_page_from_url(store: BlobStore, call: BlobCall, place: Place, read_source: ReadSource) -> BlobAnswer:
    blob = store.existing(place)
    check_conditions(call, blob)
    first, ends = page_range(call, blob.size)
    _refuse_large(ends - first)
    source = _unchanged(call, read_source(call))
    start, stop = page_range(call, source.size, header="x-ms-source-range")
    if stop - start != ends - first:
        raise BlobError(400, "InvalidInput", "The source range and the range are not of one length.")
    data = store.read(source, start, stop - start)
    wanted = call.headers.get("x-ms-source-content-md5")
    if wanted and wanted != md5_header(data):
        raise BlobError(400, "Md5Mismatch", "The source's MD5 value is not the one in x-ms-source-content-md5.")
    store.write_pages(blob, first, data)
    return BlobAnswer(201, _written(store.change_blob(place)) | {"content-md5": md5_header(data)})


def copy_blob(store: BlobStore, call: BlobCall, place: Place, read_source: ReadSource) -> BlobAnswer:
    """A copy of a whole blob. On Azure it takes its time; here it is done when it is begun."""
    _refuse_hidden(store, place)
    if store.container(place.account, place.container) is None:
        raise container_not_found()
    check_conditions(call, store.blob(place))
    source = _unchanged(call, read_source(call))
    store.create_blob(place, source.size, metadata=call.metadata or source.metadata, content=source.content)
    target = store.existing(place)
    for first, ends in list(store.page_ranges(source, 0, source.size)):
        for at in range(first, ends, LARGEST_WRITE):
            store.write_pages(target, at, store.read(source, at, min(LARGEST_WRITE, ends - at)))
    shown = call.headers["x-ms-copy-source"].partition("?")[0]
    copied = store.change_blob(place, copy_id=str(uuid.uuid4()), copied_from=shown)
    return BlobAnswer(202, _written(copied) | {"x-ms-copy-id": copied.copy_id or "", "x-ms-copy-status": "success"})


def set_metadata(store: BlobStore, call: BlobCall, place: Place) -> BlobAnswer:
    check_conditions(call, store.existing(place))
    return BlobAnswer(200, _written(store.change_blob(place, metadata=call.metadata)))


def set_properties(store: BlobStore, call: BlobCall, place: Place) -> BlobAnswer:
    """The content headers, all of them anew, or the size."""
    check_conditions(call, store.existing(place))
    changes: dict[str, object] = {}
    if "x-ms-blob-content-length" in call.headers:
        changes["size"] = _size(call.number("x-ms-blob-content-length"))
    else:
        changes["content"] = _content(call)
    if "x-ms-sequence-number-action" in call.headers:
        raise not_supported("sequence numbers")
    return BlobAnswer(200, _written(store.change_blob(place, **changes)))


def delete_blob(store: BlobStore, call: BlobCall, place: Place) -> BlobAnswer:
    _refuse_hidden(store, place)
    check_conditions(call, store.existing(place))
    store.delete_blob(place)
    return BlobAnswer(202)


def _unchanged(call: BlobCall, source: PageBlob) -> PageBlob:
    wanted = call.headers.get("x-ms-source-if-match")
    if wanted and wanted not in {"*", source.etag}:
        raise BlobError(412, "SourceConditionNotMet", "The source condition specified is not met.")
    return source


def container_not_found() -> BlobError:
    return BlobError(404, "ContainerNotFound", "The specified container does not exist.")


def _refuse_hidden(store: BlobStore, place: Place) -> None:
    account = store.account(place.account)
    if account is not None and account.hidden:
        message = "This request is not authorized: a managed disk's blob is made and removed through its disk."
        raise BlobError(403, "AuthorizationFailure", message)


def _refuse_large(length: int) -> None:
    if length > LARGEST_WRITE:
        message = f"The request body is too large and exceeds the maximum permissible limit: {LARGEST_WRITE} bytes."
        raise BlobError(413, "RequestBodyTooLarge", message)


def _size(size: int) -> int:
    if size % PAGE or size > LARGEST_BLOB:
        expected = f"a multiple of {PAGE} up to {LARGEST_BLOB}"
        raise invalid_header("x-ms-blob-content-length", str(size), expected)
    return size


def _content(call: BlobCall) -> dict[str, str]:
    given = {name: call.headers.get(f"x-ms-blob-{name}") for name in (*_CONTENT_HEADERS, _DISPOSITION)}
    return {name: value for name, value in given.items() if value}


def _written(blob: PageBlob) -> dict[str, str]:
    return {
        "etag": blob.etag,
        "last-modified": http_date(blob.modified),
        "x-ms-blob-sequence-number": str(blob.sequence),
        "x-ms-request-server-encrypted": "true",
        "date": http_date(datetime.now(UTC)),
    }


def required_source(call: BlobCall) -> str:
    if "x-ms-copy-source" not in call.headers:
        raise missing_header("x-ms-copy-source")
    return call.headers["x-ms-copy-source"]
