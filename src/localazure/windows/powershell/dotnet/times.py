"""System.DateTime, DateTimeOffset (as a DateTime with its offset), TimeSpan, Stopwatch.

A DateTime of kind Utc is an aware datetime in UTC; Unspecified and Local are naive: the modelled Windows keeps UTC.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from localazure.windows.powershell.dotnet.building import (
    Members,
    argument_null,
    bad_format,
    declare,
    out_of_range,
    with_engine,
)
from localazure.windows.powershell.dotnet.date_formats import format_date, format_span
from localazure.windows.powershell.dotnet.date_parsing import parse_date, parse_exact
from localazure.windows.powershell.dotnet.scalars import try_parse
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import enumeration
from localazure.windows.powershell.values import EnumValue, Long, PsObject

_EPOCH = datetime(1, 1, 1)  # noqa: DTZ001 - .NET's own epoch has no zone
_SPAN = re.compile(r"\s*(-)?(?:(\d+)\.)?(\d+)(?::(\d+)(?::(\d+)(?:\.(\d{1,7}))?)?)?\s*")
_KINDS = {"Unspecified": 0, "Utc": 1, "Local": 2}
_FILE_EPOCH = 504911232000000000


def now(engine: Any) -> datetime:
    """The machine's own clock, in its zone, which is UTC."""
    clock = getattr(getattr(engine.machine, "time", None), "now", None)
    found: datetime = clock() if callable(clock) else datetime.now(UTC)
    return found.astimezone(UTC)


def local_now(engine: Any) -> datetime:
    return now(engine).replace(tzinfo=None)


