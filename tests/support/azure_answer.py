"""As much of a response as azure-core's errors look at."""

from __future__ import annotations

import json
from typing import Any


class Answer:
    def __init__(self, status: int, body: Any) -> None:
        self.status_code, self.reason, self._body = status, "because", body
        self.headers: dict[str, str] = {}

    def read(self) -> bytes:
        return self.text().encode()

    def text(self, encoding: str | None = None) -> str:
        return json.dumps(self._body)
