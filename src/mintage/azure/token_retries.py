"""What azure-identity tries again, told with the reason: it does so silently, for minutes if the endpoint is away."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import RequestsTransport

Tell = Callable[[str], None]


class TokenTransport(RequestsTransport):  # type: ignore[misc]
    """The usual transport for requests of tokens; ``tell`` hears of each that is sent again, and why.

    A transport sees every attempt, and which of them are one request.
    """

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._failed: WeakKeyDictionary[Any, list[str]] = WeakKeyDictionary()

    def send(self, request: Any, **options: Any) -> Any:  # noqa: ANN401 - as the library has it
        failed = self._failed.setdefault(request, [])
        if failed:
            self._tell(f"{_named(request)}, attempt {len(failed)}: {failed[-1]}; it is tried again")
        try:
            answer = super().send(request, **options)
        except AzureError as error:
            failed.append(error.message)
            raise
        failed.append(_said(answer.status_code, answer.headers, answer.text()) if answer.status_code >= 400 else "")
        return answer


def _named(request: Any) -> str:  # noqa: ANN401
    """Without its query, which may name an identity."""
    parts = urlsplit(str(request.url))
    return f"{request.method} {parts.scheme}://{parts.netloc}{parts.path}"


def _said(status: int, headers: Mapping[str, str], text: str) -> str:
    """``503: temporarily_unavailable: AADSTS90033: A transient error has occurred``."""
    try:
        said = json.loads(text)
        words = [str(said[name]).splitlines()[0] for name in ("error", "error_description") if said.get(name)]
    except (ValueError, TypeError, AttributeError, IndexError):
        words = []
    after = headers.get("Retry-After")
    return ": ".join([f"it was answered {status}", *words]) + (f", and to wait {after} s" if after else "")
