"""Group-Object, Measure-Object, Compare-Object."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from localazure.windows.powershell.cmdlets.common import INPUT, UTILITY, as_list, inputs, wanted_properties
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsError, PsList, PsObject, Table


@command(
    "Group-Object",
    aliases=("group",),
    module=UTILITY,
    parameters=(
        INPUT,
        Parameter("Property", position=0),
        Parameter("NoElement", switch=True),
        Parameter("AsHashTable", switch=True, aliases=("AHT",)),
        Parameter("AsString", switch=True),
        Parameter("CaseSensitive", switch=True),
    ),
)
def group_object(call: Call) -> Iterator[object]:
    """Objects gathered by the value of a property."""
    keys = wanted_properties(call.get("Property"))
    groups: dict[str, tuple[list[Any], list[Any]]] = {}
    for item in inputs(call):
        found = [key.read(call.engine, item) for key in keys] if keys else [item]
        text = "\0".join(to_text(value) for value in found)
        folded = text if call.switch("CaseSensitive") else text.lower()
        groups.setdefault(folded, (found, []))[1].append(item)
    if call.switch("AsHashTable"):
        if groups:
            as_text = call.switch("AsString")
            yield Table({to_text(found[0]) if as_text else found[0]: PsList(items) for found, items in groups.values()})
        return
    for found, items in groups.values():
        yield _group(found, items, elements=not call.switch("NoElement"))


def _group(found: list[Any], items: list[Any], *, elements: bool) -> PsObject:
    name = ", ".join(to_text(value) for value in found)
    properties: dict[str, object] = {"Values": PsList(found), "Count": len(items), "Group": PsList(items), "Name": name}
    made = PsObject.typed("Microsoft.PowerShell.Commands.GroupInfo", properties)
    if not elements:
        made.properties.pop("Group")
        made.type_names.insert(0, "Microsoft.PowerShell.Commands.GroupInfoNoElement")
    return made


@command(
    "Measure-Object",
    aliases=("measure",),
    module=UTILITY,
    parameters=(
        INPUT,
        Parameter("Property", position=0),
        *(
            Parameter(name, switch=True)
            for name in ("Sum", "Average", "Maximum", "Minimum", "Line", "Word", "Character")
        ),
        Parameter("IgnoreWhiteSpace", switch=True),
    ),
)
def measure_object(call: Call) -> Iterator[object]:
    """Counts objects; adds up, averages and bounds their values; counts lines, words and characters of text."""
    items = [item for item in inputs(call) if item is not None]
    if any(call.switch(name) for name in ("Line", "Word", "Character")):
        yield _text_measure(call, [to_text(item) for item in items])
        return
    names: list[str | None] = [to_text(name) for name in as_list(call.get("Property"))]
    for name in names or [None]:
        yield from _measured(call, items, name)


def _measured(call: Call, items: list[Any], name: str | None) -> Iterator[PsObject]:
    values = items if name is None else [call.engine.get_property(item, name) for item in items]
    values = [value for value in values if value is not None]
    if name is not None and not values:
        text = f'The property "{name}" cannot be found in the input for any objects.'
        call.error(
            "System.Management.Automation.PSArgumentException",
            text,
            "GenericMeasurePropertyNotFound",
            "InvalidArgument",
        )
        return
    sums = call.switch("Sum") or call.switch("Average")
    numbers = _numbers(call, values) if sums else []
    total = float(sum(numbers)) if numbers else 0.0 if sums else None
    yield PsObject.typed(
        "Microsoft.PowerShell.Commands.GenericMeasureInfo",
        {
            "Count": len(values),
            "Average": total / len(numbers) if numbers and total is not None and call.switch("Average") else None,
            "Sum": total if call.switch("Sum") else None,
            "Maximum": _extreme(call, values, 1) if call.switch("Maximum") else None,
            "Minimum": _extreme(call, values, -1) if call.switch("Minimum") else None,
            "Property": name,
        },
    )


def _numbers(call: Call, values: list[Any]) -> list[float]:
    made: list[float] = []
    for value in values:
        try:
            made.append(float(call.engine.convert(value, "System.Double")))
        except PsError:
            text = f'Input object "{to_text(value)}" is not numeric.'
            call.error(
                "System.Management.Automation.PSInvalidCastException",
                text,
                "NonNumericInputObject",
                "InvalidType",
                value,
            )
    return made


def _extreme(call: Call, values: list[Any], sign: int) -> Any:
    if not values:
        return None
    best = values[0]
    for value in values[1:]:
        if call.engine.compare(value, best) * sign > 0:
            best = value
    return float(best) if isinstance(best, int | float | Decimal) and not isinstance(best, bool) else best


def _text_measure(call: Call, texts: list[str]) -> PsObject:
    def size(text: str) -> int:
        return len(re.sub(r"\s", "", text)) if call.switch("IgnoreWhiteSpace") else len(text)

    counts: dict[str, Callable[[str], int]] = {
        "Lines": lambda text: len(re.findall(r"\n", text)) + (1 if text and not text.endswith("\n") else 0),
        "Words": lambda text: len(text.split()),
        "Characters": size,
    }
    switches = {"Lines": "Line", "Words": "Word", "Characters": "Character"}
    made: dict[str, object] = {
        name: sum(map(count, texts)) if call.switch(switches[name]) else None for name, count in counts.items()
    }
    return PsObject.typed("Microsoft.PowerShell.Commands.TextMeasureInfo", {**made, "Property": None})


@command(
    "Compare-Object",
    aliases=("compare", "diff"),
    module=UTILITY,
    parameters=(
        Parameter("ReferenceObject", position=0, mandatory=True),
        Parameter("DifferenceObject", position=1, mandatory=True, pipeline="value"),
        Parameter("Property"),
        Parameter("IncludeEqual", switch=True),
        Parameter("ExcludeDifferent", switch=True),
        Parameter("PassThru", switch=True),
        Parameter("CaseSensitive", switch=True),
        Parameter("SyncWindow", kind=int),
    ),
)
def compare_object(call: Call) -> Iterator[object]:
    """What only one of two sets has: => only the difference, <= only the reference."""
    left = as_list(call.get("ReferenceObject"))
    right = as_list(call.get("DifferenceObject")) if "DifferenceObject" in call.parameters else list(call.input)
    unmatched = list(left)
    only_right: list[Any] = []
    both: list[Any] = []
    for item in right:
        at = next((place for place, other in enumerate(unmatched) if _key(call, other) == _key(call, item)), None)
        if at is None:
            only_right.append(item)
        else:
            both.append(unmatched.pop(at))
    if call.switch("IncludeEqual") or call.switch("ExcludeDifferent"):
        yield from (_side(call, item, "==") for item in both)
    if not call.switch("ExcludeDifferent"):
        yield from (_side(call, item, "=>") for item in only_right)
        yield from (_side(call, item, "<=") for item in unmatched)


def _key(call: Call, item: Any) -> tuple[str, ...]:
    wanted = wanted_properties(call.get("Property"))
    texts = [to_text(one.read(call.engine, item)) for one in wanted] if wanted else [to_text(item)]
    return tuple(texts if call.switch("CaseSensitive") else [text.lower() for text in texts])


def _side(call: Call, item: Any, mark: str) -> Any:
    if call.switch("PassThru"):
        return item
    wanted = wanted_properties(call.get("Property"))
    shown = {one.title: one.read(call.engine, item) for one in wanted} if wanted else {"InputObject": item}
    return PsObject.custom({**shown, "SideIndicator": mark})
