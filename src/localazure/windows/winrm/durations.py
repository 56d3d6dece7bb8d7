"""xs:duration, as WS-Management clients write it: days, hours, minutes and seconds, never months."""

from __future__ import annotations

import re

_DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_SECONDS = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}


def read_duration(text: str) -> float:
    """``PT20S`` → 20.0.

    Raises:
        ValueError: it is no duration, or names no amount of time.
    """
    match = _DURATION.fullmatch(text.strip())
    parts = {unit: value for unit, value in match.groupdict().items() if value} if match else {}
    if not parts:
        raise ValueError(f"not a duration of days to seconds: {text!r}")
    return sum(float(value) * _SECONDS[unit] for unit, value in parts.items())


def whole_duration(seconds: float) -> str:
    """As Windows gives a shell's age: ``P0DT1H2M3S``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"P{days}DT{hours}H{minutes}M{rest}S"
