"""CLIXML, PowerShell's XML of objects (MS-PSRP 2.2.5): what Export-Clixml and powershell.exe's error stream write."""

import base64
import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from localazure.windows.powershell import values
from localazure.windows.powershell.dotnet.date_formats import format_date
from localazure.windows.powershell.formatting.properties import property_names
from localazure.windows.powershell.text import double_text, to_text

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi

OPENING = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_INTEGERS = {
    "System.Byte": "By",
    "System.SByte": "SB",
    "System.Int16": "I16",
    "System.UInt16": "U16",
    "System.UInt32": "U32",
    "System.Int64": "I64",
    "System.UInt64": "U64",
}


def quoted(text: str) -> str:
    """Text as it stands between tags: control characters as _x000A_."""
    return escape(_UNSAFE.sub(lambda found: f"_x{ord(found.group()):04X}_", text))


def _seconds(value: dt.timedelta) -> str:
    """An XML duration, P1DT2H3M4.5S."""
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    clock = (f"{hours}H" if hours else "") + (f"{rest // 60}M" if rest // 60 else "")
    fraction = f".{size.microseconds:06}".rstrip("0") if size.microseconds else ""
    clock += f"{rest % 60}{fraction}S" if rest % 60 or fraction or not (clock or size.days) else ""
    days = f"{size.days}D" if size.days else ""
    return f"{'-' if value < dt.timedelta() else ''}P{days}{'T' if clock else ''}{clock}"


_SCALARS: tuple[tuple[type, str, Callable[[Any], str]], ...] = (
    (bool, "B", lambda value: str(value).lower()),
    (values.Char, "C", lambda value: str(ord(value))),
    (str, "S", quoted),
    (float, "Db", double_text),
    (Decimal, "D", str),
    (dt.datetime, "DT", lambda value: format_date(value, "o")),
    (dt.timedelta, "TS", _seconds),
    (uuid.UUID, "G", str),
    (values.PsVersion, "Version", str),
    (bytearray, "BA", lambda value: base64.b64encode(value).decode()),
    (values.ScriptBlock, "SBK", lambda value: quoted(value.text)),
)


class ClixmlWriter:
    """Objects as elements; numbers of types and objects count on within one document."""

    def __init__(self, engine: "EngineApi", depth: int = 2) -> None:
        self._engine, self._depth = engine, depth
        self._objects = 0
        self._types: dict[tuple[str, ...], int] = {}

    def element(self, value: Any, attribute: str = "", level: int = 0) -> str:
        """One object; `attribute` stands in its tag, such as N="Name" or S="Error"."""
        extra = f" {attribute}" if attribute else ""
        if value is None:
            return f"<Nil{extra} />"
        scalar = self._scalar(value)
        if scalar is not None:
            tag, text = scalar
            return f"<{tag}{extra}>{text}</{tag}>"
        if level > self._depth:
            return f"<S{extra}>{quoted(to_text(value))}</S>"
        number, self._objects = self._objects, self._objects + 1
        return f'<Obj{extra} RefId="{number}">{self._inside(value, level)}</Obj>'

    def _scalar(self, value: Any) -> tuple[str, str] | None:
        if isinstance(value, int) and not isinstance(value, bool):
            return _INTEGERS.get(self._engine.type_name(value), "I32"), str(int(value))
        return next(((tag, write(value)) for kind, tag, write in _SCALARS if isinstance(value, kind)), None)

    def _inside(self, value: Any, level: int) -> str:
        names = self._type_names(self._engine.type_names(value))
        if isinstance(value, values.Table):
            entries = "".join(self._entry(key, item, level) for key, item in value.items())
            return f"{names}<DCT>{entries}</DCT>"
        if isinstance(value, list | tuple):
            return f"{names}<LST>{''.join(self.element(item, level=level + 1) for item in value)}</LST>"
        if isinstance(value, values.EnumValue):
            return f"{names}<ToString>{quoted(value.name)}</ToString><I32>{value.number}</I32>"
        properties = [(name, self._engine.get_property(value, name)) for name in property_names(value, self._engine)]
        written = self.properties(properties, level)
        if isinstance(value, values.PsObject) and value.is_custom:
            return f"{names}<MS>{written}</MS>"
        return f"{names}<ToString>{quoted(to_text(value))}</ToString><Props>{written}</Props>"

    def properties(self, pairs: Iterable[tuple[str, Any]], level: int = 0) -> str:
        return "".join(self.element(item, f'N="{quoted(name)}"', level + 1) for name, item in pairs)

    def _entry(self, key: Any, item: Any, level: int) -> str:
        sides = self.element(key, 'N="Key"', level + 1) + self.element(item, 'N="Value"', level + 1)
        return f"<En>{sides}</En>"

    def _type_names(self, names: list[str]) -> str:
        known = self._types.get(tuple(names))
        if known is not None:
            return f'<TNRef RefId="{known}" />'
        number = self._types[tuple(names)] = len(self._types)
        return f'<TN RefId="{number}">{"".join(f"<T>{quoted(name)}</T>" for name in names)}</TN>'
