"""Azure's refusals as Mintage's errors: the innermost code and message, the resource, and what to do."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    IncompleteReadError,
    ODataV4Format,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.mgmt.core.exceptions import ARMErrorFormat

from mintage.azure.codes import meaning_of
from mintage.azure.meanings import BUSY, LOGIN, REFUSED, THROTTLED, UNREACHABLE, Meaning
from mintage.errors import MintageError

PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""What azure-core itself tries again (its RetryPolicy), and what is still so after that."""


@contextlib.contextmanager
def translating(where: str) -> Iterator[None]:
    """Turn what azure-core raises about the resource ``where`` into Mintage's errors."""
    try:
        yield
    except AzureError as error:
        raise translate(error, where) from error


def translate(error: AzureError, where: str) -> MintageError:
    """The error of ours that this is. ``seen`` holds the innermost code and message, or azure-core's own words."""
    code, message = innermost(error)
    meaning = _meaning(error, code, message)
    seen = f"{code}: {message}" if code else message
    return meaning.kind(meaning.what, where=where, seen=seen, remedy=meaning.remedy)


def said_in(answer: Any) -> tuple[str, str]:  # noqa: ANN401 - any transport's
    """The code and message of an HTTP answer that is a refusal; read first where it is only about to be."""
    with contextlib.suppress(AzureError):
        # The SDK's long-running operations leave it on the wire until they want it.
        answer.read()
    return innermost(HttpResponseError(response=answer, error_format=ARMErrorFormat))


def is_throttled(answer: Any) -> bool:  # noqa: ANN401 - any transport's
    """Whether too many calls are the reason. Network also answers 429 where something is still being made."""
    return answer.status_code == 429 and meaning_of(*said_in(answer)) in {None, THROTTLED}


def innermost(error: AzureError) -> tuple[str, str]:
    """Azure's code and message that say most; no code, and azure-core's own words, where Azure said nothing."""
    said: ODataV4Format | None = error.error if isinstance(error, HttpResponseError) else None
    if said is None:
        # The blob service says its code in a header, which azure-storage-blob keeps beside the error.
        code = getattr(error, "error_code", None) or ""
        return str(getattr(code, "value", code)), error.message
    while inner := _inner(said):
        said = inner
    return said.code or "", said.message or ""


def _inner(said: ODataV4Format) -> ODataV4Format | None:
    """The first of the details that says something; or another error that is written, as JSON, in the message."""
    with_code = [each for each in said.details if each.code]
    if with_code:
        # Several may have failed at once: one whose code is known says more about what to do.
        return next((each for each in with_code if meaning_of(each.code or "", each.message or "")), with_code[0])
    if not (said.message or "").lstrip().startswith("{"):
        return None
    try:
        return ODataV4Format(json.loads(said.message or ""))
    except (ValueError, TypeError, AttributeError):
        return None


def _meaning(error: AzureError, code: str, message: str) -> Meaning:
    said = meaning_of(code, message)
    if said:
        return said
    status = error.status_code if isinstance(error, HttpResponseError) else None
    if status == 429:
        return THROTTLED
    if isinstance(error, ClientAuthenticationError):
        return LOGIN
    if isinstance(error, ServiceRequestError | ServiceResponseError | IncompleteReadError):
        return UNREACHABLE
    return BUSY if status in PASSING else REFUSED
