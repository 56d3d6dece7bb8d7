"""Running what a command's name stands for: a function, a block, a command in Python, a script, a program."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import binding, collecting, defaults_by_name, formals, parameter_sets
from localazure.windows.powershell.binding import Argument, Binder
from localazure.windows.powershell.code import Code
from localazure.windows.powershell.commands import Call, Command
from localazure.windows.powershell.enumerators import pipeline_input
from localazure.windows.powershell.errors import PsError
from localazure.windows.powershell.flow import ReturnFlow, check_depth
from localazure.windows.powershell.running import run_steps
from localazure.windows.powershell.scopes import Cell, Scope
from localazure.windows.powershell.streams import StandardInput
from localazure.windows.powershell.values import CaselessDict, ScriptBlock, SwitchParameter, Table

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_PREFERENCES = {
    "ErrorAction": "ErrorActionPreference",
    "WarningAction": "WarningPreference",
    "InformationAction": "InformationPreference",
    "WhatIf": "WhatIfPreference",
}
_NOTHING: tuple[Any, ...] = ()


def run_python(
    caller: "Frame", command: Command, arguments: Sequence[Argument], given: Iterable[Any] | None, name: str
) -> Iterator[Any]:
    """Binds and runs a command written in Python."""
    frame = caller.derive(activity=command.name)
    try:
        binder = _bound_command(frame, command, arguments, pipeline=given is not None)
    except PsError as failure:
        _blame(frame, failure, name)
        raise
    frame.common = binder.common_bound
    frame.collectors = collecting.collectors(caller, frame.common)
    call = Call(command, binder.bound, iter(given or _NOTHING), frame, given is not None, binder.common_bound)
    try:
        yield from collecting.output(caller, frame.common, command.function(call) or _NOTHING)
    except PsError as failure:
        # An error with a place came down the pipeline or out of a block; it is not this command's own.
        if failure.record.has_no_place:
            _blame(frame, failure, name)
            frame.collect("ErrorVariable", failure.record)
        raise


def _bound_command(frame: "Frame", command: Command, arguments: Sequence[Argument], *, pipeline: bool) -> Binder:
    common = [*binding.COMMON, *(binding.SHOULD_PROCESS if command.should_process else [])]
    binder = Binder(frame, formals.of_command(command), common)
    binder.bind(arguments)
    left = binder.bind_positional()
    defaults_by_name.bind(frame, binder, command.name)
    binder.refuse(left)
    if {"Path", "LiteralPath"} <= set(binder.bound):
        raise parameter_sets.unresolved()
    binder.check_mandatory(pipeline=pipeline)
    return binder


def _blame(frame: "Frame", failure: PsError, name: str) -> None:
    """Says whose error it is."""
    frame.complete(failure.record)
    failure.record.header = failure.record.header or name


def bind_pipeline(frame: "Frame", call: Call) -> Iterator[CaselessDict]:
    """What Call.records gives: one binding per pipeline object, or one alone."""
    if not call.has_input:
        yield call.parameters
        return
    binder = Binder(frame, formals.of_command(call.command), [], CaselessDict(call.parameters))
    for item in call.input:
        try:
            yield binding.bind_item(binder, item)
        except PsError as failure:
            frame.write_error(failure.record)


@dataclass(frozen=True)
class Callee:
    """A function's or script's name, the name it was called by, and the file of a script."""

    name: str = ""
    called: str = ""
    script: str | None = None


def run_function(
    caller: "Frame",
    block: ScriptBlock,
    arguments: Sequence[Argument],
    given: Iterable[Any] | None,
    *,
    callee: Callee = Callee(),
    new_scope: bool = True,
) -> Iterator[Any]:
    """Binds and runs a function, a block or a script."""
    code: Code = block.code
    name, script = callee.name, callee.script
    check_depth(caller.depth + 1)
    scope = Scope(caller.scope, is_script=script is not None) if new_scope else caller.scope
    if isinstance(block.closure, dict) and new_scope:
        scope.variables.update({key: Cell(cell.name, cell.value) for key, cell in block.closure.items()})
    frame = caller.derive(
        scope=scope, block=block, depth=caller.depth + 1, advanced=code.advanced, position=None,
        activity=name if code.advanced else "", invocation_name=callee.called or name, common=CaselessDict(),
        command_name="" if script is not None else name, called_at=caller.position,
    )  # fmt: skip
    if script is not None:
        frame.script = script
    elif block.file is not None:
        frame.script = block.file
    binder = Binder(frame, code.formals, _common(code), default_set=code.default_set)
    try:
        binder.bind(arguments, lenient=not code.advanced)
        left = binder.bind_positional()
        defaults_by_name.bind(caller, binder, name if code.advanced else "")
        if code.advanced:
            binder.refuse(left)
        binder.check_mandatory(pipeline=given is not None)
    except PsError as failure:
        failure.record.position, failure.record.placed = failure.record.position or caller.position, True
        failure.record.activity = failure.record.activity or name
        failure.record.header = failure.record.header or script or name
        _own_id(failure, name)
        raise
    frame.args = left
    frame.bound = _bound(binder, binder.bound)
    frame.parameter_set = binder.parameter_set
    _preferences(scope, binder.common_bound)
    frame.collectors = collecting.collectors(caller, binder.common_bound)
    _declare(frame, code, binder)
    try:
        yield from collecting.output(caller, binder.common_bound, _run_parts(frame, code, binder, given))
    except PsError as failure:
        if failure.record.has_no_place:
            failure.record.position = caller.position
        raise


def _bound(binder: Binder, bound: CaselessDict) -> Table:
    """$PSBoundParameters: what was given, common parameters among it."""
    kind = "System.Management.Automation.PSBoundParametersDictionary"
    return Table({**dict(bound), **dict(binder.common_bound)}, type_name=kind)


def _own_id(failure: PsError, name: str) -> None:
    if "," not in failure.record.fully_qualified_error_id and name:
        failure.record.fully_qualified_error_id += "," + name


def _common(code: Code) -> list[binding.Formal]:
    return [*binding.COMMON, *binding.SHOULD_PROCESS] if code.advanced else []


def _preferences(scope: Scope, given: CaselessDict) -> None:
    """Common parameters of an advanced function become preference variables in its scope."""
    for parameter, variable in _PREFERENCES.items():
        if parameter in given:
            value = given[parameter]
            scope.assign(variable, bool(value) if isinstance(value, SwitchParameter) else value)
    for switch in ("Verbose", "Debug"):
        if switch in given:
            scope.assign(f"{switch}Preference", "Continue" if given[switch] else "SilentlyContinue")


def _declare(frame: "Frame", code: Code, binder: Binder) -> None:
    """Makes the parameters variables of the scope, those not given with their defaults."""
    for name, type_name, default in code.defaults:
        folded = name.lower()
        if name in binder.bound:
            value = binder.bound[name]
        elif default is not None:
            frame.scope.variables[folded] = Cell(name)
            value = default(frame)
            if type_name:
                value = frame.convert(value, type_name)
        else:
            value = _absent(type_name)
        frame.scope.variables[folded] = Cell(name, value, "" if type_name.endswith("SwitchParameter") else type_name)


def _absent(type_name: str) -> Any:
    if type_name.endswith("SwitchParameter"):
        return SwitchParameter(False)
    if type_name in {"System.Int32", "System.Int64", "System.Byte", "System.UInt32", "System.Double"}:
        return 0
    return {"System.String": "", "System.Boolean": False}.get(type_name)


def _run_parts(frame: "Frame", code: Code, binder: Binder, given: Iterable[Any] | None) -> Iterator[Any]:
    takes_items = any(one.from_value or one.from_property for one in code.formals)
    frame.input = ()
    if code.process is None and not (takes_items and given is not None):
        if given:
            frame.input = pipeline_input(given if isinstance(given, StandardInput) else list(given))
        for steps in (code.begin, code.last):
            if steps is not None:
                with contextlib.suppress(ReturnFlow):
                    yield from run_steps(frame, steps)
        return
    if code.begin is not None:
        with contextlib.suppress(ReturnFlow):
            yield from run_steps(frame, code.begin)
    yield from _run_items(frame, code, binder, given)
    if code.last is not None:
        with contextlib.suppress(ReturnFlow):
            yield from run_steps(frame, code.last)


def _run_items(frame: "Frame", code: Code, binder: Binder, given: Iterable[Any] | None) -> Iterator[Any]:
    if given is None:
        if code.process is not None:
            with contextlib.suppress(ReturnFlow):
                yield from run_steps(frame, code.process)
        return
    for item in given:
        frame.underscore = item
        frame.input = pipeline_input([item])
        if any(one.from_value or one.from_property for one in code.formals):
            try:
                made = binding.bind_item(binder, item)
            except PsError as failure:
                frame.write_error(failure.record)
                continue
            for name, value in made.items():
                frame.scope.assign(name, value)
            frame.bound = _bound(binder, made)
        if code.process is not None:
            with contextlib.suppress(ReturnFlow):
                yield from run_steps(frame, code.process)
