"""From a request to the function that does it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

from localazure.blobs import reading, writing
from localazure.blobs.access import Access
from localazure.blobs.containers import list_containers, serve_container
from localazure.blobs.errors import BlobError, not_supported
from localazure.blobs.records import PageBlob, Place
from localazure.blobs.requests import BlobAnswer, BlobCall
from localazure.blobs.store import BlobStore

_READS = {
    ("GET", ""): reading.get_blob,
    ("HEAD", ""): reading.head_blob,
    ("GET", "metadata"): reading.get_metadata,
    ("HEAD", "metadata"): reading.get_metadata,
    ("GET", "pagelist"): reading.get_page_ranges,
    ("PUT", "metadata"): writing.set_metadata,
    ("PUT", "properties"): writing.set_properties,
    ("DELETE", ""): writing.delete_blob,
}


class BlobService:
    def __init__(self, store: BlobStore, access: Access) -> None:
        self._store, self._access = store, access

    def serve(self, call: BlobCall) -> BlobAnswer:
        """Raises BlobError."""
        self._access.check(call)
        if not call.container:
            return list_containers(self._store, call)
        if not call.blob:
            return serve_container(self._store, call)
        return self._serve_blob(call, Place(call.account, call.container, call.blob))

    def _serve_blob(self, call: BlobCall, place: Place) -> BlobAnswer:
        from_source = "x-ms-copy-source" in call.headers
        if call.method == "PUT" and call.comp == "page":
            if from_source:
                return writing.put_page_from_url(self._store, call, place, self._source)
            return writing.put_page(self._store, call, place)
        if call.method == "PUT" and not call.comp:
            if from_source:
                return writing.copy_blob(self._store, call, place, self._source)
            return writing.put_blob(self._store, call, place)
        if (call.method, call.comp) not in _READS:
            raise not_supported(f"{call.method} with comp={call.comp} of a blob")
        return _READS[call.method, call.comp](self._store, call, place)

    def _source(self, call: BlobCall) -> PageBlob:
        """The blob to copy from, here only; read with the permission its own URL or header carries."""
        url = urlsplit(writing.required_source(call))
        if f"{url.scheme}://{url.netloc}" != call.base_url:
            raise not_supported(f"a source elsewhere than at {call.base_url}")
        reading_it = parse_target(replace(_bare(call), path=url.path, query=dict(parse_qsl(url.query))))
        authorization = call.headers.get("x-ms-copy-source-authorization")
        if authorization:
            reading_it = replace(reading_it, headers={"authorization": authorization})
        same_account = reading_it.account == call.account and "sig" not in reading_it.query and not authorization
        try:
            if not same_account:
                self._access.check(reading_it)
            return self._store.existing(Place(reading_it.account, reading_it.container, reading_it.blob))
        except BlobError as error:
            status = 404 if error.status == 404 else 403
            raise BlobError(status, "CannotVerifyCopySource", error.message) from None


def parse_target(call: BlobCall) -> BlobCall:
    """The call with account, container and blob taken from its path: ``/account/container/blob``."""
    account, _, rest = unquote(call.path).lstrip("/").partition("/")
    container, _, blob = rest.partition("/")
    return replace(call, account=account, container=container, blob=blob)


def _bare(call: BlobCall) -> BlobCall:
    return BlobCall("GET", "", {}, {}, "", base_url=call.base_url)
