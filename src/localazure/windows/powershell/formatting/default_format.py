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
from localazure.windows.powershell.formatting.table_layout import TableLayout, TableStyle
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
        shown: _Open | None = None
        for item in self._flat(items):
            if item is None:
                continue
            if self._is_text(item):
                if held:
                    shown = self._opened(held)
                    yield from self._group(held) if shown is None else shown.begin(held)
                    held = []
                yield from self._text(item)
            elif shown is not None and self._together(shown.first, item):
                yield from shown.row(item)
            else:
                yield from self._ended(held, item, shown)
                held = [*held, item] if held and self._together(held[0], item) else [item]
                shown = None
        if held:
            yield from self._group(held)
        elif shown is not None:
            yield from shown.end()

    def _ended(self, held: list[Any], item: Any, shown: "_Open | None") -> Iterator[str]:
        """What comes before an object that goes on with nothing that came before it."""
        if shown is not None:
            yield from shown.end()
        if held and not self._together(held[0], item):
            yield from self._group(held)

    def _opened(self, items: list[Any]) -> "_Open | None":
        """The objects' table or list, left open: text goes between its rows. None for what is a whole by itself."""
        first = items[0]
        if isinstance(first, FormatRequest | datetime):
            return None
        view = view_of(self.engine.type_names(first))
        if isinstance(view, TableView):
            return None if view.group is not None else _OpenTable(self, first, view.columns)
        names = list(view.properties) if isinstance(view, ListView) else shown_names(first, self.engine)
        columns = property_columns(names)
        if view is None and len(names) <= _MOST_IN_TABLE:
            return _OpenTable(self, first, columns)
        return _OpenList(self, first, columns)

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
        layout = TableLayout(self.engine, columns, items, self.width, style)
        yield ""
        yield from layout.head()
        for item in items:
            yield from layout.row(item)
        yield from ["", ""] if last else [""]

    def _list(self, items: list[Any], columns: tuple[Column, ...]) -> Iterator[str]:
        yield from ["", ""]
        for item in items:
            yield from self.list_item(item, columns)
        yield from ["", ""]

    def list_item(self, item: Any, columns: tuple[Column, ...]) -> Iterator[str]:
        entries = [(one.title, cell_text(one.read(self.engine, item), self.engine)) for one in columns]
        yield from list_lines(entries, self.width)
        yield ""

    def _wide(self, asked: FormatRequest) -> Iterator[str]:
        columns = asked.columns or ()
        shown = [columns[0].read(self.engine, item) if columns else item for item in asked.items]
        texts = [cell_text(item, self.engine) for item in shown]
        size = (self.width + 1) // asked.per_line - 1
        yield ""
        for at in range(0, len(texts), asked.per_line):
            row = texts[at : at + asked.per_line]
            yield " ".join(text[:size].ljust(size) for text in row)
        yield from ["", ""]


class _Open:
    """Objects that were shown, and whose table or list may go on."""

    def __init__(self, formatter: Formatter, first: Any, columns: tuple[Column, ...]) -> None:
        self.first = first
        self._formatter, self._columns = formatter, columns

    def begin(self, items: list[Any]) -> Iterator[str]:
        raise NotImplementedError

    def row(self, item: Any) -> Iterator[str]:
        raise NotImplementedError

    def end(self) -> Iterator[str]:
        yield from ["", ""]


class _OpenTable(_Open):
    _layout: TableLayout

    def begin(self, items: list[Any]) -> Iterator[str]:
        self._layout = TableLayout(self._formatter.engine, self._columns, items, self._formatter.width)
        yield ""
        yield from self._layout.head()
        for item in items:
            yield from self.row(item)

    def row(self, item: Any) -> Iterator[str]:
        yield from self._layout.row(item)


class _OpenList(_Open):
    def begin(self, items: list[Any]) -> Iterator[str]:
        yield from ["", ""]
        for item in items:
            yield from self.row(item)

    def row(self, item: Any) -> Iterator[str]:
        yield from self._formatter.list_item(item, self._columns)


def _entry(key: object, value: object) -> PsObject:
    return PsObject.typed("System.Collections.DictionaryEntry", {"Name": to_text(key), "Key": key, "Value": value})


def format_objects(engine: "EngineApi", items: Iterable[Any], width: int = 80) -> Iterator[str]:
    """What a pipeline's end prints for these objects, line by line without line ends."""
    return Formatter(engine, width).lines(items)
