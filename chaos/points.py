"""The moments of a process at which something can go wrong: its calls to Azure, and what it asks of guests."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal
from unittest.mock import patch

from azure.core.pipeline.transport import RequestsTransport
from pydantic import BaseModel, ConfigDict
from winrm.protocol import Protocol

from localazure.faults.occasions import operation_name
from mintage.remote.execution import Execution

When = Literal["before", "after"]
Where = Literal["call", "guest"]


class Point(BaseModel):
    """The so-manieth call of a process to Resource Manager, or to a guest (an SSH command, a WinRM message), from 1."""

    model_config = ConfigDict(frozen=True)

    where: Where = "call"
    number: int
    when: When
    """Before it is sent, or after it was answered; of an SSH command: once it was begun."""


Passed = Callable[[Point, str], None]
"""Told each point, and what is called there."""


@contextmanager
def points_passed(host: str, tell: Passed) -> Iterator[None]:
    """Within the block, tell of each call to Resource Manager, which is at ``host``, and to guests."""
    with _azure_counted(host, tell), _ssh_and_winrm_counted(tell):
        yield


@contextmanager
def _azure_counted(host: str, tell: Passed) -> Iterator[None]:
    original, numbers = RequestsTransport.send, itertools.count(1)

    def send(self: RequestsTransport, request: Any, **given: Any) -> Any:  # noqa: ANN401 - passed on
        if not request.url.startswith(host):
            return original(self, request, **given)
        number, path = next(numbers), request.url.partition("?")[0].removeprefix(host)
        what = operation_name(request.method, path)
        tell(Point(number=number, when="before"), what)
        answer = original(self, request, **given)
        tell(Point(number=number, when="after"), what)
        return answer

    with patch.object(RequestsTransport, "send", send):
        yield


@contextmanager
def _ssh_and_winrm_counted(tell: Passed) -> Iterator[None]:
    run, send, numbers = Execution.__init__, Protocol.send_message, itertools.count(1)

    def begin(self: Execution, *given: Any, **named: Any) -> None:  # noqa: ANN401 - passed on
        number = next(numbers)
        tell(Point(where="guest", number=number, when="before"), "SSH command")
        run(self, *given, **named)
        tell(Point(where="guest", number=number, when="after"), "SSH command")

    def send_message(self: Protocol, message: str) -> Any:  # noqa: ANN401 - passed on
        number = next(numbers)
        tell(Point(where="guest", number=number, when="before"), "WinRM message")
        answer = send(self, message)
        tell(Point(where="guest", number=number, when="after"), "WinRM message")
        return answer

    with patch.object(Execution, "__init__", begin), patch.object(Protocol, "send_message", send_message):
        yield
