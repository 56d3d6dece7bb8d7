"""New-Guid, Get-Random, Get-Host, Get-Culture, Measure-Command, Clear-Host."""

import random
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from localazure.windows.powershell.cmdlets.common import CORE, UTILITY, as_list, inputs
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.values import PsObject, ScriptBlock, error


@command("New-Guid", module=UTILITY)
def new_guid(_: Call) -> Iterator[object]:
    yield uuid.uuid4()


@command("Get-Random", module=UTILITY, parameters=(
    Parameter("Maximum", position=0),
    Parameter("InputObject", pipeline="value"),
    Parameter("Minimum"),
    Parameter("Count", kind=int),
    Parameter("SetSeed", kind=int),
))  # fmt: skip
def get_random(call: Call) -> Iterator[object]:
    """A number from Minimum to below Maximum, or some of the objects given."""
    source = random.Random(call.get("SetSeed"))  # noqa: S311 - Get-Random is no source of secrets either
    if call.has_input or "InputObject" in call.parameters:
        items = [item for given in inputs(call) for item in as_list(given)]
        yield from source.sample(items, min(int(call.get("Count", 1)), len(items)))
        return
    low, high = call.get("Minimum", 0), call.get("Maximum", 2**31 - 1)
    if not low < high:
        text = f"The Minimum value ({low}) cannot be greater than or equal to the Maximum value ({high})."
        raise error("System.ArgumentException", text, "MinGreaterThanOrEqualMax", "InvalidArgument")
    is_whole = isinstance(low, int) and isinstance(high, int)
    yield source.randrange(low, high) if is_whole else source.uniform(float(low), float(high))


@command("Get-Host", module=UTILITY)
def get_host(call: Call) -> Iterator[object]:
    yield call.engine.get_variable("Host")


@command("Get-Culture", module=UTILITY)
def get_culture(_: Call) -> Iterator[object]:
    yield _culture()


@command("Get-UICulture", module=UTILITY)
def get_ui_culture(_: Call) -> Iterator[object]:
    yield _culture()


def _culture() -> PsObject:
    properties = {"LCID": 1033, "Name": "en-US", "DisplayName": "English (United States)"}
    return PsObject.typed("System.Globalization.CultureInfo", properties, text="en-US")


@command("Measure-Command", module=UTILITY, parameters=(
    Parameter("Expression", position=0, kind=ScriptBlock, mandatory=True),
    Parameter("InputObject", pipeline="value"),
))  # fmt: skip
def measure_command(call: Call) -> Iterator[object]:
    """How long a block runs; what it writes is dropped."""
    began = time.perf_counter()
    items: list[Any] = list(inputs(call)) if call.has_input else [None]
    for item in items:
        for _ in call.engine.invoke(call.get("Expression"), underscore=item):
            pass
    yield timedelta(seconds=time.perf_counter() - began)


@command("Clear-Host", aliases=("cls", "clear"), module=CORE)
def clear_host(_: Call) -> None:
    """A redirected console has no screen to clear."""


@command("Get-History", aliases=("h", "history", "ghy"), module=CORE, parameters=(Parameter("Id"), Parameter("Count")))
def get_history(_: Call) -> None:
    """Nothing: powershell.exe keeps no history of scripts."""
