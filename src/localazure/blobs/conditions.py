"""What a request asks to hold before it is done (RFC 9110, 13)."""

from __future__ import annotations

from localazure.blobs.errors import BlobError, not_supported
from localazure.blobs.records import PageBlob
from localazure.blobs.requests import BlobCall

_UNSUPPORTED = ("if-modified-since", "if-unmodified-since", "x-ms-if-tags", "x-ms-lease-id")
_UNSUPPORTED_SEQUENCE = ("x-ms-if-sequence-number-le", "x-ms-if-sequence-number-lt", "x-ms-if-sequence-number-eq")


def check_conditions(call: BlobCall, blob: PageBlob | None) -> None:
    """Raises BlobError 412, 409 or 304 when the blob is not as asked."""
    for name in (*_UNSUPPORTED, *_UNSUPPORTED_SEQUENCE):
        if name in call.headers:
            raise not_supported(f"the header {name}")
    match, none_match = call.headers.get("if-match"), call.headers.get("if-none-match")
    if match and (blob is None or match not in {"*", blob.etag}):
        raise BlobError(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
    if none_match is None or blob is None:
        return
    if none_match == "*" and call.method == "PUT":
        raise BlobError(409, "BlobAlreadyExists", "The specified blob already exists.")
    if none_match == blob.etag:
        status = 304 if call.method in {"GET", "HEAD"} else 412
        raise BlobError(
            status, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met."
        )
