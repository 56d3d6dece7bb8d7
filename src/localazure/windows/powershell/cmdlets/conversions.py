"""ConvertTo-Json, ConvertFrom-Json, ConvertTo-Csv, ConvertFrom-Csv."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from localazure.windows.powershell.cmdlets.common import INPUT, UTILITY, as_list, inputs
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.dotnet.date_formats import format_date
from localazure.windows.powershell.formatting.properties import property_names
from localazure.windows.powershell.json_text import JsonWriter, read_json
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsObject


@command("ConvertTo-Json", module=UTILITY, parameters=(
    Parameter("InputObject", position=0, pipeline="value", mandatory=True, allow_empty=True),
    Parameter("Depth", kind=int),
    Parameter("Compress", switch=True),
    Parameter("EnumsAsStrings", switch=True),
))  # fmt: skip
def convert_to_json(call: Call) -> Iterator[object]:
    """Objects as one JSON text; several from the pipeline as an array."""
    items = list(inputs(call))
    if not items:
        return
    writer = JsonWriter(
        call.engine, int(call.get("Depth", 2)), compress=call.switch("Compress"), enums=call.switch("EnumsAsStrings")
    )
    yield writer.write(items[0] if len(items) == 1 else items)


@command("ConvertFrom-Json", module=UTILITY, parameters=(
    Parameter("InputObject", position=0, pipeline="value", mandatory=True),
))  # fmt: skip
def convert_from_json(call: Call) -> Iterator[object]:
    """JSON text as objects. An array comes out as one object, as in 5.1."""
    given = inputs(call)
    texts = [to_text(line) for item in given for line in (item if isinstance(item, list) else [item])]
    text = "\n".join(texts)
    if text.strip():
        yield read_json(text)


def _csv_text(value: Any) -> str:
    return format_date(value, "G") if isinstance(value, datetime) else to_text(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def csv_lines(call: Call, items: list[Any], delimiter: str, columns: list[str] | None = None) -> Iterator[str]:
    """Objects as comma separated lines: the type, the names, the values, all in quotes."""
    engine = call.engine
    names = columns or property_names(items[0], engine)
    if not call.switch("NoTypeInformation"):
        yield f"#TYPE {engine.type_name(items[0])}"
    yield delimiter.join(_quoted(name) for name in names)
    for item in items:
        cells = [engine.get_property(item, name) for name in names]
        yield delimiter.join("" if cell is None else _quoted(_csv_text(cell)) for cell in cells)


def csv_objects(lines: list[str], delimiter: str, header: list[str]) -> Iterator[PsObject]:
    """What comma separated lines say, every value a string."""
    kept = [line for line in lines if not line.startswith("#TYPE")]
    rows = [row for row in csv.reader(io.StringIO("\n".join(kept), newline=""), delimiter=delimiter) if row]
    names = header or (rows.pop(0) if rows else [])
    for row in rows:
        yield PsObject.custom([(name, row[at] if at < len(row) else None) for at, name in enumerate(names)])


_SHARED = (Parameter("Delimiter", position=1, kind=str), Parameter("UseCulture", switch=True))


@command("ConvertTo-Csv", module=UTILITY, parameters=(
    INPUT,
    *_SHARED,
    Parameter("NoTypeInformation", switch=True, aliases=("NTI",)),
))  # fmt: skip
def convert_to_csv(call: Call) -> Iterator[object]:
    items = [item for item in inputs(call) if item is not None]
    if items:
        yield from csv_lines(call, items, to_text(call.get("Delimiter", ",")))


@command("ConvertFrom-Csv", module=UTILITY, parameters=(
    Parameter("InputObject", position=0, pipeline="value"),
    *_SHARED,
    Parameter("Header"),
))  # fmt: skip
def convert_from_csv(call: Call) -> Iterator[object]:
    lines = [to_text(line) for item in inputs(call) for line in as_list(item)]
    header = [to_text(name) for name in as_list(call.get("Header"))]
    yield from csv_objects(lines, to_text(call.get("Delimiter", ",")), header)
