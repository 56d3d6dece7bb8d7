"""Azure's refusals as Mintage's errors: the innermost code and message, the resource, and what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ODataV4Format,
    ServiceRequestError,
    ServiceResponseError,
)

from mintage.azure.meanings import BUSY, LOGIN, MEANINGS, QUOTA, REFUSED, UNREACHABLE, Meaning
from mintage.errors import MintageError


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


def code_of(error: AzureError) -> str:
    """The innermost code, or nothing."""
    return _innermost(error)[0]


def _innermost(error: AzureError) -> tuple[str, str]:
    said: ODataV4Format | None = error.error if isinstance(error, HttpResponseError) else None
    if said is None:
        return "", error.message
    while said.details and said.details[0].code:
        said = said.details[0]
    return said.code or "", said.message or ""


def _meaning(error: AzureError, code: str, message: str) -> Meaning:
    if code in MEANINGS:
        return MEANINGS[code]
    if code == "OperationNotAllowed":
        return _not_allowed(message)
    if isinstance(error, ClientAuthenticationError):
        return LOGIN
    if isinstance(error, ServiceRequestError | ServiceResponseError):
        return UNREACHABLE
    status = error.status_code if isinstance(error, HttpResponseError) else None
    return BUSY if status is not None and (status in {408, 429} or status >= 500) else REFUSED


def _not_allowed(message: str) -> Meaning:
    """One code, three meanings, told apart by the words Azure uses (facts: error messages of virtual machines)."""
    text = message.lower()
    if "quota" in text:
        return QUOTA
    return BUSY if "another operation is in progress" in text else REFUSED
