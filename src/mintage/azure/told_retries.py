"""What azure-core tries again, told with the reason: it does so silently, for minutes if Azure asks it to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy

from mintage.azure.calls import kind_of
from mintage.azure.errors import PASSING, said_in

Tell = Callable[[str], None]


class RetryTeller(SansIOHTTPPolicy[Any, Any]):
    """Goes behind the retry policy; ``tell`` hears of each attempt that failed in a way that is tried again."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:
        answer = response.http_response
        after = answer.headers.get("Retry-After")
        if answer.status_code < 400 or not (after or answer.status_code in PASSING):
            return
        code, message = said_in(answer)
        pause = f"; it asks to wait {after} s" if after else ""
        self._tell(f"{_call(request)}: Azure answered {answer.status_code}: {code or 'no code'}: {message}{pause}")

    def on_exception(self, request: PipelineRequest[Any]) -> None:
        self._tell(f"{_call(request)}: {sys.exception()}")


def _call(request: PipelineRequest[Any]) -> str:
    """``PUT Microsoft.Compute/virtualMachines, attempt 2``."""
    kind = kind_of(request.http_request.method, request.http_request.url)
    return f"{kind}, attempt {int(request.context.get('retry_count', 0)) + 1}"
