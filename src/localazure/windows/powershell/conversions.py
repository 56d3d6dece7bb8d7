"""Conversions between types, as casts and parameters make them."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import references, values
from localazure.windows.powershell.enumerators import Enumerator
from localazure.windows.powershell.lineage import exception_name
from localazure.windows.powershell.numbers import INTEGERS, decimal_from_text, number_from_text
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import ACCELERATORS, full_name, type_name
from localazure.windows.powershell.values import PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi


def is_true(value: object) -> bool:
    """A value as a condition: $null, 0, the empty string and empty lists are false."""
    if value is None or value is False:
        return False
    if isinstance(value, list | tuple | bytearray):
        if len(value) == 1:
            return is_true(value[0])
        return len(value) > 1
    if isinstance(value, str | int | float | Decimal):
        return len(value) > 0 if isinstance(value, str) else value != 0
    return bool(value) if isinstance(value, values.SwitchParameter) else True


def _quoted(value: object) -> str:
    return f'"{to_text(value)}"'


def cannot_convert(
    value: object, target: str, reason: str = "", error_id: str = "ConvertToFinalInvalidCastException"
) -> PsError:
    """The error of a conversion that is impossible, with .NET's reason if there is one."""
    if reason:
        message = f'Cannot convert value {_quoted(value)} to type "{target}". Error: "{reason}"'
    else:
        shown = f'"{type_name(value)}"' if isinstance(value, list) else _quoted(value)
        message = f'Cannot convert the {shown} value of type "{type_name(value)}" to type "{target}".'
    return _invalid_cast(message, error_id)


def _invalid_cast(message: str, error_id: str) -> PsError:
    """A failed cast as the language shows it: the exception of the conversion is inside a RuntimeException."""
    inner = values.PsException("System.Management.Automation.PSInvalidCastException", message)
    kind = "System.Management.Automation.RuntimeException"
    return error(kind, message, error_id, "InvalidArgument", inner=inner)


def to_number(value: object, target: str = "System.Int32") -> "int | float | Decimal":
    """Any value as a number: $null is 0, booleans 0 and 1, characters their codes.

    Raises:
        PsError: it is none; `target` is the type named in the message.
    """
    if isinstance(value, values.Char):
        return ord(value)
    if isinstance(value, int | float | Decimal):
        return int(value) if isinstance(value, bool) else value
    if value is None:
        return 0
    if isinstance(value, str):
        try:
            return number_from_text(value)
        except ValueError:
            reason = "Input string was not in a correct format."
            raise cannot_convert(value, target, reason, "InvalidCastFromStringToInteger") from None
    if isinstance(value, values.EnumValue):
        return value.number
    if isinstance(value, values.SwitchParameter):
        return int(value.is_present)
    raise cannot_convert(value, target)


def to_integer(value: object, target: str) -> int:
    """A value as one of the integer types; fractions are rounded half to even."""
    low, high, made, article = INTEGERS[target]
    number = to_number(value, target)
    try:
        rounded = round(number)
    except (OverflowError, ValueError):
        rounded = high + 1
    if not low <= rounded <= high:
        reason = f"Value was either too large or too small for {article}."
        error_id = "InvalidCastFromStringToInteger" if isinstance(value, str) else "InvalidCastIConvertible"
        raise cannot_convert(value, target, reason, error_id)
    return made(rounded)


def _to_double(value: object, target: str) -> float:
    if isinstance(value, str):
        try:
            return float(value.replace(",", "") if value.strip() else 0)
        except ValueError:
            pass
    return float(to_number(value, target))


def _to_decimal(value: object, target: str) -> Decimal:
    if isinstance(value, str):
        try:
            return decimal_from_text(value)
        except ValueError:
            pass
    number = to_number(value, target)
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def _to_char(value: object, target: str) -> values.Char:
    if isinstance(value, str):
        if len(value) == 1:
            return values.Char(value)
        raise cannot_convert(value, target, "String must be exactly one character long.", "InvalidCastFromStringToChar")
    return values.Char(chr(to_integer(value, "System.UInt16")))


def _to_bool(value: object, _target: str) -> bool:
    return is_true(value)


def _to_string(value: object, _target: str) -> str:
    return to_text(value)


def _to_version(value: object, target: str) -> values.PsVersion:
    if isinstance(value, values.PsVersion):
        return value
    parts = to_text(value).strip().split(".")
    if not 2 <= len(parts) <= 4 or not all(part.isdigit() for part in parts):
        if isinstance(value, int) or (isinstance(value, str) and value.isdigit()):
            reason = "Version string portion was too short or too long."
        else:
            reason = (
                "Input string was not in a correct format."
                if len(parts) > 1
                else "Version string portion was too short or too long."
            )
        raise cannot_convert(value, target, reason, "InvalidCastParseTargetInvocation")
    return values.PsVersion(*(int(part) for part in parts))


def _to_guid(value: object, target: str) -> uuid.UUID:
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(to_text(value))
    except ValueError:
        reason = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
        raise cannot_convert(value, target, reason, "InvalidCastParseTargetInvocation") from None


def _to_timespan(value: object, target: str) -> dt.timedelta:
    if isinstance(value, dt.timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return dt.timedelta(microseconds=value / 10)
    raise cannot_convert(value, target)


def _to_switch(value: object, _target: str) -> values.SwitchParameter:
    return value if isinstance(value, values.SwitchParameter) else values.SwitchParameter(is_true(value))


_SIMPLE: dict[str, Callable[[object, str], Any]] = {
    **dict.fromkeys(INTEGERS, to_integer),
    "System.String": _to_string,
    "System.Boolean": _to_bool,
    "System.Double": _to_double,
    "System.Single": lambda value, target: values.Single(_to_double(value, target)),
    "System.Decimal": _to_decimal,
    "System.Char": _to_char,
    "System.Version": _to_version,
    "System.Guid": _to_guid,
    "System.Management.Automation.SwitchParameter": _to_switch,
    "System.Object": lambda value, _target: value,
    "System.Management.Automation.PSObject": lambda value, _target: value,
    "System.Void": lambda _value, _target: None,
}
_NULLABLE = re.compile(r"(?:System\.)?Nullable(?:`1)?\[(.+)\]", re.IGNORECASE)
_FOLDED = {name.lower(): name for name in _SIMPLE}

ACCELERATED = frozenset(ACCELERATORS.values())


def to_array(value: object) -> list[Any]:
    """A value as an array: a list as it is, anything else as its only item, $null as none."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    return list(value) if isinstance(value, tuple | bytearray | Enumerator) else [value]


def to_custom(value: object) -> object:
    """A [pscustomobject]: of a hashtable its entries as properties."""
    if not isinstance(value, values.Table):
        return value
    made = values.PsObject.custom([(to_text(key), item) for key, item in value.items()])
    named = made.properties.pop("PSTypeName", None)
    if named is not None:
        made.type_names.insert(0, to_text(named))
    return made


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
        return _SIMPLE[target](value, target)

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
                message = f'Cannot convert value {_quoted(value)} to type "{name}". Error: "{reason}"'
                raise _invalid_cast(message, "InvalidCastFromStringToEnumeration")
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
