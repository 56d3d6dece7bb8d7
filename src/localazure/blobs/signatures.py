"""Shared access signatures (Microsoft Learn, "Create a service SAS" and "Create an account SAS").

Those of a service, on a container or a blob, perhaps by a stored access policy; and those of an account.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from localazure.blobs.errors import BlobError, not_permitted
from localazure.blobs.records import Account, Container
from localazure.blobs.requests import BlobCall
from localazure.blobs.shared_key import sign

_OLDEST = "2018-11-09"
"""The first version whose signatures name the kind of resource."""
_WITH_SCOPE = "2020-12-06"
"""The first version whose signatures name an encryption scope."""
_SHOWN_AS = ("rscc", "rscd", "rsce", "rscl", "rsct")


def permissions(call: BlobCall, account: Account, container: Container | None, now: datetime) -> str:
    """What the signature in the query permits, as letters. Raises BlobError 403 when it is not good."""
    if "ss" in call.query:
        text, kinds = _account_text(call), call.query.get("srt", "")
        granted, expires = call.query.get("sp", ""), _moment(call.query.get("se"))
        _check_kind(kinds, call)
    else:
        text = _service_text(call)
        granted, expires = _granted(call.query, container)
    if not any(hmac.compare_digest(sign(key, text), call.query["sig"]) for key in account.keys):
        raise not_permitted("Signature did not match.")
    starts = _moment(call.query.get("st")) if call.query.get("st") else None
    if expires is None or now >= expires or (starts is not None and now < starts):
        raise not_permitted("Signature not valid in the specified time frame.")
    if call.query.get("spr", "https") not in {"https", "https,http"}:
        raise not_permitted("The signature's protocol (spr) is neither 'https' nor 'https,http'.")
    if "sip" in call.query:
        raise BlobError(501, "NotImplemented", "localazure does not support signatures for addresses (sip).")
    return granted


def service_query(key: str, path: str, policy: str) -> dict[str, str]:
    """The query that gives access to one blob by a stored access policy. ``path``: ``/account/container/blob``."""
    query = {"sv": "2021-12-02", "sr": "b", "si": policy}
    account, container, blob = path.strip("/").split("/", 2)
    call = BlobCall("GET", path, query, {}, account, container, blob)
    return query | {"sig": sign(key, _service_text(call))}


def _granted(query: Mapping[str, str], container: Container | None) -> tuple[str, datetime | None]:
    name = query.get("si")
    if name is None:
        return query.get("sp", ""), _moment(query.get("se"))
    policy = container.policies.get(name) if container else None
    if policy is None:
        raise not_permitted(f"The signature names the access policy '{name}', which there is not, or not any more.")
    return policy.permissions, policy.expires


def _service_text(call: BlobCall) -> str:
    query, version = call.query, call.query.get("sv", "")
    if version < _OLDEST:
        raise not_permitted(f"The signature's version (sv) is '{version}'; localazure reads {_OLDEST} and later.")
    kind = query.get("sr", "")
    if kind not in {"b", "c"}:
        raise not_permitted(f"The signature's resource (sr) is '{kind}'; localazure reads b and c.")
    resource = f"/blob/{call.account}/{call.container}" + (f"/{call.blob}" if kind == "b" else "")
    if kind == "b" and not call.blob:
        raise not_permitted("The signature is for a blob, and the request is not.")
    words = [query.get(name, "") for name in ("sp", "st", "se")]
    words += [resource, *(query.get(name, "") for name in ("si", "sip", "spr", "sv", "sr"))]
    # A snapshot's time, which is none here.
    words.append("")
    if version >= _WITH_SCOPE:
        words.append(query.get("ses", ""))
    return "\n".join([*words, *(query.get(name, "") for name in _SHOWN_AS)])


def _account_text(call: BlobCall) -> str:
    query, version = call.query, call.query.get("sv", "")
    words = [call.account, *(query.get(name, "") for name in ("sp", "ss", "srt", "st", "se", "sip", "spr", "sv"))]
    if version >= _WITH_SCOPE:
        words.append(query.get("ses", ""))
    return "\n".join([*words, ""])


def _check_kind(kinds: str, call: BlobCall) -> None:
    needed = "o" if call.blob else "c" if call.container else "s"
    if needed not in kinds or "b" not in call.query.get("ss", ""):
        message = "This request is not authorized to perform this operation using this resource type."
        raise BlobError(403, "AuthorizationResourceTypeMismatch", message)


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise not_permitted(f"'{text}' is not a time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
