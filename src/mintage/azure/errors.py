"""Azure's refusals as Mintage's errors: the innermost code and message, the resource, and what to do."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ODataV4Format,
    ServiceRequestError,
    ServiceResponseError,
)

from mintage.azure.meanings import BUSY, BY_WORDS, LOGIN, MEANINGS, REFUSED, UNREACHABLE, Meaning
from mintage.errors import MintageError

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
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
    code, message = _innermost(error)
    meaning = _meaning(error, code, message)
    seen = f"{code}: {message}" if code else message
    return meaning.kind(meaning.what, where=where, seen=seen, remedy=meaning.remedy)


def _innermost(error: AzureError) -> tuple[str, str]:
    said: ODataV4Format | None = error.error if isinstance(error, HttpResponseError) else None
    if said is None:
        return "", error.message
    while said.details and said.details[0].code:
        said = said.details[0]
    return said.code or "", said.message or ""


def _meaning(error: AzureError, code: str, message: str) -> Meaning:
    said = MEANINGS.get(code) or _by_words(code, message)
    if said:
        return said
    if isinstance(error, ClientAuthenticationError):
        return LOGIN
    if isinstance(error, ServiceRequestError | ServiceResponseError):
        return UNREACHABLE
    status = error.status_code if isinstance(error, HttpResponseError) else None
    return BUSY if status in _PASSING else REFUSED


def _by_words(code: str, message: str) -> Meaning | None:
    words = (each for codes, pattern, each in BY_WORDS if code in codes and re.search(pattern, message, re.IGNORECASE))
    return next(words, None)
