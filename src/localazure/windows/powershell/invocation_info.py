"""$MyInvocation, $PSCmdlet and $ExecutionContext: what a place in a script can know of itself."""

import ntpath
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import values
from localazure.windows.powershell.errors import CommandEnded, ErrorRecord
from localazure.windows.powershell.text import to_text

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_A = "System.Management.Automation."


def script_folder(frame: "Frame") -> str:
    """$PSScriptRoot: empty where the text came from no file."""
    return ntpath.dirname(frame.script or "")


def my_invocation(frame: "Frame") -> values.PsObject:
    """$MyInvocation."""
    file, place = frame.script or "", frame.called_at
    info: dict[str, object] = {
        "MyCommand": _my_command(frame, file),
        "BoundParameters": frame.bound,
        "UnboundArguments": values.PsList(frame.args),
        "InvocationName": frame.invocation_name,
        "ScriptName": place.file if place is not None and place.file else "",
        "ScriptLineNumber": place.line if place is not None else 0,
        "OffsetInLine": place.column if place is not None else 0,
        "Line": place.source_line if place is not None else "",
        "PSScriptRoot": script_folder(frame),
        "PSCommandPath": file,
        "ExpectingInput": bool(frame.input),
    }
    return values.PsObject.typed(_A + "InvocationInfo", info)


def _my_command(frame: "Frame", file: str) -> values.PsObject:
    is_file = not frame.command_name and bool(file)
    kind = "Function" if frame.command_name else "ExternalScript" if is_file else "Script"
    name = frame.command_name or ntpath.basename(file)
    block = frame.block
    properties: dict[str, object] = {
        "Name": name,
        "CommandType": values.EnumValue(_A + "CommandTypes", kind, {"Function": 2, "ExternalScript": 16}.get(kind, 64)),
        "Definition": file if is_file else to_text(block),
        "ScriptBlock": block,
    }
    if is_file:
        properties |= {"Path": file, "Source": file}
    return values.PsObject.typed(f"{_A}{kind}Info", properties, text=file if is_file else name)


def cmdlet(frame: "Frame") -> values.PsObject | None:
    """$PSCmdlet: what an advanced function is given of itself, nothing in any other."""
    if not frame.advanced:
        return None

    def own(record: ErrorRecord) -> ErrorRecord:
        record.activity, record.position = frame.command_name, frame.called_at
        if "," not in record.fully_qualified_error_id:
            record.fully_qualified_error_id += f",{frame.command_name}"
        return record

    def throw(record: ErrorRecord) -> None:
        raise CommandEnded(own(record))

    def write_error(record: ErrorRecord) -> None:
        frame.write_error(own(record))

    methods: dict[str, Callable[..., object]] = {
        "ShouldProcess": lambda *said: _should_process(frame, *said),
        "ShouldContinue": lambda *_: True,
        "ThrowTerminatingError": throw,
        "WriteError": write_error,
        "WriteVerbose": lambda text: frame.write_verbose(to_text(text)),
        "WriteWarning": lambda text: frame.write_warning(to_text(text)),
        "WriteDebug": lambda text: frame.write_debug(to_text(text)),
        "GetVariableValue": lambda name, *_: frame.get_variable(to_text(name)),
    }
    properties = {
        "MyInvocation": my_invocation(frame),
        "ParameterSetName": frame.parameter_set,
        "SessionState": _session_state(frame),
    }
    return values.PsObject.typed(_A + "PSScriptCmdlet", properties, methods)


def _should_process(frame: "Frame", target: Any = "", action: Any = None, *_: Any) -> bool:
    if not frame.get_variable("WhatIfPreference"):
        return True
    shown = to_text(action) if action is not None else frame.command_name
    frame.host.write(f'What if: Performing the operation "{shown}" on target "{to_text(target)}".\n')
    return False


def location(frame: "Frame") -> values.PsObject:
    """$PWD."""
    path = frame.location
    info = {"Drive": path.partition(":")[0], "Path": path, "ProviderPath": path}
    return values.PsObject.typed(_A + "PathInfo", info, text=path)


def execution_context(frame: "Frame") -> values.PsObject:
    """$ExecutionContext."""

    def expand(text: object) -> str:
        quoted = to_text(text).replace("`", "``").replace('"', '`"')
        return to_text(frame.evaluate(frame.make_block(f'"{quoted}"')))

    invoke = values.PsObject.typed(
        _A + "CommandInvocationIntrinsics",
        methods={"ExpandString": expand, "InvokeScript": lambda text, *_: list(frame.run_text(to_text(text)))},
    )
    return values.PsObject.typed(
        _A + "EngineIntrinsics", {"InvokeCommand": invoke, "SessionState": _session_state(frame)}
    )


def _session_state(frame: "Frame") -> values.PsObject:
    def resolve(path: object) -> str:
        return ntpath.normpath(ntpath.join(frame.location, to_text(path)))

    path = values.PsObject.typed(
        _A + "PathIntrinsics",
        {"CurrentLocation": values.Getter(lambda _: location(frame))},
        {"GetUnresolvedProviderPathFromPSPath": resolve},
    )
    variable = values.PsObject.typed(
        _A + "PSVariableIntrinsics",
        methods={
            "GetValue": lambda name, *_: frame.get_variable(to_text(name)),
            "Set": lambda name, value: frame.set_variable(to_text(name), value),
        },
    )
    return values.PsObject.typed(_A + "SessionState", {"Path": path, "PSVariable": variable})
