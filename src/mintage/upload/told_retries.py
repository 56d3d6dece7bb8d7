"""What azure-storage-blob tries again, told with the reason: it does so silently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azure.core.pipeline import PipelineRequest
from azure.storage.blob import ExponentialRetry

Tell = Callable[[str], None]


def silently(line: str) -> None:
    """For those who do not care."""


class ToldRetry(ExponentialRetry):
    """The library's own retries, which wait 15 s before the first by default; ``tell`` hears of each.

    ``where`` names the blob: its URL, which errors of the transport hold, may carry a signature. Threads may tell at
    once.
    """

    def __init__(self, where: str, tell: Tell) -> None:
        super().__init__(
            initial_backoff=1, increment_base=2, retry_total=6, retry_status=6, retry_connect=6, retry_read=6
        )
        self._where, self._tell = where, tell

    def configure_retries(self, request: PipelineRequest[Any]) -> dict[str, Any]:
        settings: dict[str, Any] = super().configure_retries(request)
        return {**settings, "hook": self._told}

    def _told(self, *, retry_count: int, request: Any, response: Any, error: Exception | None, **_: Any) -> None:  # noqa: ANN401 - any transport's
        if response is not None:
            code = response.headers.get("x-ms-error-code") or "no code"
            seen = f"Azure answered {response.status_code}: {code}"
        else:
            seen = type(error).__name__
        self._tell(f"{request.method} {self._where}, attempt {retry_count + 1}: {seen}")
