"""Format-Table, Format-List, Format-Wide; Out-String, Out-Host, Out-Default, Out-File."""

from collections.abc import Iterator
from typing import Any

from localazure.windows.powershell.cmdlets.common import CORE, INPUT, UTILITY, Wanted, inputs, spread, wanted_properties
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.dotnet.composite_format import format_value
from localazure.windows.powershell.formatting.default_format import format_objects
from localazure.windows.powershell.formatting.requests import FormatRequest, Shape
from localazure.windows.powershell.formatting.table_layout import TableStyle
from localazure.windows.powershell.formatting.views import Column
from localazure.windows.powershell.text import to_text

_SHARED = (
    INPUT,
    Parameter("Property", position=0),
    Parameter("GroupBy"),
    Parameter("View", kind=str),
    Parameter("ShowError", switch=True),
    Parameter("DisplayError", switch=True),
    Parameter("Force", switch=True),
    Parameter("Expand", values=("CoreOnly", "EnumOnly", "Both")),
)


def _column(one: Wanted) -> Column:
    form = to_text(one.options.get("formatstring"))
    align = to_text(one.options.get("alignment")).lower()
    right = {"right": True, "left": False, "center": False}.get(align)

    def read(engine: Any, item: Any) -> object:
        value = one.read(engine, item)
        return format_value(value, form.removeprefix("{0:").removesuffix("}")) if form else value

    return Column(one.title, read, int(one.options.get("width", 0)), right)


def _columns(call: Call, items: list[Any]) -> tuple[Column, ...] | None:
    wanted = wanted_properties(call.get("Property"))
    if not wanted:
        return None
    return tuple(_column(one) for one in spread(wanted, items[0] if items else None, call.engine))


def _requests(call: Call, shape: Shape, style: TableStyle = TableStyle()) -> Iterator[object]:  # noqa: B008 - frozen
    given = [item for one in inputs(call) for item in (one if isinstance(one, list) else [one])]
    items = [item for item in given if item is not None]
    plain = [item for item in items if isinstance(item, str)]
    if len(plain) == len(items):
        yield from plain
        return
    group = wanted_properties(call.get("GroupBy"))
    yield FormatRequest(
        shape,
        items,
        _columns(call, items),
        style,
        _column(group[0]) if group else None,
        int(call.get("Column", 2)),
    )


@command(
    "Format-Table",
    aliases=("ft",),
    module=UTILITY,
    parameters=(
        *_SHARED,
        Parameter("AutoSize", switch=True),
        Parameter("HideTableHeaders", switch=True),
        Parameter("Wrap", switch=True),
    ),
)
def format_table(call: Call) -> Iterator[object]:
    """Objects as a table."""
    yield from _requests(call, "table", TableStyle(call.switch("HideTableHeaders"), call.switch("Wrap")))


@command("Format-List", aliases=("fl",), module=UTILITY, parameters=_SHARED)
def format_list(call: Call) -> Iterator[object]:
    """Objects as lists of their properties."""
    yield from _requests(call, "list")


@command(
    "Format-Wide",
    aliases=("fw",),
    module=UTILITY,
    parameters=(*_SHARED, Parameter("AutoSize", switch=True), Parameter("Column", kind=int)),
)
def format_wide(call: Call) -> Iterator[object]:
    """One property of each object, several to a line."""
    yield from _requests(call, "wide")


def _lines(call: Call, items: Iterator[Any]) -> Iterator[str]:
    width = call.get("Width")
    return format_objects(call.engine, items, call.engine.host.width if width is None else int(width) + 1)


@command("Out-String", module=UTILITY, parameters=(
    INPUT,
    Parameter("Width", kind=int),
    Parameter("Stream", switch=True),
))  # fmt: skip
def out_string(call: Call) -> Iterator[object]:
    """What the console would show, as one string, or line by line."""
    if call.switch("Stream"):
        yield from _lines(call, inputs(call))
    else:
        yield "".join(f"{line}\r\n" for line in _lines(call, inputs(call)))


@command("Out-Host", aliases=("oh",), module=CORE, parameters=(INPUT, Parameter("Paging", switch=True)))
def out_host(call: Call) -> None:
    """Objects to the console."""
    for line in _lines(call, inputs(call)):
        call.host_line(line)


@command("Out-Default", module=CORE, parameters=(INPUT, Parameter("Transcript", switch=True)))
def out_default(call: Call) -> None:
    """What ends every pipeline."""
    for line in _lines(call, inputs(call)):
        call.host_line(line)


@command(
    "Out-File",
    module=UTILITY,
    should_process=True,
    parameters=(
        INPUT,
        Parameter("FilePath", position=0, kind=str),
        Parameter("LiteralPath", kind=str, aliases=("PSPath",)),
        Parameter("Encoding", position=1, kind=str),
        Parameter("Append", switch=True),
        Parameter("Force", switch=True),
        Parameter("NoClobber", switch=True, aliases=("NoOverwrite",)),
        Parameter("NoNewline", switch=True),
        Parameter("Width", kind=int),
    ),
)
def out_file(call: Call) -> None:
    """What the console would show, in a file: UTF-16 unless told otherwise, as Windows PowerShell has it."""
    end = "" if call.switch("NoNewline") else "\r\n"
    text = "".join(f"{line}{end}" for line in _lines(call, inputs(call)))
    path = to_text(call.get("FilePath") or call.get("LiteralPath"))
    if call.should_process(path, "Output to File"):
        call.engine.host.write_file(path, text, to_text(call.get("Encoding", "unicode")).lower(), call.switch("Append"))
