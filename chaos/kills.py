"""A process that ends itself as ``kill -9`` would, at one of its calls to Azure."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal
from unittest.mock import patch

from azure.core.pipeline.transport import RequestsTransport
from pydantic import BaseModel, ConfigDict

When = Literal["before", "after"]


class Kill(BaseModel):
    """At the so-manieth call of a process, from 1, before it is sent or after it was answered."""

    model_config = ConfigDict(frozen=True)

    call: int
    when: When
    whom: Literal["build", "azure"] = "build"
    """The build's process, or localazure, which is started again."""


def end_own_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def calls_counted(host: str, at: Callable[[int, When, str], None]) -> Iterator[None]:
    """Within the block, tell ``at`` of each call to ``host``: its number, before and after it, and what it is."""
    original, count = RequestsTransport.send, 0

    def send(self: RequestsTransport, request: Any, **given: Any) -> Any:  # noqa: ANN401 - passed on
        nonlocal count
        if not request.url.startswith(host):
            return original(self, request, **given)
        count += 1
        number, what = count, f"{request.method} {request.url.partition('?')[0].removeprefix(host)}"
        at(number, "before", what)
        answer = original(self, request, **given)
        at(number, "after", what)
        return answer

    with patch.object(RequestsTransport, "send", send):
        yield
