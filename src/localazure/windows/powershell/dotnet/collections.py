"""Arrays, ArrayList, List[T], Queue, Stack and HashSet."""

from collections.abc import Iterable
from functools import cmp_to_key
from typing import Any

from localazure.windows.powershell.dotnet.building import Members, declare, out_of_range, with_engine
from localazure.windows.powershell.enumerators import Enumerator
from localazure.windows.powershell.numbers import INTEGERS
from localazure.windows.powershell.types import DotnetType
from localazure.windows.powershell.values import Char, PsError, PsList, Table, TypedArray, error

_GENERIC = "System.Collections.Generic."
_FIXED = "Collection was of a fixed size."


def _growing(items: list[Any]) -> list[Any]:
    """The list, if it is one that grows.

    Raises:
        PsError: NotSupportedException, it is an array.
    """
    if not isinstance(items, PsList):
        raise error("System.NotSupportedException", _FIXED)
    return items


def _fitting(engine: Any, items: list[Any], value: object) -> Any:
    """The value as the element type of a List[T] takes it."""
    element = items.element if isinstance(items, PsList) else ""
    return engine.convert(value, element) if element else value


def _add(engine: Any, items: list[Any], value: object) -> int | None:
    _growing(items).append(_fitting(engine, items, value))
    is_array_list = isinstance(items, PsList) and items.type_name == "System.Collections.ArrayList"
    return len(items) - 1 if is_array_list else None


def _at(index: Any, *, most: int) -> int:
    if not 0 <= int(index) <= most:
        text = "Index was out of range. Must be non-negative and less than the size of the collection."
        raise out_of_range(text, "index")
    return int(index)


def _clear(items: list[Any]) -> None:
    """A list is empty afterwards; an array keeps its places, with nothing in them."""
    if isinstance(items, PsList):
        items.clear()
    else:
        element = items.element if isinstance(items, TypedArray) else ""
        items[:] = [_ZEROS.get(element)] * len(items)


def _remove_at(items: list[Any], index: Any) -> None:
    del _growing(items)[_at(index, most=len(items) - 1)]


def _insert(engine: Any, items: list[Any], index: Any, value: object) -> None:
    _growing(items).insert(_at(index, most=len(items)), _fitting(engine, items, value))


def position(items: list[Any], value: object) -> int:
    """Where a value is among items, -1 where it is not, by Equals() of .NET: types and letter case count."""
    return next((at for at, item in enumerate(items) if type(item) is type(value) and item == value), -1)


def _remove(items: list[Any], value: object) -> bool | None:
    at = position(_growing(items), value)
    if at >= 0:
        del items[at]
    return None if isinstance(items, PsList) and items.type_name.endswith("ArrayList") else at >= 0


def _sorted(engine: Any, items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=cmp_to_key(engine.compare))


def _sort(engine: Any, items: list[Any], *_comparer: object) -> None:
    items[:] = _sorted(engine, items)


def _copy(items: list[Any]) -> Any:
    if isinstance(items, PsList):
        return PsList(items, items.type_name, items.element)
    return TypedArray(items, items.element) if isinstance(items, TypedArray) else list(items)


def _array(items: list[Any]) -> list[Any]:
    element = items.element if isinstance(items, PsList) else ""
    return TypedArray(items, element) if element else list(items)


def _remove_range(items: list[Any], index: int, count: int) -> None:
    del _growing(items)[int(index) : int(index) + int(count)]


def _range(items: list[Any], index: int, count: int) -> PsList:
    return PsList(items[int(index) : int(index) + int(count)])


def _copy_to(items: list[Any], target: list[Any], index: int = 0) -> None:
    target[index : index + len(items)] = items


def _as_items(value: Any) -> list[Any]:
    if value is None or isinstance(value, int):
        return []
    return list(value.values() if isinstance(value, Table) else value)


LIST = declare(
    "System.Collections.IList",
    Members(
        methods={
            "Add": with_engine(_add),
            "AddRange": lambda items, more: _growing(items).extend(_as_items(more)),
            "Clear": _clear,
            "Clone": _copy,
            "Contains": lambda items, value: position(items, value) >= 0,
            "CopyTo": _copy_to,
            "GetEnumerator": Enumerator,
            "GetLength": lambda items, _dimension: len(items),
            "GetRange": _range,
            "GetUpperBound": lambda items, _dimension: len(items) - 1,
            "GetLowerBound": lambda _items, _dimension: 0,
            "GetValue": lambda items, index: items[_at(index, most=len(items) - 1)],
            "SetValue": lambda items, value, index: items.__setitem__(_at(index, most=len(items) - 1), value),
            "IndexOf": position,
            "LastIndexOf": lambda items, value: (
                len(items) - 1 - at if (at := position(items[::-1], value)) >= 0 else -1
            ),
            "Insert": with_engine(_insert),
            "InsertRange": lambda items, index, more: items.__setitem__(slice(int(index), int(index)), _as_items(more)),
            "Remove": _remove,
            "RemoveAt": _remove_at,
            "RemoveRange": _remove_range,
            "Reverse": lambda items: items.reverse(),
            "Sort": with_engine(_sort),
            "ToArray": _array,
        },
        get={"Count": len, "Rank": lambda _items: 1, "IsFixedSize": lambda items: not isinstance(items, PsList)},
    ),
)
ARRAY = declare(
    "System.Array",
    Members(
        static={
            "Reverse": lambda items: items.reverse(),
            "Sort": with_engine(_sort),
            "IndexOf": position,
            "Copy": lambda source, *args: _array_copy(source, args),
            "Clear": lambda items, start, count: items.__setitem__(slice(start, start + count), [None] * count),
            "CreateInstance": lambda kind, size: new_array(kind.name, size),
        },
        get={"Length": len, "LongLength": len},
    ),
    aliases=("array",),
)


