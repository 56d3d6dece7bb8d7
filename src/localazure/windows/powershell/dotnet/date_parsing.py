"""Dates out of text, as DateTime.Parse (en-US) and ParseExact read them."""

import re
from datetime import UTC, datetime, timedelta, timezone

from localazure.windows.powershell.dotnet.building import bad_format
from localazure.windows.powershell.dotnet.date_formats import expanded

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:\.(?P<fraction>\d+))?)?(?: *(?P<half>[ap]m))?"
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATES = (
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
    r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{4}|\d{2})",
    rf"(?:[A-Za-z]+, *)?(?P<name>{_MONTH})[a-z]* +(?P<day>\d{{1,2}}),? +(?P<year>\d{{4}})",
    rf"(?:[A-Za-z]+, *)?(?P<day>\d{{1,2}})[ -](?P<name>{_MONTH})[a-z]*[ -](?P<year>\d{{4}})",
)
_ZONE = r"(?: *(?P<zone>Z|GMT|[+-]\d{2}:?\d{2}))?"
_PATTERNS = [re.compile(rf"\s*{date}(?:(?:T| +){_CLOCK})?{_ZONE}\s*", re.IGNORECASE) for date in _DATES]
_TIME_ONLY = re.compile(rf"\s*(?:{_CLOCK}|(?P<bare>\d{{1,2}}) *(?P<bare_half>[ap]m))\s*", re.IGNORECASE)
_FIELDS = {
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<year>\d{2})",
    "MMMM": r"(?P<name>[A-Za-z]+)",
    "MMM": rf"(?P<name>{_MONTH})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "dddd": r"[A-Za-z]+",
    "ddd": r"[A-Za-z]{3}",
    "dd": r"(?P<day>\d{2})",
    "d": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{2})",
    "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<hour>\d{2})",
    "h": r"(?P<hour>\d{1,2})",
    "mm": r"(?P<minute>\d{2})",
    "m": r"(?P<minute>\d{1,2})",
    "ss": r"(?P<second>\d{2})",
    "s": r"(?P<second>\d{1,2})",
    "tt": r"(?P<half>[AaPp][Mm])",
    "zzz": r"(?P<zone>[+-]\d{2}:\d{2})",
    "K": r"(?P<zone>Z|[+-]\d{2}:\d{2})?",
}
_TOKEN = re.compile(r"'([^']*)'|\\(.)|(y+|M+|d+|H+|h+|m+|s+|f+|F+|tt|z+|K)|(.)", re.DOTALL)


_KNOWN = re.compile(
    rf"(?:{_MONTH})[a-z]*|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?|[ap]m?|t|z|gmt",
    re.IGNORECASE,
)


def _not_a_date(text: str = "") -> Exception:
    """FormatException, which names the place of the first word that has nothing to do with dates."""
    for word in re.finditer(r"[A-Za-z]+", text):
        if not _KNOWN.fullmatch(word.group()):
            place = f"There is an unknown word starting at index {word.start()}."
            return bad_format(f"The string was not recognized as a valid DateTime. {place}")
    return bad_format("String was not recognized as a valid DateTime.")


def _built(parts: dict[str, str | None]) -> datetime:
    if parts.get("name"):
        month = _MONTH.split("|").index(str(parts["name"])[:3].title()) + 1
    else:
        month = int(parts.get("month") or 1)
    year = int(parts.get("year") or datetime.now(UTC).year)
    year += (2000 if year < 30 else 1900) if year < 100 else 0
    hour, half = int(parts.get("hour") or 0), (parts.get("half") or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    micros = int((parts.get("fraction") or "0")[:6].ljust(6, "0"))
    clock = (hour, int(parts.get("minute") or 0), int(parts.get("second") or 0), micros)
    made = datetime(year, month, int(parts.get("day") or 1), *clock)  # noqa: DTZ001 - kind Unspecified
    return _in_zone(made, parts.get("zone"))


def _in_zone(value: datetime, zone: str | None) -> datetime:
    """Text with an offset becomes local time, which on the modelled Windows is UTC."""
    if not zone or zone.upper() in {"Z", "GMT"}:
        return value
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "")
    offset = sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return value.replace(tzinfo=timezone(offset)).astimezone(UTC).replace(tzinfo=None)


def parse_date(text: str) -> datetime:
    """A date in one of the forms en-US reads.

    Raises:
        PsError: FormatException.
    """
    for pattern in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return _checked(found.groupdict())
    found = _TIME_ONLY.fullmatch(text)
    if not found:
        raise _not_a_date(text)
    today = datetime.now(UTC)
    day = {"year": str(today.year), "month": str(today.month), "day": str(today.day)}
    parts = found.groupdict()
    hour, half = parts.pop("bare"), parts.pop("bare_half")
    return _checked({**parts, "hour": parts["hour"] or hour, "half": parts["half"] or half, **day})


def _checked(parts: dict[str, str | None]) -> datetime:
    try:
        return _built(parts)
    except ValueError:
        raise _not_a_date() from None


def parse_exact(text: str, forms: list[str]) -> datetime:
    """A date in exactly one of the formats.

    Raises:
        PsError: FormatException.
    """
    for form in forms:
        found = re.fullmatch(_pattern(expanded(form)), text)
        if found:
            return _checked(found.groupdict())
    raise _not_a_date()


def _pattern(form: str) -> str:
    def one(found: "re.Match[str]") -> str:
        token = found[3]
        if token is None:
            return re.escape(next(part for part in (found[1], found[2], found[4]) if part is not None))
        if token[0] in "fF":
            return rf"(?P<fraction>\d{{{len(token)}}})"
        return _FIELDS.get(token, re.escape(token))

    return _TOKEN.sub(one, form)
