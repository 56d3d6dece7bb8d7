"""Select-Object, Sort-Object, Get-Unique."""

from collections import deque
from collections.abc import Iterator
from functools import cmp_to_key
from itertools import islice
from typing import Any

from localazure.windows.powershell.cmdlets.common import (
    INPUT,
    UTILITY,
    Wanted,
    as_list,
    inputs,
    spread,
    typed_copy,
    wanted_properties,
)
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.formatting.properties import property_names
from localazure.windows.powershell.regexes import wildcard_regex
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsError, PsObject, Table


@command(
    "Select-Object",
    aliases=("select",),
    module=UTILITY,
    parameters=(
        INPUT,
        Parameter("Property", position=0),
        Parameter("ExcludeProperty"),
        Parameter("ExpandProperty", kind=str),
        Parameter("Unique", switch=True),
        Parameter("Last", kind=int),
        Parameter("First", kind=int),
        Parameter("Skip", kind=int),
        Parameter("SkipLast", kind=int),
        Parameter("Index"),
        Parameter("Wait", switch=True),
    ),
)
def select_object(call: Call) -> Iterator[object]:
    """Some of the objects, some of their properties, or what a property holds."""
    seen: list[Any] = []
    for item in _some(call):
        for made in _shaped(call, item):
            if not call.switch("Unique"):
                yield made
            elif not any(_same(call.engine, made, other) for other in seen):
                seen.append(made)
                yield made


def _some(call: Call) -> Iterator[Any]:
    items = inputs(call)
    if "Index" in call.parameters:
        wanted = {int(at) for at in as_list(call.get("Index"))}
        return (item for at, item in enumerate(items) if at in wanted)
    skip, first, last = (call.get(name) for name in ("Skip", "First", "Last"))
    if "SkipLast" in call.parameters:
        held = list(items)
        return iter(held[: max(len(held) - int(call.get("SkipLast")), 0)])
    if last is not None and first is None:
        held = list(items)
        held = held[: len(held) - int(skip)] if skip else held
        return iter(deque(held, maxlen=int(last)))
    items = islice(items, int(skip), None) if skip else items
    if first is not None and last is not None:
        held = list(items)
        return iter(held[: int(first)] + held[max(len(held) - int(last), int(first)) :])
    return islice(items, int(first)) if first is not None else items


def _shaped(call: Call, item: Any) -> Iterator[Any]:
    if "ExpandProperty" in call.parameters:
        yield from _expanded(call, item)
    elif "Property" in call.parameters or "ExcludeProperty" in call.parameters:
        yield _selected(call, item)
    else:
        yield item


def _expanded(call: Call, item: Any) -> Iterator[Any]:
    name = call.get("ExpandProperty")
    if not call.engine.has_property(item, name):
        text = f'Property "{name}" cannot be found.'
        call.error(
            "System.Management.Automation.PSArgumentException", text, "ExpandPropertyNotFound", "InvalidArgument", item
        )
        return
    value = call.engine.get_property(item, name)
    yield from value if isinstance(value, list) else [value]


def _selected(call: Call, item: Any) -> PsObject:
    engine = call.engine
    wanted = wanted_properties(call.get("Property", "*"))
    excluded = [wildcard_regex(to_text(name)) for name in as_list(call.get("ExcludeProperty"))]
    made: dict[str, Any] = {}
    for one in spread(wanted, item, engine):
        if any(pattern.match(one.title) for pattern in excluded):
            continue
        made[one.title] = _value(engine, one, item)
    return typed_copy(item, made, engine)


def _value(engine: EngineApi, one: Wanted, item: Any) -> Any:
    if isinstance(item, Table) and not one.options and not engine.has_property(item, one.title):
        return item.get(one.title)
    try:
        return one.read(engine, item)
    except PsError as failure:
        if failure.stops_script:
            raise
        return None


def _same(engine: EngineApi, left: Any, right: Any) -> bool:
    if isinstance(left, PsObject) and isinstance(right, PsObject):
        names = property_names(left, engine)
        if names != property_names(right, engine):
            return False
        return all(_same(engine, left.get(name), right.get(name)) for name in names) if names else left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return engine.equals(left, right)


@command(
    "Sort-Object",
    aliases=("sort",),
    module=UTILITY,
    parameters=(
        INPUT,
        Parameter("Property", position=0),
        Parameter("Descending", switch=True),
        Parameter("Unique", switch=True),
        Parameter("CaseSensitive", switch=True),
        Parameter("Culture", kind=str),
    ),
)
def sort_object(call: Call) -> Iterator[object]:
    """The objects in order, those that are equal in the order they came."""
    items = [item for item in inputs(call) if item is not None]
    keys = wanted_properties(call.get("Property"))
    ordered = sorted(items, key=cmp_to_key(lambda left, right: _order(call, keys, left, right)))
    last: Any = None
    for at, item in enumerate(ordered):
        if not call.switch("Unique") or at == 0 or _order(call, keys, last, item) != 0:
            yield item
            last = item


def _order(call: Call, keys: list[Wanted], left: Any, right: Any) -> int:
    if not keys:
        return _compare(call, left, right) * (-1 if call.switch("Descending") else 1)
    for key in keys:
        found = _compare(call, key.read(call.engine, left), key.read(call.engine, right))
        if found:
            return -found if _descends(call, key) else found
    return 0


def _descends(call: Call, key: Wanted) -> bool:
    if "descending" in key.options:
        return bool(key.options["descending"])
    return not key.options["ascending"] if "ascending" in key.options else call.switch("Descending")


def _compare(call: Call, left: Any, right: Any) -> int:
    if left is None or right is None:
        return (left is not None) - (right is not None)
    try:
        return call.engine.compare(left, right, case_sensitive=call.switch("CaseSensitive"))
    except PsError:
        one, two = to_text(left).lower(), to_text(right).lower()
        return (one > two) - (one < two)


@command("Get-Unique", aliases=("gu",), module=UTILITY, parameters=(
    INPUT,
    Parameter("AsString", switch=True),
    Parameter("OnType", switch=True),
))  # fmt: skip
def get_unique(call: Call) -> Iterator[object]:
    """Objects that differ from the one before."""
    last: Any = None
    started = False
    for item in inputs(call):
        if call.switch("OnType"):
            key: Any = call.engine.type_name(item)
        else:
            key = to_text(item) if call.switch("AsString") or isinstance(item, str) else item
        if not started or not _same(call.engine, key, last):
            yield item
        last, started = key, True
