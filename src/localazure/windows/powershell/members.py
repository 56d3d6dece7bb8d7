"""Properties and methods of values."""

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import psobject, values
from localazure.windows.powershell.comparison import compare, equals
from localazure.windows.powershell.conversions import is_true, to_array
from localazure.windows.powershell.dotnet.collections import new_array
from localazure.windows.powershell.enumerators import Enumerator
from localazure.windows.powershell.errors import CommandEnded
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import full_name, type_name
from localazure.windows.powershell.types import Member
from localazure.windows.powershell.values import PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_A = "System.Management.Automation."
_MISSING: Any = object()


def find_property(frame: "Frame", value: Any, name: str) -> Any:
    """A property's value, or _MISSING."""
    if isinstance(value, values.Table) and name in value:
        return value[name]
    if isinstance(value, values.PsObject) and name in value.properties:
        return value.get(name)
    if name.lower() == "psobject":
        return psobject.member_set(frame, value)
    if name.lower() == "pstypenames":
        return psobject.type_names(frame, value)
    if isinstance(value, values.PsException) and name in values.CaselessDict(value.properties):
        return values.CaselessDict(value.properties)[name]
    getter = frame.types.instance_member(frame.member_types(value), "getter", name)
    if getter is not None:
        return getter(frame, value)
    if isinstance(value, values.PsObject) and value.base is not None:
        return find_property(frame, value.base, name)
    return _MISSING


def has_property(frame: "Frame", value: Any, name: str) -> bool:
    return value is not None and find_property(frame, value, name) is not _MISSING


def get_property(frame: "Frame", value: Any, name: str) -> Any:
    """value.name: of a list without such a property, that of its items; $null where there is none."""
    if value is None:
        return 0 if name.lower() in {"count", "length"} else None
    found = find_property(frame, value, name)
    if found is not _MISSING:
        return found
    if isinstance(value, list | tuple):
        if name.lower() in {"count", "length"}:
            return len(value)
        return _of_items(frame, value, name)
    if isinstance(value, Enumerator):
        return _of_items(frame, list(value), name)
    if name.lower() in {"count", "length"}:
        return len(value) if isinstance(value, values.Table | str | bytearray) else 1
    return None


def _of_items(frame: "Frame", items: Sequence[Any], name: str) -> Any:
    found: list[Any] = []
    for item in items:
        one = None if item is None else find_property(frame, item, name)
        if isinstance(item, list):
            one = get_property(frame, item, name)
        if one is _MISSING or one is None:
            continue
        found.extend(one if isinstance(one, list) else [one])
    return found if len(found) > 1 else (found[0] if found else None)


def set_property(frame: "Frame", value: Any, name: str, new: Any) -> None:
    """value.name = new.

    Raises:
        PsError: there is no such property, or it cannot be set.
    """
    if isinstance(value, values.Table):
        value[name] = new
        return
    if isinstance(value, values.PsObject) and name in value.properties:
        value.set(name, new)
        return
    setter = None if value is None else frame.types.instance_member(frame.member_types(value), "setter", name)
    if setter is not None:
        setter(frame, value, new)
        return
    if isinstance(value, list):
        for item in value:
            set_property(frame, item, name, new)
        return
    message = f"The property '{name}' cannot be found on this object. Verify that the property exists and can be set."
    raise error(_A + "RuntimeException", message, "PropertyNotFound", "InvalidOperation")


def call_method(frame: "Frame", value: Any, name: str, args: Sequence[Any]) -> Any:
    """value.name(args).

    Raises:
        PsError: there is no such method, no such overload, or it failed.
    """
    if value is None:
        message = "You cannot call a method on a null-valued expression."
        raise error(_A + "RuntimeException", message, "InvokeMethodOnNull", "InvalidOperation")
    bound = _find_method(frame, value, name)
    if bound is not None:
        return invoke_member(bound, name, args)
    if isinstance(value, list | tuple) and value and not isinstance(value, psobject.MemberList):
        found = [call_method(frame, item, name, args) for item in value]
        kept = [one for one in found if one is not None]
        return kept if len(kept) > 1 else (kept[0] if kept else None)
    message = f"Method invocation failed because [{type_name(value)}] does not contain a method named '{name}'."
    raise error(_A + "RuntimeException", message, "MethodNotFound", "InvalidOperation", name)


def _find_method(frame: "Frame", value: Any, name: str) -> Callable[..., Any] | None:
    if isinstance(value, values.PsObject) and name in value.methods:
        found = value.methods[name]
        return _block_method(frame, value, found) if isinstance(found, values.ScriptBlock) else found
    if isinstance(value, psobject.MemberList) and name.lower() == "remove":
        return value.remove_named
    if isinstance(value, psobject.MemberList) and name.lower() == "add":
        return value.add_member
    member = frame.types.instance_member(frame.member_types(value), "method", name)
    if member is not None:
        return _with_target(frame, member, value)
    if isinstance(value, values.PsObject) and value.base is not None:
        inner = _find_method(frame, value.base, name)
        if inner is not None:
            return inner
    if isinstance(value, values.Table) and isinstance(value.get(name), values.ScriptBlock):
        return None
    universal = _UNIVERSAL.get(name.lower())
    return None if universal is None else lambda *args: universal(frame, value, *args)


def _with_target(frame: "Frame", member: Member, value: Any) -> Callable[..., Any]:
    function = member.function

    def bound(*args: Any) -> Any:
        return function(frame, value, *args)

    bound.__signature__ = _without_first(function, 2)  # type: ignore[attr-defined]
    return bound


def _without_first(function: Callable[..., Any], count: int) -> inspect.Signature:
    signature = inspect.signature(function)
    return signature.replace(parameters=list(signature.parameters.values())[count:])