def ticks(value: datetime) -> Long:
    """100 ns units since the year 1."""
    return Long((value.replace(tzinfo=None) - _EPOCH) // timedelta(microseconds=1) * 10)


def _new_date(*args: Any) -> datetime:
    numbers = [int(one) for one in args if isinstance(one, int)]
    kind = next((one for one in args if isinstance(one, EnumValue | str)), None)
    zone = UTC if kind is not None and str(kind).lower() == "utc" else None
    if len(numbers) == 1:
        return (_EPOCH + timedelta(microseconds=numbers[0] / 10)).replace(tzinfo=zone)
    if not numbers:
        return _EPOCH
    if len(numbers) == 7:
        numbers[6] *= 1000
    try:
        return datetime(*numbers, tzinfo=zone)  # type: ignore[arg-type,misc]
    except ValueError:
        text = "Year, Month, and Day parameters describe an un-representable DateTime."
        from_parts = out_of_range(text, "")
        raise from_parts from None


def _add_months(value: datetime, months: int) -> datetime:
    year, month = divmod(value.year * 12 + value.month - 1 + int(months), 12)
    last = _days_in(year, month + 1)
    return value.replace(year=year, month=month + 1, day=min(value.day, last))


def _days_in(year: int, month: int) -> int:
    following = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - a calendar's arithmetic
    return (following - timedelta(days=1)).day


def _adder(unit: str) -> Callable[[datetime, float], datetime]:
    return lambda value, count: value + timedelta(**{unit: float(count)})


def _subtract(value: datetime, other: Any) -> Any:
    if isinstance(other, datetime):
        return value.replace(tzinfo=None) - other.replace(tzinfo=None)
    return value - other


def _date_text(value: datetime, form: Any = "G", *_culture: object) -> str:
    return format_date(value, form if isinstance(form, str) else "G")


def _kind(value: datetime) -> EnumValue:
    name = "Utc" if value.tzinfo is not None else "Unspecified"
    return EnumValue("System.DateTimeKind", name, _KINDS[name])


def _specify(value: datetime, kind: Any) -> datetime:
    return value.replace(tzinfo=UTC if str(kind).lower() == "utc" else None)


def _parse(text: object, *_culture: object) -> datetime:
    if text is None:
        raise argument_null("s")
    return parse_date(to_text(text))


def _parse_exact(text: object, forms: Any, *_culture: object) -> datetime:
    if text is None:
        raise argument_null("s")
    return parse_exact(to_text(text), [to_text(form) for form in (forms if isinstance(forms, list) else [forms])])


def _try_exact(engine: Any, text: object, forms: Any, *rest: object) -> bool:
    outcome: bool = try_parse(lambda given: _parse_exact(given, forms)).function(engine, text, rest[-1])
    return outcome


def _from_file_time(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=(int(value) + _FILE_EPOCH) // 10)


DATE_TIME = declare(
    "System.DateTime",
    Members(
        new=_new_date,
        static={
            "Parse": _parse,
            "TryParse": try_parse(_parse),
            "ParseExact": _parse_exact,
            "TryParseExact": with_engine(_try_exact),
            "DaysInMonth": _days_in,
            "IsLeapYear": lambda year: _days_in(int(year), 2) == 29,
            "SpecifyKind": _specify,
            "FromFileTime": _from_file_time,
            "FromFileTimeUtc": lambda value: _from_file_time(value).replace(tzinfo=UTC),
            "Compare": lambda left, right: (ticks(left) > ticks(right)) - (ticks(left) < ticks(right)),
        },
        static_get={
            "Now": with_engine(local_now),
            "UtcNow": with_engine(now),
            "Today": with_engine(lambda engine: local_now(engine).replace(hour=0, minute=0, second=0, microsecond=0)),
        },
        constants={"MinValue": _EPOCH, "MaxValue": datetime.max},  # noqa: DTZ901 - kind Unspecified
        methods={
            "Add": lambda value, span: value + span,
            "AddDays": _adder("days"),
            "AddHours": _adder("hours"),
            "AddMinutes": _adder("minutes"),
            "AddSeconds": _adder("seconds"),
            "AddMilliseconds": _adder("milliseconds"),
            "AddTicks": lambda value, count: value + timedelta(microseconds=count / 10),
            "AddMonths": _add_months,
            "AddYears": lambda value, count: _add_months(value, int(count) * 12),
            "Subtract": _subtract,
            "CompareTo": lambda value, other: (ticks(value) > ticks(other)) - (ticks(value) < ticks(other)),
            "ToUniversalTime": lambda value: value.replace(tzinfo=UTC),
            "ToLocalTime": lambda value: value.replace(tzinfo=None),
            "ToFileTime": lambda value: Long(ticks(value) - _FILE_EPOCH),
            "ToFileTimeUtc": lambda value: Long(ticks(value) - _FILE_EPOCH),
            "ToString": _date_text,
            "ToShortDateString": lambda value: format_date(value, "d"),
            "ToLongDateString": lambda value: format_date(value, "D"),
            "ToShortTimeString": lambda value: format_date(value, "t"),
            "ToLongTimeString": lambda value: format_date(value, "T"),
            "ToUnixTimeSeconds": lambda value: Long(ticks(value) // 10_000_000 - 62135596800),
            "ToUnixTimeMilliseconds": lambda value: Long(ticks(value) // 10_000 - 62135596800000),
            "IsDaylightSavingTime": lambda _value: False,
        },
        get={
            "DateTime": lambda value: format_date(value, "F"),
            "Date": lambda value: value.replace(hour=0, minute=0, second=0, microsecond=0),
            "Day": lambda value: value.day,
            "DayOfWeek": lambda value: EnumValue("System.DayOfWeek", value.strftime("%A"), value.isoweekday() % 7),
            "DayOfYear": lambda value: value.timetuple().tm_yday,
            "Hour": lambda value: value.hour,
            "Kind": _kind,
            "Millisecond": lambda value: value.microsecond // 1000,
            "Minute": lambda value: value.minute,
            "Month": lambda value: value.month,
            "Second": lambda value: value.second,
            "Ticks": ticks,
            "TimeOfDay": lambda value: value - value.replace(hour=0, minute=0, second=0, microsecond=0),
            "Year": lambda value: value.year,
            "UtcDateTime": lambda value: value.replace(tzinfo=UTC),
        },
    ),
    aliases=("datetime",),
    base="System.ValueType",
    python=datetime,
)
DATE_TIME_OFFSET = declare(
    "System.DateTimeOffset",
    Members(
        new=lambda value, *_offset: value.replace(tzinfo=UTC),
        static={
            "Parse": lambda text, *_culture: _parse(text).replace(tzinfo=UTC),
            "FromUnixTimeSeconds": lambda count: datetime.fromtimestamp(int(count), UTC),
            "FromUnixTimeMilliseconds": lambda count: datetime.fromtimestamp(int(count) / 1000, UTC),
        },
        static_get={"Now": with_engine(now), "UtcNow": with_engine(now)},
    ),
)
DAY_OF_WEEK = enumeration(
    "System.DayOfWeek",
    {
        name: at
        for at, name in enumerate(("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"))
    },
)
DATE_TIME_KIND = enumeration("System.DateTimeKind", _KINDS)


def _new_span(*args: Any) -> timedelta:
    numbers = [int(one) for one in args]
    if len(numbers) == 1:
        return timedelta(microseconds=numbers[0] / 10)
    units = (
        ("hours", "minutes", "seconds")
        if len(numbers) == 3
        else ("days", "hours", "minutes", "seconds", "milliseconds")
    )
    return timedelta(**dict(zip(units, numbers, strict=False)))


def parse_span(text: object, *_culture: object) -> timedelta:
    """A TimeSpan from [-][d.]hh:mm[:ss[.fffffff]], or whole days.

    Raises:
        PsError: FormatException.
    """
    found = _SPAN.fullmatch(to_text(text))
    if not found or (found[2] and not found[4]):
        raise bad_format("String was not recognized as a valid TimeSpan.")
    sign, days, hours, minutes, seconds, fraction = found.groups()
    if minutes is None:
        days, hours = hours, "0"
    micros = int((fraction or "0").ljust(7, "0")) / 10
    made = timedelta(int(days or 0), int(seconds or 0), micros, 0, int(minutes or 0), int(hours))
    return -made if sign else made


def _part(unit: int, modulo: int) -> Callable[[timedelta], int]:
    """A component, towards zero, in microseconds."""

    def read(value: timedelta) -> int:
        micros = abs(value) // timedelta(microseconds=1) // unit % modulo
        return -micros if value < timedelta() else micros

    return read


def _total(unit: timedelta) -> Callable[[timedelta], float]:
    return lambda value: value / unit


TIME_SPAN = declare(
    "System.TimeSpan",
    Members(
        new=_new_span,
        static={
            "FromDays": lambda count: timedelta(days=float(count)),
            "FromHours": lambda count: timedelta(hours=float(count)),
            "FromMinutes": lambda count: timedelta(minutes=float(count)),
            "FromSeconds": lambda count: timedelta(seconds=float(count)),
            "FromMilliseconds": lambda count: timedelta(milliseconds=float(count)),
            "FromTicks": lambda count: timedelta(microseconds=int(count) / 10),
            "Parse": parse_span,
            "TryParse": try_parse(parse_span),
        },
        constants={"Zero": timedelta(), "TicksPerSecond": Long(10_000_000), "TicksPerMillisecond": Long(10_000)},
        methods={
            "Add": lambda value, other: value + other,
            "Subtract": lambda value, other: value - other,
            "Negate": lambda value: -value,
            "Duration": abs,
            "CompareTo": lambda value, other: (value > other) - (value < other),
            "ToString": lambda value, form="c", *_culture: format_span(value, form if isinstance(form, str) else "c"),
        },
        get={
            "Ticks": lambda value: Long(value // timedelta(microseconds=1) * 10),
            "Days": _part(86_400_000_000, 1 << 60),
            "Hours": _part(3_600_000_000, 24),
            "Milliseconds": _part(1000, 1000),
            "Minutes": _part(60_000_000, 60),
            "Seconds": _part(1_000_000, 60),
            "TotalDays": _total(timedelta(days=1)),
            "TotalHours": _total(timedelta(hours=1)),
            "TotalMilliseconds": _total(timedelta(milliseconds=1)),
            "TotalMinutes": _total(timedelta(minutes=1)),
            "TotalSeconds": _total(timedelta(seconds=1)),
        },
    ),
    aliases=("timespan",),
    base="System.ValueType",
    python=timedelta,
)


def _elapsed(watch: PsObject) -> timedelta:
    state: dict[str, float] = watch.base  # type: ignore[assignment]
    running = time.monotonic() - state["since"] if "since" in state else 0.0
    return timedelta(seconds=state["before"] + running)


def _start(watch: PsObject) -> None:
    state: dict[str, float] = watch.base  # type: ignore[assignment]
    state.setdefault("since", time.monotonic())


def _stop(watch: PsObject) -> None:
    state: dict[str, float] = watch.base  # type: ignore[assignment]
    state["before"] = _elapsed(watch).total_seconds()
    state.pop("since", None)


def _reset(watch: PsObject) -> None:
    watch.base = {"before": 0.0}


def _restart(watch: PsObject) -> None:
    _reset(watch)
    _start(watch)


def _new_watch() -> PsObject:
    made = PsObject.typed("System.Diagnostics.Stopwatch", text="System.Diagnostics.Stopwatch")
    _reset(made)
    return made


def _start_new() -> PsObject:
    made = _new_watch()
    _start(made)
    return made


STOPWATCH = declare(
    "System.Diagnostics.Stopwatch",
    Members(
        new=_new_watch,
        static={"StartNew": _start_new},
        methods={"Start": _start, "Stop": _stop, "Reset": _reset, "Restart": _restart},
        get={
            "IsRunning": lambda watch: "since" in watch.base,
            "Elapsed": _elapsed,
            "ElapsedMilliseconds": lambda watch: Long(_elapsed(watch) // timedelta(milliseconds=1)),
            "ElapsedTicks": lambda watch: Long(_elapsed(watch) // timedelta(microseconds=1) * 10),
        },
    ),
)
