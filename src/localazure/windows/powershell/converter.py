"""Conversions that need to know the types of the machine."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import references, values
from localazure.windows.powershell.conversions import (
    ACCELERATED,
    SIMPLE,
    cannot_convert,
    invalid_cast,
    quoted,
    to_array,
    to_custom,
    to_number,
)
from localazure.windows.powershell.lineage import exception_name
from localazure.windows.powershell.numbers import INTEGERS
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import full_name
from localazure.windows.powershell.values import PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi

_NULLABLE = re.compile(r"(?:System\.)?Nullable(?:`1)?\[(.+)\]", re.IGNORECASE)
_FOLDED = {name.lower(): name for name in SIMPLE}


def _hashtable(value: object, target: str) -> object:
    if value is None or isinstance(value, values.Table):
        return value
    if isinstance(value, Mapping):
        return values.Table(value)
    raise cannot_convert(value, target)


def _type_arguments(name: str) -> str:
    """What a generic type is of, [System.String] of List[string]; nothing for any other type."""
    found = None if name.endswith("[]") else re.search(r"\[(.+)\]$", name)
    return f"[{','.join(full_name(one) for one in found[1].split(','))}]" if found else ""


class Converter:
    """Conversions that need the engine: arrays of types, enumerations, types with constructors."""

    def __init__(self, engine: "EngineApi") -> None:
        self.engine = engine

    def convert(self, value: object, name: str) -> Any:
        """A value as the type of that name.

        Raises:
            PsError: it cannot be, or there is no such type.
        """
        nullable = _NULLABLE.fullmatch(name)
        if nullable:
            return None if value is None else self.convert(value, nullable[1])
        target = full_name(name)
        simple = _FOLDED.get(target.lower())
        if simple is not None:
            return self._simple(value, simple)
        if target.endswith("[]"):
            return self._array(value, target[:-2])
        special = {
            "system.array": to_array,
            "system.management.automation.pscustomobject": to_custom,
            "system.management.automation.scriptblock": self._block,
            "system.type": self._type,
            references.TYPE_NAME.lower(): references.to_value,
        }.get(target.lower())
        if special is not None:
            return special(value)
        if target.lower() in {"system.collections.hashtable", "system.collections.idictionary"}:
            return _hashtable(value, target)
        if target.lower() == "system.collections.specialized.ordereddictionary":
            return values.Table(value, ordered=True) if isinstance(value, Mapping) else value
        return self._known_type(value, target)

    def _simple(self, value: object, target: str) -> Any:
        if (
            isinstance(value, values.PsObject)
            and value.base is not None
            and target not in {"System.Object", "System.Management.Automation.PSObject"}
        ):
            value = value.base
        if isinstance(value, list) and len(value) == 1 and target in INTEGERS:
            value = value[0]
        return SIMPLE[target](value, target)

    def _array(self, value: object, element: str) -> Any:
        if value is None:
            return None
        if element.lower() == "system.byte":
            items = value if isinstance(value, bytearray) else [self.convert(item, element) for item in to_array(value)]
            return value if isinstance(value, bytearray) else bytearray(items)
        if element.lower() == "system.char" and isinstance(value, str):
            return values.TypedArray([values.Char(char) for char in value], "System.Char")
        made = [self.convert(item, element) for item in to_array(value)]
        return made if element.lower() == "system.object" else values.TypedArray(made, element)

    def _block(self, value: object) -> object:
        return (
            value if value is None or isinstance(value, values.ScriptBlock) else self.engine.make_block(to_text(value))
        )

    def _type(self, value: object) -> object:
        if isinstance(value, values.TypeLiteral):
            return value
        return self.literal(to_text(value))

    def literal(self, name: str) -> values.TypeLiteral:
        """The type of that name as a value.

        Raises:
            PsError: there is none (TypeNotFound).
        """
        target = full_name(name)
        known = self.engine.types.find(target)
        if known is not None:
            return values.TypeLiteral(known.name + _type_arguments(target))
        exception = exception_name(target)
        if exception is not None:
            return values.TypeLiteral(exception)
        plain = target.removesuffix("[]").partition("[")[0]
        if plain.lower() in _FOLDED or plain in ACCELERATED or self.engine.types.find(plain) is not None:
            return values.TypeLiteral(_FOLDED.get(target.lower(), target))
        message = f"Unable to find type [{name}]."
        raise error("System.Management.Automation.RuntimeException", message, "TypeNotFound", "InvalidOperation", name)

    def _known_type(self, value: object, target: str) -> Any:
        exception = exception_name(target)
        if exception is not None:
            return self._exception(value, exception)
        known = self.engine.types.find(target)
        if known is None:
            self.literal(target)
            return value
        if known.enum:
            return self._enum(value, known.name)
        if value is None or self._is_already(value, known.name):
            return value
        return self._constructed(value, known.name)

    def _exception(self, value: object, name: str) -> object:
        """An exception as it is, or text as the message of a new one."""
        if isinstance(value, values.PsException):
            if name in self.engine.type_names(value):
                return value
            raise cannot_convert(value, name)
        return values.PsException(name, to_text(value))

    def _is_already(self, value: object, name: str) -> bool:
        return name.lower() in {one.lower() for one in self.engine.type_names(value)}

    def _enum(self, value: object, name: str) -> values.EnumValue:
        known = self.engine.types.find(name)
        if isinstance(value, values.EnumValue) and value.type_name == name:
            return value
        entries = {} if known is None else dict(known.enum.items())
        number = self._enum_number(value, entries, name)
        for spelling, own in entries.items():
            if own == number:
                return values.EnumValue(name, spelling, number)
        parts = [spelling for spelling, own in entries.items() if own and own & number == own]
        return values.EnumValue(name, ", ".join(parts) or str(number), number)

    def _enum_number(self, value: object, entries: dict[str, int], name: str) -> int:
        if not isinstance(value, str | list):
            return int(to_number(value, name))
        words = value.split(",") if isinstance(value, str) else [to_text(item) for item in value]
        folded = {spelling.lower(): own for spelling, own in entries.items()}
        number = 0
        for word in (one.strip() for one in words):
            begun = [own for spelling, own in folded.items() if spelling.startswith(word.lower()) and word]
            if word.lower() in folded or len(begun) == 1:
                number |= folded.get(word.lower(), begun[0])
            elif word.lstrip("-").isdigit():
                number |= int(word)
            else:
                allowed = ", ".join(entries)
                reason = (
                    f"Unable to match the identifier name {word} to a valid enumerator name. "
                    f"Specify one of the following enumerator names and try again:\r\n{allowed}"
                )
                message = f'Cannot convert value {quoted(value)} to type "{name}". Error: "{reason}"'
                raise invalid_cast(message, "InvalidCastFromStringToEnumeration")
        return number

    def _constructed(self, value: object, name: str) -> Any:
        known = self.engine.types.find(name)
        parse = None if known is None else known.member("static", "Parse")
        build = None if known is None else known.member("constructor", "new")
        maker = parse if parse is not None and isinstance(value, str) else build
        if maker is None:
            raise cannot_convert(value, name)
        try:
            return maker(self.engine, value)
        except PsError as failure:
            inner = failure.record.exception.inner or failure.record.exception
            raise cannot_convert(value, name, inner.message, "InvalidCastParseTargetInvocation") from failure
