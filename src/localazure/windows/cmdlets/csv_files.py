"""Import-Csv and Export-Csv."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.content import file_bytes, lines
from localazure.windows.cmdlets.encodings import ENCODING_NAMES, decode
from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.item_paths import PATHS, places
from localazure.windows.powershell.cmdlets.common import UTILITY, as_list
from localazure.windows.powershell.cmdlets.conversions import csv_lines, csv_objects
from localazure.windows.powershell.commands import Call, Parameter, command
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
    has_head = call.switch("Append") and call.engine.evaluate(
        call.engine.make_block("Test-Path -LiteralPath $args[0]"), path
    )
    written = list(csv_lines(call, items, to_text(call.get("Delimiter", ","))))
    head = 0 if not has_head else 1 if call.switch("NoTypeInformation") else 2
    text = "".join(f"{line}\r\n" for line in written[head:])
    encoding = to_text(call.get("Encoding", "ascii")).lower()
    call.engine.host.write_file(path, text, encoding, call.switch("Append"))
