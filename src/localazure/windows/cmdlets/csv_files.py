"""Import-Csv and Export-Csv."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from localazure.windows.cmdlets.content import file_bytes, lines
from localazure.windows.cmdlets.encodings import ENCODING_NAMES, decode
from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.item_paths import PATHS, places
from localazure.windows.cmdlets.providers.locations import locate
from localazure.windows.powershell.cmdlets.common import UTILITY, as_list
from localazure.windows.powershell.cmdlets.conversions import csv_lines, csv_objects
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.formatting.properties import property_names
from localazure.windows.powershell.text import to_text

_ENCODING = Parameter("Encoding", kind=str, values=ENCODING_NAMES)
_DELIMITER = Parameter("Delimiter", position=1, kind=str)


@command(
    "Import-Csv",
    aliases=("ipcsv",),
    module=UTILITY,
    parameters=(*PATHS, _DELIMITER, Parameter("UseCulture", switch=True), Parameter("Header"), _ENCODING),
)
def import_csv(call: Call) -> Iterator[object]:
    header = [to_text(name) for name in as_list(call.get("Header"))]
    for place in places(call):
        with reported(call):
            text = decode(file_bytes(place), call.get("Encoding"))
            yield from csv_objects([to_text(line) for line in lines(text)], to_text(call.get("Delimiter", ",")), header)


@command(
    "Export-Csv",
    aliases=("epcsv",),
    module=UTILITY,
    should_process=True,
    parameters=(
        Parameter("InputObject", pipeline="value"),
        Parameter("Path", position=0, kind=str),
        Parameter("LiteralPath", kind=str, aliases=("PSPath",)),
        _DELIMITER,
        Parameter("UseCulture", switch=True),
        _ENCODING,
        Parameter("Append", switch=True),
        Parameter("Force", switch=True),
        Parameter("NoClobber", switch=True, aliases=("NoOverwrite",)),
        Parameter("NoTypeInformation", switch=True, aliases=("NTI",)),
    ),
)
def export_csv(call: Call) -> None:
    """Objects as lines of a file, ASCII unless told otherwise; -Append leaves out the head if the file has one."""
    items = [item for record in call.records() for item in as_list(record.get("InputObject"))]
    path = to_text(call.get("Path") or call.get("LiteralPath"))
    if not items or not call.should_process(path, "Export-Csv"):
        return
    delimiter = to_text(call.get("Delimiter", ","))
    columns = _columns(call, path, delimiter) if call.switch("Append") else []
    if columns and not call.switch("Force"):
        _refuse_other_columns(call, items[0], columns, path)
    written = list(csv_lines(call, items, delimiter, columns))
    head = 0 if not columns else 1 if call.switch("NoTypeInformation") else 2
    text = "".join(f"{line}\r\n" for line in written[head:])
    encoding = to_text(call.get("Encoding", "ascii")).lower()
    call.engine.host.write_file(path, text, encoding, call.switch("Append"))


def _columns(call: Call, path: str, delimiter: str) -> list[str]:
    """The columns that a file has already; none of a file that is not there, or is empty."""
    place = locate(call.engine, path)
    if not place.provider.exists(place.path):
        return []
    kept = [to_text(line) for line in lines(decode(file_bytes(place))) if not to_text(line).startswith("#TYPE")]
    return next(csv.reader(kept[:1], delimiter=delimiter), [])


def _refuse_other_columns(call: Call, item: object, columns: list[str], path: str) -> None:
    own = {name.lower() for name in property_names(item, call.engine)}
    missing = next((name for name in columns if name.lower() not in own), None)
    if missing is not None:
        text = (
            f"Cannot append CSV content to the following file: {path}. The appended object does not have a property "
            f"that corresponds to the following column: {missing}. To continue with mismatched properties, add the "
            "-Force parameter, and then retry the command."
        )
        error_id = "CannotAppendCsvWithMismatchedPropertyNames"
        raise error("System.InvalidOperationException", text, error_id, "InvalidData", missing)