def _block_method(frame: "Frame", value: Any, block: values.ScriptBlock) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        found = list(frame.invoke_with(block, args, this=value))
        return found if len(found) > 1 else (found[0] if found else None)

    return run


def invoke_member(function: Callable[..., Any], name: str, args: Sequence[Any]) -> Any:
    """Calls a method, its failure worded as PowerShell words that of a .NET method."""
    try:
        inspect.signature(function).bind(*args)
    except TypeError:
        message = f'Cannot find an overload for "{name}" and the argument count: "{len(args)}".'
        raise error(_A + "MethodException", message, "MethodCountCouldNotFindBest") from None
    except ValueError:
        pass
    try:
        return function(*args)
    except PsError as failure:
        raise _wrapped(failure, name, len(args)) from failure


def _wrapped(failure: PsError, name: str, count: int) -> PsError:
    inner = failure.record.exception
    if failure.stops_script or isinstance(failure, CommandEnded) or inner.type_name.startswith(_A):
        return failure
    message = f'Exception calling "{name}" with "{count}" argument(s): "{inner.message}"'
    short = inner.type_name.rpartition(".")[2]
    return error(_A + "MethodInvocationException", message, short, inner=inner)


def call_static(frame: "Frame", literal: values.TypeLiteral, name: str, args: Sequence[Any]) -> Any:
    """[type]::name(args), ::new included."""
    kind = "constructor" if name.lower() == "new" else "static"
    if kind == "constructor" and literal.name.endswith("[]") and literal.name != "System.Byte[]":
        return new_array(literal.name.removesuffix("[]"), frame.convert(args[0], "System.Int32"))
    for one in frame.types.lineage(literal.name):
        member = one.member(kind, "new" if kind == "constructor" else name)  # type: ignore[arg-type]
        if member is not None:
            shown = ".ctor" if kind == "constructor" else member.name
            function = member.function

            def bound(*given: Any, _function: Callable[..., Any] = function) -> Any:
                return _function(frame, *given)

            bound.__signature__ = _without_first(function, 1)  # type: ignore[attr-defined]
            made = invoke_member(bound, shown, args)
            if kind == "constructor" and isinstance(made, values.PsList):
                made.element = literal.name.partition("[")[2].removesuffix("]")
            return made
    if literal.name.startswith("System.") and literal.name.endswith("Exception") and kind == "constructor":
        return new_exception(literal.name, args)
    message = f"Method invocation failed because [{literal.name}] does not contain a method named '{name}'."
    raise error(_A + "RuntimeException", message, "MethodNotFound", "InvalidOperation", name)


def new_exception(name: str, args: Sequence[Any]) -> values.PsException:
    message = to_text(args[0]) if args else f"Exception of type '{name}' was thrown."
    inner = args[1] if len(args) > 1 and isinstance(args[1], values.PsException) else None
    return values.PsException(name, message, inner)


def get_static(frame: "Frame", literal: values.TypeLiteral, name: str) -> Any:
    """[type]::name."""
    for one in frame.types.lineage(literal.name):
        if name in one.enum:
            spelled = next(key for key in one.enum if key.lower() == name.lower())
            return values.EnumValue(one.name, spelled, one.enum[name])
        member = one.member("static_getter", name)
        if member is not None:
            return member(frame)
    return None


def _type_of(_frame: "Frame", value: Any) -> values.TypeLiteral:
    return values.TypeLiteral(full_name(type_name(value)))


def _for_each(frame: "Frame", value: Any, action: Any, *args: Any) -> values.PsList:
    """The ForEach() every collection has: a block, a property, a method or a type."""
    made = values.PsList(
        type_name="System.Collections.ObjectModel.Collection`1", element="System.Management.Automation.PSObject"
    )
    for item in to_array(value):
        if isinstance(action, values.ScriptBlock):
            made.extend(frame.invoke(action, args, underscore=item))
        elif isinstance(action, values.TypeLiteral):
            made.append(frame.convert(item, action.name))
        elif args and has_property(frame, item, to_text(action)):
            set_property(frame, item, to_text(action), args[0])
        elif has_property(frame, item, to_text(action)):
            made.append(get_property(frame, item, to_text(action)))
        else:
            made.append(call_method(frame, item, to_text(action), args))
    return made


def _where(frame: "Frame", value: Any, block: Any, mode: Any = "Default", count: Any = 0) -> values.PsList:
    """The Where() every collection has, with its modes First, Last, SkipUntil, Until and Split."""
    items = to_array(value)
    kept = [item for item in items if is_true(frame.evaluate(block, underscore=item))]
    name = to_text(mode).lower()
    if name in {"first", "last"}:
        number = int(count) or 1
        kept = kept[:number] if name == "first" else kept[-number:]
    elif name in {"skipuntil", "until"}:
        at = next((place for place, item in enumerate(items) if any(item is one for one in kept)), len(items))
        kept = items[at:] if name == "skipuntil" else items[:at]
    elif name == "split":
        kept = [kept, [item for item in items if not any(item is one for one in kept)]]
    return values.PsList(kept, "System.Collections.ObjectModel.Collection`1", "System.Management.Automation.PSObject")


_UNIVERSAL: dict[str, Callable[..., Any]] = {
    "tostring": lambda _frame, value, *_args: _plain(value),
    "gettype": _type_of,
    "equals": lambda _frame, value, other: equals(value, other, case_sensitive=True),
    "compareto": lambda _frame, value, other: compare(value, other),
    "gethashcode": lambda _frame, value: hash(to_text(value)) & 0x7FFFFFFF,
    "foreach": _for_each,
    "where": _where,
}


def _plain(value: Any) -> str:
    """ToString() without a format."""
    if isinstance(value, list | bytearray):
        return type_name(value)
    return value.name if isinstance(value, values.TypeLiteral) else to_text(value)
