"""Conversions between types, as casts and parameters make them."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from localazure.windows.powershell import values
from localazure.windows.powershell.enumerators import Enumerator
from localazure.windows.powershell.numbers import INTEGERS, decimal_from_text, number_from_text
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import ACCELERATORS, type_name
from localazure.windows.powershell.values import PsError, error


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


def quoted(value: object) -> str:
    """A value as the messages of failed conversions name it."""
    return f'"{to_text(value)}"'


def cannot_convert(
    value: object, target: str, reason: str = "", error_id: str = "ConvertToFinalInvalidCastException"
) -> PsError:
    """The error of a conversion that is impossible, with .NET's reason if there is one."""
    if reason:
        message = f'Cannot convert value {quoted(value)} to type "{target}". Error: "{reason}"'
    else:
        shown = f'"{type_name(value)}"' if isinstance(value, list) else quoted(value)
        message = f'Cannot convert the {shown} value of type "{type_name(value)}" to type "{target}".'
    return invalid_cast(message, error_id)


def invalid_cast(message: str, error_id: str) -> PsError:
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


def _to_switch(value: object, _target: str) -> values.SwitchParameter:
    return value if isinstance(value, values.SwitchParameter) else values.SwitchParameter(is_true(value))


SIMPLE: dict[str, Callable[[object, str], Any]] = {
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
