"""Whether this process still has its build: asked before each step, and before calls to Azure after a long silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy

from mintage.errors import ClaimUnknown

P = ParamSpec("P")
R = TypeVar("R")


class Holder(Protocol):
    """Of a build, in this process."""

    @property
    def is_sure(self) -> bool:
        """Whether nobody can have taken the build over."""

    def beat(self) -> None:
        """Give a sign of life, or end this process when the build is another's. Raises OSError when nobody can tell."""


_holders: list[Holder] = []


@contextmanager
def holding(holder: Holder) -> Iterator[None]:
    """Let the block's steps and calls be this holder's."""
    _holders.append(holder)
    try:
        yield
    finally:
        _holders.remove(holder)


def demand_held(*, sure: bool = False) -> None:
    """End this process when another has taken its build over. ``sure``: ask also when that can hardly be.

    Raises ClaimUnknown when what the build kept cannot be read. Without a build there is nothing to ask.
    """
    for holder in [*_holders]:
        if holder.is_sure and not sure:
            continue
        try:
            holder.beat()
        except OSError as error:
            raise ClaimUnknown(
                "Nobody can tell whether the build is still this process's",
                where="the folder of results",
                seen=str(error),
                remedy="see that the share is there; the step is tried again by itself",
            ) from error


def held(function: Callable[P, R]) -> Callable[P, R]:
    """The function, done only by the process that has the build."""

    @wraps(function)
    def asked_first(*args: P.args, **kwargs: P.kwargs) -> R:
        demand_held(sure=True)
        return function(*args, **kwargs)

    return asked_first


class HeldPolicy(SansIOHTTPPolicy[Any, Any]):
    """Sends nothing to Azure for a process that was stopped or starved until another took its build over."""

    def on_request(self, request: PipelineRequest[Any]) -> None:  # noqa: ARG002 - whatever it asks
        demand_held()
