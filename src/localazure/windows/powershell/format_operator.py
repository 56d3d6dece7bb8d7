"""The -f operator: composite formats, numbers and dates in .NET's format strings."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from localazure.windows.powershell import values
from localazure.windows.powershell.text import timespan_text, to_text
from localazure.windows.powershell.values import error

_ITEM = re.compile(r"\{\{|\}\}|\{\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?(?::((?:[^{}]|\{\{|\}\})*))?\}|[{}]")
_STANDARD = re.compile(r"([A-Za-z])(\d{0,2})\Z")
_DATE = re.compile(r"'[^']*'|\"[^\"]*\"|\\.|d+|M+|y+|H+|h+|m+|s+|f+|F+|t+|z+|K|.", re.DOTALL)
_STANDARD_DATES = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ssZ",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
    "m": "MMMM dd",
    "M": "MMMM dd",
}


def format_composite(template: str, arguments: Sequence[object]) -> str:
    """'{0,5:N2}' -f ...

    Raises:
        PsError: the template is malformed or names an argument that is not there (FormatError).
    """

    def one(found: "re.Match[str]") -> str:
        mark = found.group()
        if mark in {"{{", "}}"}:
            return mark[0]
        if found[1] is None:
            raise _format_error("Input string was not in a correct format.")
        if int(found[1]) >= len(arguments):
            reason = (
                "Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
            )
            raise _format_error(reason)
        text = format_value(arguments[int(found[1])], found[3] or "")
        width = int(found[2] or 0)
        return text.ljust(-width) if width < 0 else text.rjust(width)

    return _ITEM.sub(one, template)


def _format_error(reason: str) -> values.PsError:
    message = f"Error formatting a string: {reason}"
    return error("System.Management.Automation.RuntimeException", message, "FormatError", "InvalidOperation")


def format_value(value: object, form: str) -> str:
    """A value in a .NET format string; empty is plain text."""
    if not form:
        return to_text(value)
    if isinstance(value, dt.datetime):
        return format_date(value, form)
    if isinstance(value, dt.timedelta):
        return _format_timespan(value, form)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return format_number(value, form)
    if isinstance(value, values.EnumValue) and form.lower() in {"d", "x"}:
        return str(value.number) if form.lower() == "d" else f"{value.number:08X}"
    return to_text(value)


def format_number(value: "int | float | Decimal", form: str) -> str:
    """A number in a standard (N2, X8, D5, P0, F1, C, E3, G) or custom (0.00, #,##0) format."""
    standard = _STANDARD.match(form)
    if not standard:
        return _custom_number(value, form)
    kind, digits = standard[1], standard[2]
    if kind in "xX":
        width = 8 if -(2**31) <= int(value) < 2**31 else 16
        unsigned = int(value) & (16**width - 1)
        return format(unsigned, kind).rjust(int(digits or 0), "0")
    if kind in "dD":
        return ("-" if value < 0 else "") + str(abs(int(value))).rjust(int(digits or 0), "0")
    if kind in "pP":
        return _fixed(Decimal(repr(float(value))) * 100, int(digits or 2), ",") + " %"
    if kind in "eE":
        return _exponent(value, int(digits or 6), kind)
    if kind in "gGrR":
        return to_text(value) if not digits else format(float(value), f".{digits}g").upper()
    if kind in "cC":
        text = "¤" + _fixed(abs(Decimal(repr(value) if isinstance(value, float) else value)), int(digits or 2), ",")
        return f"({text})" if value < 0 else text
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    return _fixed(number, int(digits or 2), "," if kind in "nN" else "")


def _fixed(number: Decimal, digits: int, group: str) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return format(rounded or abs(rounded), f"{group}.{digits}f")


def _exponent(value: "int | float | Decimal", digits: int, kind: str) -> str:
    mantissa, _, power = format(float(value), f".{digits}e").partition("e")
    return f"{mantissa}{kind}{power[0]}{int(power[1:]):03}"


def _custom_number(value: "int | float | Decimal", form: str) -> str:
    sections = form.split(";")
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    found = re.search(r"[#0,.]*[#0][#0,.]*", section)
    if not found:
        return section
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    if "%" in section:
        number *= 100
    return section[: found.start()] + _picture(number, found.group()) + section[found.end() :]


def _picture(number: Decimal, picture: str) -> str:
    whole, _, fraction = picture.partition(".")
    text = _fixed(abs(number), len(fraction.replace(",", "")), "," if "," in whole else "")
    digits, _, decimals = text.partition(".")
    least = len(fraction.rstrip("#").rstrip(","))
    while len(decimals) > least and decimals.endswith("0"):
        decimals = decimals[:-1]
    wanted = whole.count("0")
    digits = digits.rjust(wanted, "0") if wanted else digits.lstrip("0")
    sign = "-" if number < 0 and (digits.strip("0,") or decimals.strip("0")) else ""
    return sign + digits + (f".{decimals}" if decimals else "")


def format_date(value: dt.datetime, form: str) -> str:
    """A date in a standard or custom format, as the invariant culture writes it."""
    if len(form) == 1:
        form = _STANDARD_DATES.get(form, form)
    form = form.removeprefix("%") if len(form) == 2 else form
    return "".join(_date_piece(value, piece) for piece in _DATE.findall(form))


def _offset(value: dt.datetime, size: int) -> str:
    delta = value.utcoffset()
    if delta is None:
        return "" if size == 0 else "+00:00"[: {1: 2, 2: 3}.get(size, 6)]
    if size == 0 and delta == dt.timedelta():
        return "Z"
    minutes = int(delta.total_seconds() // 60)
    text = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return text if size in {0, 3} else text[:3]


def _date_piece(value: dt.datetime, piece: str) -> str:
    kind, size = piece[0], len(piece)
    if kind in "'\"\\":
        return piece[1:] if kind == "\\" else piece[1:-1]
    if kind == "d":
        return str(value.day).rjust(size, "0") if size < 3 else value.strftime("%a" if size == 3 else "%A")
    if kind == "M":
        return str(value.month).rjust(size, "0") if size < 3 else value.strftime("%b" if size == 3 else "%B")
    if kind == "y":
        return f"{value.year % 100:0{size}}" if size < 3 else f"{value.year:0{size}}"
    if kind in "fF":
        digits = f"{value.microsecond:06}0"[:size]
        return digits if kind == "f" else digits.rstrip("0")
    if kind in "zK":
        return _offset(value, 0 if kind == "K" else size)
    if kind == "t":
        return ("AM" if value.hour < 12 else "PM")[:size]
    parts = {"H": value.hour, "h": value.hour % 12 or 12, "m": value.minute, "s": value.second}
    return str(parts[kind]).rjust(min(size, 2), "0") if kind in parts else piece


def _format_timespan(value: dt.timedelta, form: str) -> str:
    if form in {"c", "t", "T"}:
        return timespan_text(value)
    if form in {"g", "G"}:
        return timespan_text(value).lstrip("0").replace(".", ":", 1) if value.days else timespan_text(value)
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    parts = {"d": size.days, "h": hours, "m": rest // 60, "s": rest % 60}

    def piece(found: "re.Match[str]") -> str:
        text = found.group()
        if text[0] in "\\'":
            return text[1:] if text[0] == "\\" else text[1:-1]
        if text[0] in "fF":
            return f"{size.microseconds:06}0"[: len(text)]
        return str(parts[text[0]]).rjust(len(text), "0")

    return re.sub(r"\\.|'[^']*'|d+|h+|m+|s+|f+|F+", piece, form)