def _array_copy(source: Any, args: tuple[Any, ...]) -> None:
    """Copy(source, target, count) or Copy(source, start, target, start, count)."""
    begin, target, at, count = (args[0], args[1], args[2], args[3]) if len(args) == 4 else (0, args[0], 0, args[1])
    if at + count > len(target):
        text = "Destination array was not long enough. Check destIndex and length, and the array's lower bounds."
        raise error("System.ArgumentException", text)
    target[at : at + count] = source[begin : begin + count]


_ZEROS: dict[str, object] = {
    **{name: made(0) for name, (_, _, made, _) in INTEGERS.items()},
    "System.Boolean": False,
    "System.Char": Char("\0"),
    "System.Double": 0.0,
}


def new_array(element: str, size: int) -> Any:
    if element == "System.Byte":
        return bytearray(int(size))
    return TypedArray([_ZEROS.get(element)] * int(size), element)


def _byte_array(size: Any = 0) -> bytearray:
    return bytearray(int(size)) if isinstance(size, int) else bytearray(size)


BYTES = declare(
    "System.Byte[]",
    Members(
        new=_byte_array,
        methods={
            "Clone": bytearray,
            "CopyTo": lambda data, target, at=0: target.__setitem__(slice(at, at + len(data)), data),
            "GetValue": lambda data, index: data[index],
            "GetLength": lambda data, _dimension: len(data),
            "GetUpperBound": lambda data, _dimension: len(data) - 1,
        },
        get={"Length": len, "Count": len, "LongLength": len},
    ),
    aliases=("byte[]",),
    base="System.Array",
    python=bytearray,
)


def _listed(name: str, *, also: tuple[str, ...] = (), **members: Any) -> DotnetType:
    """A collection kept in a PsList of that type name, with members of its own beside IList's."""

    def new(source: Any = None, *_comparer: object) -> PsList:
        return PsList(_as_items(source), name)

    return declare(name, Members(new=new, **members), aliases=also, base="System.Collections.IList")


def _empty(what: str) -> PsError:
    return error("System.InvalidOperationException", f"{what} empty.")


def _first(items: list[Any], *, keep: bool) -> Any:
    if not items:
        raise _empty("Queue")
    return items[0] if keep else items.pop(0)


def _top(items: list[Any], *, keep: bool) -> Any:
    """A stack's newest item comes first, which is also how it is enumerated."""
    if not items:
        raise _empty("Stack")
    return items[0] if keep else items.pop(0)


def _add_once(items: list[Any], value: object) -> bool:
    if position(items, value) >= 0:
        return False
    items.append(value)
    return True


def _new_set(*args: Any) -> PsList:
    made = PsList(type_name=f"{_GENERIC}HashSet`1")
    for value in _as_items(next((one for one in args if isinstance(one, list)), None)):
        _add_once(made, value)
    return made


_QUEUE = {
    "Enqueue": lambda items, value: items.append(value),
    "Dequeue": lambda items: _first(items, keep=False),
    "Peek": lambda items: _first(items, keep=True),
}
_STACK = {
    "Push": lambda items, value: items.insert(0, value),
    "Pop": lambda items: _top(items, keep=False),
    "Peek": lambda items: _top(items, keep=True),
}
ARRAY_LIST = _listed("System.Collections.ArrayList")
GENERIC_LIST = _listed(f"{_GENERIC}List`1", also=(f"{_GENERIC}List",))
QUEUE = _listed("System.Collections.Queue", methods=_QUEUE)
GENERIC_QUEUE = _listed(f"{_GENERIC}Queue`1", also=(f"{_GENERIC}Queue",), methods=_QUEUE)
STACK = _listed("System.Collections.Stack", methods=_STACK)
GENERIC_STACK = _listed(f"{_GENERIC}Stack`1", also=(f"{_GENERIC}Stack",), methods=_STACK)
HASH_SET = declare(
    f"{_GENERIC}HashSet`1",
    Members(
        new=_new_set,
        methods={
            "Add": _add_once,
            "UnionWith": lambda items, more: [_add_once(items, value) for value in _as_items(more)] and None,
            "ExceptWith": lambda items, less: items.__setitem__(
                slice(None), [item for item in items if position(_as_items(less), item) < 0]
            ),
            "IntersectWith": lambda items, other: items.__setitem__(
                slice(None), [item for item in items if position(_as_items(other), item) >= 0]
            ),
        },
    ),
    aliases=(f"{_GENERIC}HashSet",),
    base="System.Collections.IList",
)
