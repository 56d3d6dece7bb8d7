"""value[index], read and written."""

from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import values
from localazure.windows.powershell.conversions import to_number
from localazure.windows.powershell.type_names import type_name
from localazure.windows.powershell.values import PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi

_RUNTIME = "System.Management.Automation.RuntimeException"


def _null_array() -> PsError:
    return error(_RUNTIME, "Cannot index into a null array.", "NullArray", "InvalidOperation")


def get_index(engine: "EngineApi", target: Any, index: Any) -> Any:
    """target[index]: what is out of range is $null; several indexes give a list.

    Raises:
        PsError: the target is $null, or the index no number where one is needed.
    """
    if target is None:
        raise _null_array()
    if isinstance(index, list) and not isinstance(target, values.PsObject):
        found = [_one(target, item) for item in index]
        return (
            found
            if isinstance(target, values.Table)
            else [item for item, there in zip(found, index, strict=True) if _inside(target, there)]
        )
    if isinstance(target, values.PsObject):
        return _object_item(engine, target, index)
    return _one(target, index)


def _inside(target: Any, index: object) -> bool:
    return -len(target) <= round(to_number(index)) < len(target)


def _object_item(engine: "EngineApi", target: values.PsObject, index: Any) -> Any:
    for name in ("get_Item", "Item"):
        if name in target.methods or engine.types.instance_member(engine.type_names(target), "method", name):
            return engine.call_method(target, name, index)
    if target.base is not None:
        return get_index(engine, target.base, index)
    if isinstance(index, int) and index in {0, -1}:
        return target
    message = f"Unable to index into an object of type {target.type_name}."
    raise error(_RUNTIME, message, "CannotIndex", "InvalidOperation", index)


def _one(target: Any, index: Any) -> Any:
    if isinstance(target, values.Table):
        return _entry(target, index)
    by_name = getattr(target, "item", None)
    if callable(by_name) and not isinstance(index, int):
        return by_name(index)
    if isinstance(target, str | list | tuple | bytearray):
        return _item(target, round(to_number(index)))
    if isinstance(index, int) and index in {0, -1}:
        return target
    message = f"Unable to index into an object of type {type_name(target)}."
    raise error(_RUNTIME, message, "CannotIndex", "InvalidOperation", index)


def _entry(target: values.Table, index: Any) -> Any:
    if target.ordered and isinstance(index, int) and index not in target:
        items = list(target.values())
        return items[index] if -len(items) <= index < len(items) else None
    return target.get(index)


def _item(target: Any, at: int) -> Any:
    if not -len(target) <= at < len(target):
        return None
    if isinstance(target, bytearray):
        return values.Byte(target[at])
    return values.Char(target[at]) if isinstance(target, str) else target[at]


def set_index(engine: "EngineApi", target: Any, index: Any, value: Any) -> None:
    """target[index] = value.

    Raises:
        PsError: there is no such place.
    """
    if target is None:
        raise _null_array()
    if isinstance(target, values.Table):
        _set_entry(target, index, value)
    elif isinstance(target, list | bytearray):
        _set_item(engine, target, index, value)
    elif isinstance(target, values.PsObject):
        engine.call_method(target, "set_Item", index, value)
    else:
        message = f"Unable to index into an object of type {type_name(target)}."
        raise error(_RUNTIME, message, "CannotIndex", "InvalidOperation", index)


def _set_entry(target: values.Table, index: Any, value: Any) -> None:
    if target.ordered and isinstance(index, int) and index not in target and -len(target) <= index < len(target):
        target[list(target)[index]] = value
        return
    if index is None:
        raise error(
            "System.ArgumentNullException",
            "Index operation failed; the array index evaluated to null.",
            "NullArrayIndex",
            "InvalidOperation",
        )
    target[index] = value


def _set_item(engine: "EngineApi", target: Any, index: Any, value: Any) -> None:
    at = round(to_number(index))
    if not -len(target) <= at < len(target):
        inner = "Index was outside the bounds of the array."
        raise error("System.IndexOutOfRangeException", inner, "System.IndexOutOfRangeException", "OperationStopped")
    if isinstance(target, values.TypedArray):
        value = engine.convert(value, target.element)
    elif isinstance(target, bytearray):
        value = engine.convert(value, "System.Byte")
    target[at] = value
