"""Statements run one after another: cancellation, errors that end a statement only, traps, try."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import values
from localazure.windows.powershell.code import Step, Steps, Trap
from localazure.windows.powershell.errors import ErrorRecord
from localazure.windows.powershell.flow import BreakLoop, ContinueLoop, Stopped
from localazure.windows.powershell.lineage import exception_chain
from localazure.windows.powershell.scopes import Scope
from localazure.windows.powershell.type_names import full_name
from localazure.windows.powershell.values import PsError

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_ITERATED = (list, tuple, bytearray, range)


def enumerate_value(value: Any) -> Iterator[Any]:
    """What a value is in a pipeline: a list's items one by one, anything else itself."""
    if isinstance(value, bytearray):
        yield from (values.Byte(item) for item in value)
    elif isinstance(value, _ITERATED) or hasattr(value, "__next__"):
        yield from value
    else:
        yield value


def run_steps(frame: "Frame", steps: Steps) -> Iterator[Any]:
    """Runs statements, and yields what they write."""
    engine = frame.engine
    cancelled = engine.host.cancelled
    for step in steps.items:
        if cancelled.is_set():
            raise Stopped
        try:
            if step.effect is not None:
                step.effect(frame)
            elif step.run is not None:
                yield from step.run(frame)
            engine.last_ok = engine.last_ok or step.succeeds
        except PsError as failure:
            if not (yield from _failed(frame, failure, step, steps.traps)):
                return
        except RecursionError:
            raise _overflow() from None


def _overflow() -> PsError:
    message = "The script failed due to call depth overflow."
    kind = "System.Management.Automation.ScriptCallDepthException"
    return values.error(kind, message, "CallDepthOverflow", "InvalidOperation")


def _failed(frame: "Frame", failure: PsError, step: Step, traps: Sequence[Trap]) -> Any:
    """What becomes of a terminating error: a trap takes it, it goes on, or it is shown and the next statement runs."""
    record = failure.record
    frame.engine.last_ok = False
    if record.has_no_place:
        record.position = step.position()
    trap = next((one for one in traps if _takes(one.type_name, record)), None)
    if trap is not None:
        frame.engine.remember(record)
        try:
            yield from run_steps(frame.derive(underscore=record, catching=False, scope=Scope(frame.scope)), trap.body)
        except ContinueLoop:
            return True
        except BreakLoop:
            raise failure from None
        frame.show_error(record)
        return True
    if frame.catching or failure.stops_script:
        raise failure
    action = frame.action("", "ErrorActionPreference")
    if action == "stop":
        failure.stops_script = True
        raise failure
    report(frame, failure, silent=action in {"silentlycontinue", "ignore"})
    return True


def report(frame: "Frame", failure: PsError, *, silent: bool = False) -> None:
    """Puts an error that ended a statement into $Error and on the error stream."""
    if failure.reported:
        return
    failure.reported = True
    frame.engine.remember(failure.record)
    if not silent:
        frame.show_error(failure.record)


def _takes(type_name: str, record: ErrorRecord) -> bool:
    if not type_name:
        return True
    wanted = full_name(type_name).lower()
    chain = exception_chain(record.exception.type_name)
    if record.exception.inner is not None:
        chain += exception_chain(record.exception.inner.type_name)
    short = f"system.{wanted}"
    return any(name.lower() in {wanted, short} for name in chain if name != "System.Object")


def run_try(
    frame: "Frame", body: Steps, catches: Sequence[tuple[list[str], Steps]], last: Steps | None
) -> Iterator[Any]:
    """Runs try, the first catch that takes its error, and finally."""
    try:
        try:
            yield from run_steps(frame.derive(catching=True) if catches else frame, body)
        except PsError as failure:
            yield from _caught(frame, failure, catches)
    finally:
        if last is not None:
            yield from run_steps(frame, last)


def _caught(frame: "Frame", failure: PsError, catches: Sequence[tuple[list[str], Steps]]) -> Iterator[Any]:
    record = failure.record
    for types, body in catches:
        if not types or any(_takes(name, record) for name in types):
            frame.engine.remember(record)
            yield from run_steps(frame.derive(underscore=record), body)
            return
    raise failure
