"""Equality and order between values, as -eq and -lt see them."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from localazure.windows.powershell import values
from localazure.windows.powershell.conversions import is_true, to_number
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import full_name, type_name
from localazure.windows.powershell.values import PsError, error

Number = (int, float, Decimal)


def _same_kind(left: Any, right: Any) -> tuple[Any, Any]:
    """Two numbers that Python can compare and calculate with each other."""
    if isinstance(left, Decimal) != isinstance(right, Decimal):
        return (left, Decimal(repr(right))) if isinstance(left, Decimal) else (Decimal(repr(left)), right)
    return left, right


def _fold(text: str, case_sensitive: bool) -> str:
    return text if case_sensitive else text.lower()


def unwrap(value: object) -> object:
    """The value inside a wrapping object."""
    return value.base if isinstance(value, values.PsObject) and value.base is not None else value


def equals(left: object, right: object, *, case_sensitive: bool = False) -> bool:
    """Whether `left -eq right`; the right side is converted to the left one's type."""
    left, right = unwrap(left), unwrap(right)
    if left is None or right is None:
        return left is right
    if isinstance(left, bool | values.SwitchParameter):
        return bool(left) == is_true(right)
    if isinstance(left, str):
        return _fold(str(left), case_sensitive) == _fold(to_text(right), case_sensitive)
    if isinstance(left, Number):
        return _equal_numbers(left, right)
    return _equal_others(left, right)


def _equal_numbers(left: object, right: object) -> bool:
    if isinstance(right, values.EnumValue):
        return bool(left == right.number)
    try:
        one, other = _same_kind(left, to_number(right))
    except PsError:
        return False
    return bool(one == other)


def _equal_others(left: object, right: object) -> bool:
    if isinstance(left, values.EnumValue):
        if isinstance(right, str):
            return left.name.lower() == right.lower()
        return left.number == (right.number if isinstance(right, values.EnumValue) else right)
    if isinstance(left, values.TypeLiteral):
        other = right.name if isinstance(right, values.TypeLiteral) else full_name(to_text(right))
        return left.name.lower() == other.lower()
    if isinstance(left, uuid.UUID | values.PsVersion | dt.timedelta) and isinstance(right, str):
        return to_text(left).lower() == right.lower()
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        return left.replace(tzinfo=None) == right.replace(tzinfo=None)
    return left is right or (type(left) is type(right) and not isinstance(left, list) and bool(left == right))


def _not_comparable(left: object, right: object, reason: str) -> PsError:
    message = f'Cannot compare "{to_text(left)}" to "{to_text(right)}"'
    message += (
        reason
        or " because the objects are not the same type or the object "
        f'"{to_text(left)}" does not implement "IComparable".'
    )
    return error("System.Management.Automation.RuntimeException", message, "NotIcomparable", "InvalidOperation")


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _text_key(text: str, case_sensitive: bool) -> tuple[str, str]:
    """Text in the order of a culture: letters before case, lower before upper."""
    return (text.lower(), text.swapcase() if case_sensitive else "")


def compare(left: object, right: object, *, case_sensitive: bool = False) -> int:
    """Negative, 0 or positive as `left` comes before, with or after `right`.

    Raises:
        PsError: they cannot be compared.
    """
    left, right = unwrap(left), unwrap(right)
    if left is None or right is None:
        return _order_nothing(left, right)
    if isinstance(left, str):
        return _order(_text_key(left, case_sensitive), _text_key(to_text(right), case_sensitive))
    if isinstance(left, bool):
        return _order(left, is_true(right))
    if isinstance(left, Number):
        return _order(*_same_kind(left, _right_number(left, right)))
    if isinstance(left, values.EnumValue):
        return _order(left.number, right.number if isinstance(right, values.EnumValue) else to_number(right))
    if (
        type(left) is type(right)
        and hasattr(left, "__lt__")
        and not isinstance(left, list | values.PsObject | values.Table)
    ):
        if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
            left, right = left.replace(tzinfo=None), right.replace(tzinfo=None)
        return _order(left, right)
    raise _not_comparable(left, right, "")


def _right_number(left: object, right: object) -> object:
    try:
        return to_number(right, type_name(left))
    except PsError as failure:
        raise _not_comparable(left, right, f'. Error: "{failure.record.message}"') from failure


def _order_nothing(left: object, right: object) -> int:
    if left is None and right is None:
        return 0
    other = right if left is None else left
    sign = -1 if left is None else 1
    if isinstance(other, Number) and other < 0:
        return -sign
    return sign
