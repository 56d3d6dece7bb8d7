"""Loops."""

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell.code import Expression, Steps
from localazure.windows.powershell.conversions import is_true
from localazure.windows.powershell.enumerators import Enumerator
from localazure.windows.powershell.flow import BreakLoop, ContinueLoop, Stopped
from localazure.windows.powershell.running import enumerate_value, run_steps

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame


def _turn(frame: "Frame", body: Steps, label: str) -> Generator[Any, None, bool]:
    """One turn; a continue that means this loop ends it. Gives True when the loop is to end."""
    if frame.engine.host.cancelled.is_set():
        raise Stopped
    try:
        yield from run_steps(frame, body)
    except ContinueLoop as jump:
        if jump.label and jump.label != label:
            raise
    except BreakLoop as jump:
        if jump.label and jump.label != label:
            raise
        return True
    return False


def run_while(
    frame: "Frame", goes_on: "Callable[[Frame], bool]", body: Steps, label: str, *, body_first: bool
) -> Iterator[Any]:
    while body_first or goes_on(frame):
        body_first = False
        ended = yield from _turn(frame, body, label)
        if ended:
            return
        if frame.engine.host.cancelled.is_set():
            raise Stopped


def run_for(frame: "Frame", parts: Sequence[Expression | None], body: Steps, label: str) -> Iterator[Any]:
    first, condition, step = parts
    if first is not None:
        first(frame)
    while condition is None or is_true(condition(frame)):
        ended = yield from _turn(frame, body, label)
        if ended:
            return
        if step is not None:
            step(frame)


def run_foreach(
    frame: "Frame", write: "Callable[[Frame, Any], None]", collection: Expression, body: Steps, label: str
) -> Iterator[Any]:
    items = collection(frame)
    if items is None:
        return
    turns = Enumerator(list(items) if isinstance(items, list) else enumerate_value(items))
    frame.set_variable("foreach", turns)
    for item in turns:
        write(frame, item)
        ended = yield from _turn(frame, body, label)
        if ended:
            break
    frame.remove_variable("foreach", "0")
