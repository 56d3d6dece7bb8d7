"""The default formatter: what the end of a pipeline prints."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell.dotnet.date_formats import format_date
from localazure.windows.powershell.formatting.cells import cell_text
from localazure.windows.powershell.formatting.list_layout import list_lines
from localazure.windows.powershell.formatting.properties import property_columns, shown_names
from localazure.windows.powershell.formatting.requests import FormatRequest, Shape
from localazure.windows.powershell.formatting.table_layout import TableStyle, table_lines
from localazure.windows.powershell.formatting.views import Column, ListView, TableView, TextView, view_of
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import Char, EnumValue, ErrorRecord, PsException, PsObject, Table

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi

_MOST_IN_TABLE = 4
_VALUES_AS_TEXT = (str, int, float, Char, EnumValue)


class Formatter:
    """Turns objects into lines. A screen's last column stays free: redirected powershell.exe has 80, so 79 are used."""

    def __init__(self, engine: "EngineApi", width: int = 80) -> None:
        self.engine = engine
        self.width = width - 1

    def lines(self, items: Iterable[Any]) -> Iterator[str]:
        """Lines without their ends. Text comes out at once; what makes a table is held until its last row is known."""
        held: list[Any] = []
        for item in self._flat(items):
            if item is None:
                continue
            if held and (self._is_text(item) or not self._together(held[0], item)):
                yield from self._group(held)
                held = []
            if self._is_text(item):
                yield from self._text(item)
            else:
                held.append(item)
        if held:
            yield from self._group(held)

    def _flat(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            if isinstance(item, list | tuple | bytearray):
                yield from self._flat(item)
            elif isinstance(item, Table):
                yield from (_entry(key, value) for key, value in item.items())
            else:
                yield item

    def _is_text(self, item: Any) -> bool:
        if isinstance(item, FormatRequest | datetime):
            return False
        if isinstance(item, PsObject):
            return view_of(item.type_names) is None and not shown_names(item, self.engine)
        return not self._view_or_properties(item)

    def _view_or_properties(self, item: Any) -> bool:
        """Whether an object that is no PsObject shows more than its text."""
        if isinstance(item, _VALUES_AS_TEXT):
            return False
        return view_of(self.engine.type_names(item)) is not None

    def _together(self, first: Any, item: Any) -> bool:
        """Whether an object goes on below another: the same view, or objects that have none of their own."""
        if any(isinstance(one, FormatRequest | datetime) for one in (first, item)):
            return False
        one, other = (view_of(self.engine.type_names(each)) for each in (first, item))
        if one is not None or other is not None:
            return one is other
        return self.engine.type_name(first) == self.engine.type_name(item)

    def _text(self, item: Any) -> Iterator[str]:
        if isinstance(item, ErrorRecord | PsException):
            record = item if isinstance(item, ErrorRecord) else None
            text = self.engine.error_text(record) if record else to_text(item)
        else:
            text = to_text(item)
        yield from text.split("\n") if "\r" not in text else text.replace("\r\n", "\n").split("\n")

    def _group(self, items: list[Any]) -> Iterator[str]:
        first = items[0]
        if isinstance(first, FormatRequest):
            yield from self.request(first)
        elif isinstance(first, datetime):
            yield from ["", format_date(first, "F"), "", ""]
        else:
            yield from self._own_shape(items)

    def _own_shape(self, items: list[Any]) -> Iterator[str]:
        view = view_of(self.engine.type_names(items[0]))
        if isinstance(view, ListView):
            yield from self._list(items, property_columns(list(view.properties)))
        elif isinstance(view, TextView):
            yield from ["", *map(to_text, items), "", ""]
        elif view is not None:
            yield from self._view_table(items, view, TableStyle())
        else:
            names = shown_names(items[0], self.engine)
            shape: Shape = "table" if len(names) <= _MOST_IN_TABLE else "list"
            yield from self.request(FormatRequest(shape, items, property_columns(names)))

    def request(self, asked: FormatRequest) -> Iterator[str]:
        """The lines of what a Format- command asked for."""
        if not asked.items:
            return
        view = view_of(self.engine.type_names(asked.items[0]))
        if asked.shape == "table" and asked.columns is None and isinstance(view, TableView) and not asked.group_by:
            yield from self._view_table(asked.items, view, asked.style)
            return
        names = shown_names(asked.items[0], self.engine)
        columns = property_columns(names[:10]) if asked.columns is None else asked.columns
        for title, members in self._grouped(asked):
            yield from ([] if title is None else ["", f"   {title}", ""][: 3 if asked.shape == "table" else 2])
            yield from self._shape(replace(asked, items=members, columns=columns))

    def _grouped(self, asked: FormatRequest) -> Iterator[tuple[str | None, list[Any]]]:
        by = asked.group_by
        if by is None:
            yield None, asked.items
            return
        for text, members in groupby(asked.items, key=lambda item: cell_text(by.read(self.engine, item), self.engine)):
            yield f"{by.title}: {text}", list(members)

    def _shape(self, asked: FormatRequest) -> Iterator[str]:
        columns = asked.columns or ()
        if asked.shape == "list":
            yield from self._list(asked.items, columns)
        elif asked.shape == "wide":
            yield from self._wide(asked)
        else:
            yield from self._table(asked.items, columns, asked.style)

    def _view_table(self, items: list[Any], view: TableView, style: TableStyle) -> Iterator[str]:
        if view.group is None:
            yield from self._table(items, view.columns, style)
            return
        group = view.group
        runs = [(key, list(run)) for key, run in groupby(items, key=lambda item: group(self.engine, item))]
        for key, run in runs:
            yield from ["", "", key, ""]
            yield from self._table(run, view.columns, style, last=False)
        yield ""

    def _table(
        self, items: list[Any], columns: tuple[Column, ...], style: TableStyle, *, last: bool = True
    ) -> Iterator[str]:
        yield ""
        yield from table_lines(self.engine, columns, items, self.width, style)
        yield from ["", ""] if last else [""]

    def _list(self, items: list[Any], columns: tuple[Column, ...]) -> Iterator[str]:
        yield from ["", ""]
        for item in items:
            entries = [(one.title, cell_text(one.read(self.engine, item), self.engine)) for one in columns]
            yield from list_lines(entries, self.width)
            yield ""
        yield from ["", ""]

    def _wide(self, asked: FormatRequest) -> Iterator[str]:
        texts = [cell_text((asked.columns or ())[0].read(self.engine, item), self.engine) for item in asked.items]
        size = (self.width + 1) // asked.per_line - 1
        yield ""
        for at in range(0, len(texts), asked.per_line):
            row = texts[at : at + asked.per_line]
            yield " ".join(text[:size].ljust(size) for text in row)
        yield from ["", ""]


def _entry(key: object, value: object) -> PsObject:
    return PsObject.typed("System.Collections.DictionaryEntry", {"Name": to_text(key), "Key": key, "Value": value})


def format_objects(engine: "EngineApi", items: Iterable[Any], width: int = 80) -> Iterator[str]:
    """What a pipeline's end prints for these objects, line by line without line ends."""
    return Formatter(engine, width).lines(items)
