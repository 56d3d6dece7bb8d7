"""Set-StrictMode: what a script may no longer leave unsaid."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import members, values
from localazure.windows.powershell.enumerators import Enumerator
from localazure.windows.powershell.errors import Position, PsError, error
from localazure.windows.powershell.scopes import SCOPE_NAMES, split_name
from localazure.windows.powershell.variables import Reader, reader

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_A = "System.Management.Automation."
LATEST = 3
"""Version 3 and later have the same rules."""


def strict_reader(name: str, place: Callable[[], Position]) -> Reader:
    """A function that reads a variable for a script, which from version 1 on must have been set; not one of a drive."""
    read = reader(name)
    scope, plain = split_name(name)
    if scope and scope not in SCOPE_NAMES:
        return read

    def run(frame: "Frame") -> Any:
        value = read(frame)
        if value is None and frame.scope.strictness and not _is_set(frame, scope, plain):
            raise _unset(name, place())
        return value

    return run


def _is_set(frame: "Frame", scope: str, name: str) -> bool:
    if scope:
        return frame.scope.named(scope).find(name.lower()) is not None
    return frame.has_variable(name)


def _unset(name: str, place: Position) -> PsError:
    message = f"The variable '${name}' cannot be retrieved because it has not been set."
    failure = error(_A + "RuntimeException", message, "VariableIsUndefined", "InvalidOperation", name)
    failure.record.position = place
    return failure


def get_property(frame: "Frame", value: Any, name: str) -> Any:
    """value.name in a script: from version 2 on there must be such a property, and one object has no Count."""
    if frame.scope.strictness >= 2 and not _has(frame, value, name):
        message = f"The property '{name}' cannot be found on this object. Verify that the property exists."
        raise error(_A + "PropertyNotFoundException", message, "PropertyNotFoundStrict", "NotSpecified")
    return members.get_property(frame, value, name)


def _has(frame: "Frame", value: Any, name: str) -> bool:
    if members.has_property(frame, value, name):
        return True
    if isinstance(value, list | tuple):
        return name.lower() in {"count", "length"} or any(_has(frame, item, name) for item in value)
    return isinstance(value, Enumerator)


def get_index(frame: "Frame", target: Any, index: Any, found: Any) -> Any:
    """target[index] in a script: from version 3 on an array must have the place."""
    is_array = isinstance(target, list | bytearray) and isinstance(index, int)
    if found is None and is_array and frame.scope.strictness >= LATEST and not -len(target) <= index < len(target):
        message, kind = "Index was outside the bounds of the array.", "System.IndexOutOfRangeException"
        raise values.error(kind, message, kind, "OperationStopped")
    return found
