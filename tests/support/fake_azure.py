"""A transport for azure-core's pipeline that answers as Azure does, in a time of its own."""

from __future__ import annotations

import json
from typing import Any

from azure.core.pipeline.transport import HttpTransport


class Answer:
    """What it says is still on the wire until it is read, as of the SDK's long-running operations."""

    def __init__(self, status: int = 200, body: Any = None, **headers: str) -> None:
        self.status_code, self.reason, self._body = status, "because", body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self._is_read = False

    def read(self) -> None:
        self._is_read = True

    def text(self) -> str:
        return json.dumps(self._body) if self._is_read else ""


class Azure(HttpTransport[Any, Any]):
    """Gives the answers one after the other, then plain ones; time passes only when somebody sleeps."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.now, self.sent = [*answers], 1000.0, list[float]()

    def send(self, request: Any, **_: Any) -> Any:
        self.sent.append(self.now)
        answer = self.answers.pop(0) if self.answers else Answer()
        if isinstance(answer, Exception):
            raise answer
        answer.headers.setdefault("Content-Type", "application/json")
        return answer

    def sleep(self, duration: float) -> None:
        self.now += duration

    def open(self) -> None: ...
    def close(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...
