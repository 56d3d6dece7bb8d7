"""Dates and time spans as .NET format strings write and read them, in en-US."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from localazure.windows.powershell.dotnet.building import bad_format
from localazure.windows.powershell.text import timespan_text

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_STANDARD = {
    "d": "M/d/yyyy",
    "D": "dddd, MMMM d, yyyy",
    "f": "dddd, MMMM d, yyyy h:mm tt",
    "F": "dddd, MMMM d, yyyy h:mm:ss tt",
    "g": "M/d/yyyy h:mm tt",
    "G": "M/d/yyyy h:mm:ss tt",
    "m": "MMMM d",
    "M": "MMMM d",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "t": "h:mm tt",
    "T": "h:mm:ss tt",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "U": "dddd, MMMM d, yyyy h:mm:ss tt",
    "y": "MMMM yyyy",
    "Y": "MMMM yyyy",
}
_TOKEN = re.compile(r"'([^']*)'|\"([^\"]*)\"|\\(.)|(d+|M+|y+|H+|h+|m+|s+|f+|F+|t+|z+|K|g+)|([\s\S])")
_SPAN_TOKEN = re.compile(r"'([^']*)'|\"([^\"]*)\"|\\(.)|(d+|h+|m+|s+|f+|F+)|([\s\S])")


def _offset(value: datetime, width: int) -> str:
    offset = value.utcoffset() or timedelta()
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    if width < 3:
        return f"{sign}{hours:0{width}}"
    return f"{sign}{hours:02}:{minutes:02}"


def _kind(value: datetime, _width: int) -> str:
    if value.tzinfo is None:
        return ""
    return "Z" if value.tzinfo is UTC else _offset(value, 3)


def _fraction(value: datetime | timedelta, width: int) -> str:
    micros = value.microsecond if isinstance(value, datetime) else abs(value).microseconds
    return f"{micros:06}0"[:width]


def _year(value: datetime, width: int) -> str:
    return f"{value.year % 100:0{width}}" if width < 3 else f"{value.year:0{width}}"


def _month(value: datetime, width: int) -> str:
    name = _MONTHS[value.month - 1]
    return f"{value.month:0{width}}" if width < 3 else name[:3] if width == 3 else name


def _day(value: datetime, width: int) -> str:
    name = _DAYS[value.weekday()]
    return f"{value.day:0{width}}" if width < 3 else name[:3] if width == 3 else name


_FIELDS: dict[str, Callable[[datetime, int], str]] = {
    "d": _day,
    "M": _month,
    "y": _year,
    "H": lambda value, width: f"{value.hour:0{min(width, 2)}}",
    "h": lambda value, width: f"{value.hour % 12 or 12:0{min(width, 2)}}",
    "m": lambda value, width: f"{value.minute:0{min(width, 2)}}",
    "s": lambda value, width: f"{value.second:0{min(width, 2)}}",
    "f": _fraction,
    "F": lambda value, width: _fraction(value, width).rstrip("0"),
    "t": lambda value, width: ("AM" if value.hour < 12 else "PM")[:width],
    "z": _offset,
    "K": _kind,
    "g": lambda _value, _width: "A.D.",
}


def expanded(form: str) -> str:
    """A custom pattern for a standard format letter; a pattern as it is. Raises PsError, FormatException."""
    if len(form) == 1 and form not in _STANDARD:
        raise bad_format()
    return _STANDARD.get(form, form.removeprefix("%") if len(form) == 2 else form)


def _literal(found: "re.Match[str]") -> str:
    return next((part for part in (found[1], found[2], found[3], found[5]) if part is not None), "")


def format_date(value: datetime, form: str = "G") -> str:
    """A date by a standard format letter or a custom pattern.

    Raises:
        PsError: FormatException, a single letter that is no format.
    """
    if form in {"r", "R", "u", "U"} and value.tzinfo is not None:
        value = value.astimezone(UTC)

    def one(found: "re.Match[str]") -> str:
        token = found[4]
        return _FIELDS[token[0]](value, len(token)) if token else _literal(found)

    return _TOKEN.sub(one, expanded(form or "G"))


def format_span(value: timedelta, form: str = "c") -> str:
    """A TimeSpan by c, g, G or a custom pattern."""
    if form in {"", "c", "t", "T"}:
        return timespan_text(value)
    size = abs(value)
    if form in {"g", "G"}:
        return _general_span(value, long=form == "G")
    numbers = {
        "d": size.days,
        "h": size.seconds // 3600,
        "m": size.seconds // 60 % 60,
        "s": size.seconds % 60,
    }

    def one(found: "re.Match[str]") -> str:
        token = found[4]
        if not token:
            return _literal(found)
        if token[0] in "fF":
            text = _fraction(size, len(token))
            return text.rstrip("0") if token[0] == "F" else text
        return f"{numbers[token[0]]:0{len(token)}}"

    return _SPAN_TOKEN.sub(one, form.removeprefix("%"))


def _general_span(value: timedelta, *, long: bool) -> str:
    sign, value = "-" if value < timedelta() else "", abs(value)
    hours, minutes, seconds = value.seconds // 3600, value.seconds // 60 % 60, value.seconds % 60
    if long:
        return f"{sign}{value.days}:{hours:02}:{minutes:02}:{seconds:02}.{value.microseconds:06}0"
    days = f"{value.days}:" if value.days else ""
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    return f"{sign}{days}{hours}:{minutes:02}:{seconds:02}{fraction}"
