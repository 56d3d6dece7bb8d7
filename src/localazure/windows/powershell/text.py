"""Values as text, as "$value" shows them."""

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from localazure.windows.powershell import values
from localazure.windows.powershell.type_names import short_name


def double_text(value: float) -> str:
    """A Double as .NET Framework writes it: 15 significant digits."""
    if value != value:  # noqa: PLR0124 - only NaN differs from itself
        return "NaN"
    if value in {float("inf"), float("-inf")}:
        return "∞" if value > 0 else "-∞"
    digits = 7 if isinstance(value, values.Single) else 15
    text = format(value, f".{digits}g").upper()
    return "0" if text == "-0" else text


def timespan_text(value: dt.timedelta) -> str:
    """A TimeSpan in its constant format: [-][d.]hh:mm:ss[.fffffff]."""
    sign = "-" if value < dt.timedelta() else ""
    value = abs(value)
    hours, rest = divmod(value.seconds, 3600)
    text = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    if value.days:
        text = f"{value.days}.{text}"
    return f"{sign}{text}" + (f".{value.microseconds:06}0" if value.microseconds else "")


def _decimal_text(value: Decimal) -> str:
    return format(value, "f")


def _object_text(value: values.PsObject) -> str:
    if callable(value.text):
        return value.text(value)
    if value.text is not None:
        return value.text
    if value.base is not None:
        return to_text(value.base)
    if value.is_custom:
        inner = "; ".join(f"{name}={to_text(item)}" for name, item in value.items())
        return f"@{{{inner}}}"
    return value.type_name


def _exception_text(value: values.PsException) -> str:
    return f"{value.type_name}: {value.message}"


def _items_text(value: Any) -> str:
    return " ".join(to_text(item) for item in value)


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: str,
    values.Char: str.__str__,
    bool: str,
    int: str,
    float: double_text,
    values.Single: double_text,
    Decimal: _decimal_text,
    list: _items_text,
    tuple: _items_text,
    values.PsList: _items_text,
    values.TypedArray: _items_text,
    bytearray: _items_text,
    dt.datetime: lambda value: value.strftime("%m/%d/%Y %H:%M:%S"),
    dt.timedelta: timespan_text,
    uuid.UUID: str,
    values.Table: lambda value: value.type_name,
    values.PsObject: _object_text,
    values.PsException: _exception_text,
    values.ErrorRecord: lambda value: value.message,
    values.TypeLiteral: lambda value: short_name(value.name),
}


def to_text(value: object) -> str:
    """A value as it appears in an expandable string; items of a list with blanks between."""
    if value is None:
        return ""
    if hasattr(value, "move_next"):
        return _items_text(value)
    found = _TEXTS.get(type(value))
    if found is not None:
        return found(value)
    for kind in type(value).__mro__[1:]:
        if kind in _TEXTS and kind is not object:
            return _TEXTS[kind](int(value) if kind is int and isinstance(value, int) else value)
    return str(value)
