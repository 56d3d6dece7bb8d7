"""Tables: how wide columns are, and the lines they make."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell.formatting.cells import cell_text, fit, is_scalar
from localazure.windows.powershell.formatting.views import Column

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi


@dataclass(frozen=True)
class _Laid:
    """A column with its place found."""

    title: str
    width: int
    right: bool


@dataclass(frozen=True)
class TableStyle:
    """What Format-Table was asked for."""

    hide_headers: bool = False
    wrap: bool = False


def _at_right(column: Column, values: Sequence[object]) -> bool:
    if column.right is not None:
        return column.right
    return is_scalar(values[0]) if values else False


def _widths(columns: Sequence[Column], texts: Sequence[Sequence[str]], width: int) -> list[int]:
    """The widths asked for, else those of the longest text; cut from the right to fit the screen."""
    wanted = [
        column.width or max([len(column.title), *(_longest_line(row[at]) for row in texts)])
        for at, column in enumerate(columns)
    ]
    if columns and columns[-1].width == 0 and any(column.width for column in columns):
        used = sum(wanted[:-1]) + len(columns) - 1
        wanted[-1] = max(width - used, 0)
    kept: list[int] = []
    left = width
    for one in wanted:
        if left < 1 + bool(kept):
            break
        kept.append(min(one, left - bool(kept)))
        left -= kept[-1] + (len(kept) > 1)
    return kept


def _longest_line(text: str) -> int:
    return max((len(line) for line in text.splitlines()), default=0)


class TableLayout:
    """A table whose columns have their widths, which its first rows gave them."""

    def __init__(
        self,
        engine: "EngineApi",
        columns: Sequence[Column],
        items: Sequence[Any],
        width: int,
        style: TableStyle = TableStyle(),
    ) -> None:
        self._engine, self._columns, self._style = engine, columns, style
        values = [[column.read(engine, item) for column in columns] for item in items]
        texts = [[cell_text(value, engine) for value in row] for row in values]
        self._laid = [
            _Laid(column.title, size, _at_right(column, [row[at] for row in values]))
            for at, (column, size) in enumerate(zip(columns, _widths(columns, texts, width), strict=False))
        ]

    def head(self) -> Iterator[str]:
        """Header and rule."""
        if not self._style.hide_headers:
            yield _line([fit(one.title, one.width, right=one.right) for one in self._laid])
            yield _line([_rule(one) for one in self._laid])

    def row(self, item: Any) -> Iterator[str]:
        texts = [cell_text(column.read(self._engine, item), self._engine) for column in self._columns]
        yield from _row(self._laid, texts, wrap=self._style.wrap)


def _rule(column: _Laid) -> str:
    dashes = "-" * min(len(column.title), column.width)
    return dashes.rjust(column.width) if column.right else dashes.ljust(column.width)


def _line(cells: Sequence[str]) -> str:
    return " ".join(cells)


def _row(columns: Sequence[_Laid], texts: Sequence[str], *, wrap: bool) -> Iterator[str]:
    if not wrap:
        yield _line([fit(text, one.width, right=one.right) for one, text in zip(columns, texts, strict=False)])
        return
    cut = [_wrapped(text, one.width) for one, text in zip(columns, texts, strict=False)]
    for at in range(max(len(lines) for lines in cut)):
        parts = [lines[at] if at < len(lines) else "" for lines in cut]
        yield _line([fit(part, one.width, right=one.right) for one, part in zip(columns, parts, strict=True)])


def _wrapped(text: str, width: int) -> list[str]:
    return [line[at : at + width] for line in text.splitlines() or [""] for at in range(0, len(line) or 1, width)]
