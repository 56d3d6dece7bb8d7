"""Composite formats, "{0,-10:N2}", as -f and String.Format write them."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from types import UnionType
from typing import Any
from uuid import UUID

from localazure.windows.powershell.dotnet.building import bad_format
from localazure.windows.powershell.dotnet.date_formats import format_date, format_span
from localazure.windows.powershell.dotnet.number_formats import format_number
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import EnumValue

_PIECE = re.compile(r"\{\{|\}\}|\{(\d+)\s*(?:,\s*(-?\d+)\s*)?(?::((?:[^{}]|\{\{|\}\})*))?\}|[{}]")
_GUIDS = {"N": "{hex}", "D": "{text}", "B": "{{{text}}}", "P": "({text})"}


def format_value(value: object, form: str = "") -> str:
    """One value by its own kind of format string; those that have none show themselves.

    Raises:
        PsError: FormatException.
    """
    if isinstance(value, bool):
        return to_text(value)
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value, form)
    return to_text(value)


def _guid(value: UUID, form: str) -> str:
    try:
        return _GUIDS[form.upper() or "D"].format(hex=value.hex, text=value)
    except KeyError:
        text = 'Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".'
        raise bad_format(text) from None


def _enum(value: EnumValue, form: str) -> str:
    return format_number(value.number, "X8" if form in "xX" else form) if form and form in "dDxX" else value.name


_WRITERS: tuple[tuple[type | UnionType, Callable[[Any, str], str]], ...] = (
    (datetime, lambda value, form: format_date(value, form or "G")),
    (timedelta, format_span),
    (UUID, _guid),
    (EnumValue, _enum),
    (int | float | Decimal, format_number),
)


def composite_format(template: str, values: Sequence[object]) -> str:
    """The template with each {index[,width][:format]} replaced.

    Raises:
        PsError: FormatException, a lone brace or an index without a value.
    """

    def one(found: "re.Match[str]") -> str:
        whole = found.group()
        if whole in {"{{", "}}"}:
            return whole[0]
        if found[1] is None:
            raise bad_format()
        index = int(found[1])
        if index >= len(values):
            text = (
                "Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
            )
            raise bad_format(text)
        form = (found[3] or "").replace("{{", "{").replace("}}", "}")
        text = format_value(values[index], form)
        width = int(found[2] or 0)
        return text.rjust(width) if width > 0 else text.ljust(-width)

    return _PIECE.sub(one, template)
