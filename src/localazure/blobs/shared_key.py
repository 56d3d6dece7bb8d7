"""Requests signed with an account's key (Microsoft Learn, "Authorize with Shared Key")."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode

from localazure.blobs.requests import BlobCall

_SIGNED_HEADERS = (
    "content-encoding", "content-language", "content-length", "content-md5", "content-type", "date",
    "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range",
)  # fmt: skip


def sign(key: str, text: str) -> str:
    """HMAC-SHA256 with a key in base64, itself in base64."""
    return b64encode(hmac.new(b64decode(key), text.encode(), hashlib.sha256).digest()).decode()


def is_signed(call: BlobCall, keys: tuple[str, ...]) -> bool:
    """Whether ``Authorization: SharedKey account:signature`` is right by one of the keys."""
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    account, _, signature = given.partition(":")
    if scheme != "SharedKey" or account != call.account:
        return False
    text = _string_to_sign(call)
    return any(hmac.compare_digest(sign(key, text), signature) for key in keys)


def _string_to_sign(call: BlobCall) -> str:
    plain = [call.method, *(_signed(call, name) for name in _SIGNED_HEADERS)]
    # The service sorts as people do, without looking at hyphens.
    own = sorted(
        ((name, value) for name, value in call.headers.items() if name.startswith("x-ms-")),
        key=lambda header: (header[0].replace("-", ""), header[0]),
    )
    named = [f"{name}:{' '.join(value.split())}" for name, value in own]
    query = [f"{name.lower()}:{value}" for name, value in sorted(call.query.items())]
    return "\n".join([*plain, *named, f"/{call.account}{call.path}", *query])


def _signed(call: BlobCall, name: str) -> str:
    value = call.headers.get(name, "")
    return "" if name == "content-length" and value == "0" else value
