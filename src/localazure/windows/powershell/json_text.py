"""JSON as ConvertTo-Json and ConvertFrom-Json of Windows PowerShell 5.1 write and read it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from localazure.windows.powershell.formatting.properties import property_names
from localazure.windows.powershell.text import double_text, to_text
from localazure.windows.powershell.values import (
    CaselessDict,
    EnumValue,
    PsObject,
    SwitchParameter,
    error,
)

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNSAFE = "<>'&\x85\u2028\u2029"


def quote(text: str) -> str:
    """A JSON string; 5.1's serializer also escapes < > ' and &."""
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return f"\\u{ord(char):04x}" if char < " " or char in _UNSAFE else char


class JsonWriter:
    """`depth` levels below the first are written as objects, what is deeper as text."""

    def __init__(self, engine: "EngineApi", depth: int = 2, *, compress: bool = False, enums: bool = False) -> None:
        self.engine, self.depth, self.compress, self.enums_as_text = engine, depth, compress, enums

    def write(self, value: Any) -> str:
        return self._value(value, 0, 0)

    def _value(self, value: Any, level: int, indent: int) -> str:
        scalar = self._scalar(value)
        if scalar is not None:
            return scalar
        if level > self.depth:
            return quote(to_text(value))
        if isinstance(value, list | tuple | bytearray):
            return self._block("[]", [self._value(item, level + 1, indent + 4) for item in value], indent)
        entries = self._entries(value)
        return self._object(entries, level, indent)

    def _scalar(self, value: Any) -> str | None:
        if isinstance(value, PsObject) and value.base is not None and not value.properties:
            value = value.base
        if isinstance(value, EnumValue):
            return quote(value.name) if self.enums_as_text else str(value.number)
        if isinstance(value, bool) or value is None:
            return {True: "true", False: "false", None: "null"}[value]
        if isinstance(value, int | float | Decimal):
            return _number(value)
        if isinstance(value, datetime):
            return f'"\\/Date({_milliseconds(value)})\\/"'
        return quote(str(value)) if isinstance(value, str | UUID) else None

    def _entries(self, value: Any) -> list[tuple[str, Any]]:
        if isinstance(value, Mapping):
            return [(to_text(key), item) for key, item in value.items()]
        if isinstance(value, SwitchParameter):
            return [("IsPresent", value.is_present)]
        if isinstance(value, timedelta):
            return _span(value)
        names = property_names(value, self.engine)
        return [(name, self.engine.get_property(value, name)) for name in names]

    def _object(self, entries: list[tuple[str, Any]], level: int, indent: int) -> str:
        texts = []
        for name, item in entries:
            label = quote(name) + (":" if self.compress else ":  ")
            texts.append(label + self._value(item, level + 1, indent + 4 + len(label)))
        return self._block("{}", texts, indent)

    def _block(self, brackets: str, items: list[str], indent: int) -> str:
        """5.1 sets what is inside four columns right of the bracket, and the closing one below the opening one."""
        if self.compress:
            return brackets[0] + ",".join(items) + brackets[1]
        if not items:
            return f"{brackets[0]}\r\n\r\n{' ' * indent}{brackets[1]}"
        pad = " " * (indent + 4)
        return f"{brackets[0]}\r\n{pad}" + f",\r\n{pad}".join(items) + f"\r\n{' ' * indent}{brackets[1]}"


def _number(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    text = double_text(value) if isinstance(value, float) else str(int(value))
    return quote(text) if text in {"NaN", "∞", "-∞"} else text


def _milliseconds(value: datetime) -> int:
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


def _span(value: timedelta) -> list[tuple[str, Any]]:
    seconds = value.total_seconds()
    size = abs(value)
    sign = -1 if seconds < 0 else 1
    return [
        ("Ticks", round(seconds * 10_000_000)),
        ("Days", sign * size.days),
        ("Hours", sign * (size.seconds // 3600)),
        ("Milliseconds", sign * (size.microseconds // 1000)),
        ("Minutes", sign * (size.seconds // 60 % 60)),
        ("Seconds", sign * (size.seconds % 60)),
        ("TotalDays", seconds / 86400),
        ("TotalHours", seconds / 3600),
        ("TotalMilliseconds", seconds * 1000),
        ("TotalMinutes", seconds / 60),
        ("TotalSeconds", seconds),
    ]


def read_json(text: str) -> Any:
    """Text as PowerShell values, objects as PSCustomObject.

    Raises:
        PsError: it is no JSON (ArgumentException, "Invalid JSON primitive"), or names a property twice.
    """
    try:
        return json.loads(text, object_pairs_hook=_custom, parse_float=_decimal, strict=False)
    except json.JSONDecodeError as failure:
        word = _primitive(text, failure.pos)
        kind, error_id = "System.ArgumentException", "System.ArgumentException"
        raise error(kind, f"Invalid JSON primitive: {word}.", error_id, "NotSpecified") from failure


def _primitive(text: str, at: int) -> str:
    end = at
    while end < len(text) and (text[end].isalnum() or text[end] in "._-+"):
        end += 1
    return text[at:end]


def _decimal(text: str) -> float | Decimal:
    """5.1's parser keeps what fits as Decimal, exponents as Double."""
    return float(text) if "e" in text.lower() else Decimal(text)


def _custom(pairs: list[tuple[str, Any]]) -> PsObject:
    seen: CaselessDict = CaselessDict()
    for name, value in pairs:
        if name in seen and not any(one == name for one in seen):
            spelled = next(one for one in seen if one.lower() == name.lower())
            text = (
                "Cannot convert the JSON string because a dictionary that was converted from the string contains the "
                f"duplicated keys '{spelled}' and '{name}'."
            )
            raise error("System.InvalidOperationException", text, "DuplicateKeysInJsonString", "InvalidOperation")
        seen[name] = value
    return PsObject.custom(seen)
