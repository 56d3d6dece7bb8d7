"""The moments of a process at which something can go wrong: calls to Azure and to guests, and the ends of steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from unittest.mock import patch

from azure.core.pipeline.transport import RequestsTransport
from pydantic import BaseModel, ConfigDict
from winrm.protocol import Protocol

from localazure.faults.occasions import operation_name
from mintage.remote.execution import Execution

When = Literal["before", "after"]
SIDES: tuple[When, ...] = ("before", "after")
Where = Literal["call", "guest", "step"]
BETWEEN = "-"
"""In the place of a step's name: outside of all."""


@dataclass(frozen=True)
class Moment:
    """One that a process came to."""

    where: Where
    """A call to Resource Manager; to a guest (an SSH command, a WinRM message); a step that was done."""
    called: str
    """The operation; of guests and of steps, which of these it is."""
    when: When
    """Before a call is sent, or after it was answered; of an SSH command: once it was begun. Of a step that was done:
    before its result is kept, or after."""


class Spot(BaseModel):
    """The so-manieth of a process's moments of a sort, from 1: of one step and of one operation, or of all."""

    model_config = ConfigDict(frozen=True)

    where: Where = "call"
    step: str = ""
    """Of this step only."""
    called: str = ""
    """Of this operation only."""
    number: int

    def __str__(self) -> str:
        return ": ".join(word for word in (self.step, self.called or self.where) if word) + f" {self.number}"


class Point(Spot):
    when: When

    def fits(self, moment: Moment, step: str) -> bool:
        """Whether it is one of those that are counted."""
        return (
            (self.where, self.when) == (moment.where, moment.when)
            and self.step in {"", step}
            and self.called in {"", moment.called}
        )


def point_at(spot: Spot, when: When) -> Point:
    return Point(**dict(spot), when=when)


Tell = Callable[[Moment], None]


@contextmanager
def points_passed(host: str, tell: Tell) -> Iterator[None]:
    """Within the block, tell of each call to Resource Manager, which is at ``host``, and to guests."""
    with _azure_told(host, tell), _ssh_and_winrm_told(tell):
        yield


@contextmanager
def _azure_told(host: str, tell: Tell) -> Iterator[None]:
    original = RequestsTransport.send

    def send(self: RequestsTransport, request: Any, **given: Any) -> Any:  # noqa: ANN401 - passed on
        if not request.url.startswith(host):
            return original(self, request, **given)
        what = operation_name(request.method, request.url.partition("?")[0].removeprefix(host))
        tell(Moment("call", what, "before"))
        answer = original(self, request, **given)
        tell(Moment("call", what, "after"))
        return answer

    with patch.object(RequestsTransport, "send", send):
        yield


@contextmanager
def _ssh_and_winrm_told(tell: Tell) -> Iterator[None]:
    run, send = Execution.__init__, Protocol.send_message

    def begin(self: Execution, *given: Any, **named: Any) -> None:  # noqa: ANN401 - passed on
        tell(Moment("guest", "SSH command", "before"))
        run(self, *given, **named)
        tell(Moment("guest", "SSH command", "after"))

    def send_message(self: Protocol, message: str) -> Any:  # noqa: ANN401 - passed on
        tell(Moment("guest", "WinRM message", "before"))
        answer = send(self, message)
        tell(Moment("guest", "WinRM message", "after"))
        return answer

    with patch.object(Execution, "__init__", begin), patch.object(Protocol, "send_message", send_message):
        yield
