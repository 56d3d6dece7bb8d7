"""One value as a cell of a table or a list shows it, in en-US."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from localazure.windows.powershell.dotnet.date_formats import format_date
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import Char, EnumValue, PsObject, Table

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi

_LIMIT = 4
"""$FormatEnumerationLimit."""


def is_scalar(value: object) -> bool:
    """Whether tables put it at the right: numbers, booleans, characters, enumerations, but no text."""
    return isinstance(value, int | float | Decimal | Char | EnumValue)


def cell_text(value: object, engine: "EngineApi") -> str:
    """A property's value on one line, unless it is text of several."""
    if isinstance(value, Table):
        return _items([to_text(key) for key in value], engine)
    if isinstance(value, list | tuple | bytearray):
        return _items(["$null" if item is None else _scalar(item) for item in value], engine)
    return _scalar(value)


def _items(texts: list[str], engine: "EngineApi") -> str:
    limit = engine.get_variable("FormatEnumerationLimit")
    limit = limit if isinstance(limit, int) else _LIMIT
    shown = ", ".join(texts if limit < 0 else texts[:limit])
    return "{" + shown + ("..." if 0 <= limit < len(texts) else "") + "}"


def _scalar(value: object) -> str:
    if isinstance(value, datetime):
        return format_date(value, "G")
    if isinstance(value, list):
        return "System.Object[]" if type(value) is list else to_text(value)
    if isinstance(value, PsObject) and value.is_custom and not value.properties:
        return ""
    return to_text(value)


def fit(text: str, width: int, *, right: bool) -> str:
    """A cell's text in exactly that many columns, cut with three dots where it is too long."""
    text = text.replace("\r\n", "").replace("\n", "").replace("\t", "    ") if "\n" in text or "\t" in text else text
    if len(text) > width:
        dots = "..." if width > 3 else ""
        text = (dots + text[len(text) - width + len(dots) :]) if right else (text[: width - len(dots)] + dots)
    return text.rjust(width) if right else text.ljust(width)
