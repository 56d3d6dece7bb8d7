"""Operations that end otherwise than by their effect, because somebody wanted to see it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from localazure.arm.errors import CloudError

Leaves = Literal["nothing", "half", "everything"]
Output = TypeVar("Output", bound=dict[str, Any] | None)

_midway: ContextVar[Callable[[], None] | None] = ContextVar("midway", default=None)


class Ending(BaseModel):
    """How an operation ends: it fails with ``code``, or hangs as long as its fault stands when there is no code."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    fault: int
    leaves: Leaves
    """How much of the effect is there when it fails or hangs."""
    code: str | None = None
    message: str = ""
    seconds: float | None = None
    """The longest that it hangs."""

    @property
    def error(self) -> CloudError | None:
        return CloudError(409, self.code, self.message) if self.code else None


def midway() -> None:
    """An effect calls this where it is half done: some of what it makes is there, and it can be made again."""
    reached = _midway.get()
    if reached is not None:
        reached()


def run_until(leaves: Leaves, stop: Callable[[], None], run: Callable[[], Output]) -> Output:
    """Run an effect and ``stop`` before, within or after it. When ``stop`` returns, the effect goes on."""
    if leaves == "nothing":
        stop()
        return run()
    if leaves == "everything":
        output = run()
        stop()
        return output
    token = _midway.set(stop)
    try:
        return run()
    finally:
        _midway.reset(token)
