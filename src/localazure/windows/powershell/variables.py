"""Reading and writing variables by name: scopes, drives, and those PowerShell makes itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import invocation_info
from localazure.windows.powershell.enumerators import pipeline_input
from localazure.windows.powershell.scopes import SCOPE_NAMES, Cell, check_writable, split_name
from localazure.windows.powershell.values import CaselessDict, PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

Reader = Callable[["Frame"], Any]


AUTOMATIC: dict[str, Reader] = {
    "true": lambda _: True,
    "false": lambda _: False,
    "null": lambda _: None,
    "_": lambda frame: frame.underscore,
    "psitem": lambda frame: frame.underscore,
    "args": lambda frame: frame.args,
    "input": lambda frame: frame.input or pipeline_input(()),
    "?": lambda frame: frame.engine.last_ok,
    "myinvocation": invocation_info.my_invocation,
    "psboundparameters": lambda frame: frame.bound,
    "pscmdlet": invocation_info.cmdlet,
    "pwd": invocation_info.location,
    "psscriptroot": invocation_info.script_folder,
    "pscommandpath": lambda frame: frame.script or "",
    "executioncontext": invocation_info.execution_context,
    "pid": lambda frame: frame.host.process_id,
}


def reader(name: str) -> Reader:
    """A function that reads the variable of that name, worked out once."""
    prefix, plain = split_name(name)
    folded = plain.lower()
    if not prefix and folded in AUTOMATIC:
        return AUTOMATIC[folded]
    if not prefix or prefix == "variable":
        return lambda frame: _value(frame.scope.find(folded))
    if prefix in {"local", "private"}:
        return lambda frame: _value(frame.scope.variables.get(folded))
    if prefix in SCOPE_NAMES:
        return lambda frame: _value(frame.scope.named(prefix).find(folded))
    return _drive_reader(prefix, plain, name)


def _drive_reader(prefix: str, plain: str, name: str) -> Reader:
    if prefix == "env":
        return lambda frame: frame.environment_variable(plain)
    if prefix == "function":
        return lambda frame: frame.scope.function(plain.lower())
    if prefix == "alias":
        return lambda frame: frame.aliases().get(plain)
    if prefix == "using":
        return reader(plain)

    def unknown(frame: "Frame") -> Any:
        content = frame.drive_content(prefix, plain)
        return content if content is not None else _value(frame.scope.find(name.lower()))

    return unknown


def _value(cell: Cell | None) -> Any:
    return None if cell is None else cell.value


def assign(frame: "Frame", name: str, value: Any) -> None:
    """$name = value.

    Raises:
        PsError: the variable is read-only, or bound to a type that the value is not.
    """
    prefix, plain = split_name(name)
    folded = plain.lower()
    if prefix == "env":
        frame.set_environment_variable(plain, value)
    elif prefix == "function":
        frame.scope.functions[folded] = (plain, frame.convert(value, "scriptblock"))
    elif folded in {"_", "psitem"}:
        frame.underscore = value
    elif folded in {"true", "false", "?"}:
        message = f"Cannot overwrite variable {plain} because it is read-only or constant."
        kind = "System.Management.Automation.SessionStateUnauthorizedAccessException"
        raise error(kind, message, "VariableNotWritable", "WriteError", plain)
    elif folded != "null":
        _store(frame, prefix, plain if prefix else name, folded, value)


def _store(frame: "Frame", prefix: str, plain: str, folded: str, value: Any) -> None:
    scope = frame.scope.named(prefix) if prefix in SCOPE_NAMES else frame.scope
    if folded == "args" and not prefix:
        frame.args = list(value) if isinstance(value, list) else [value]
        return
    cell = scope.variables.get(folded)
    if cell is None:
        scope.variables[folded] = Cell(plain, value, options="Private" if prefix == "private" else "")
        return
    if cell.options:
        check_writable(cell)
    cell.value = typed(frame, value, cell.type_name) if cell.type_name else value


def typed(frame: "Frame", value: Any, type_name: str) -> Any:
    """A value for a variable that is bound to a type."""
    try:
        return frame.convert(value, type_name)
    except PsError as failure:
        kind = "System.Management.Automation.ArgumentTransformationMetadataException"
        raise error(kind, failure.record.message, "RuntimeException", "MetadataError") from failure


def visible(frame: "Frame", scope: str | None) -> CaselessDict:
    """Every variable in sight from a frame, or those of one scope."""
    found = CaselessDict()
    chain = frame.scope.chain() if scope is None else [frame.scope.named(scope)]
    for one in reversed(chain):
        for cell in one.variables.values():
            found[cell.name] = cell.value
    return found
