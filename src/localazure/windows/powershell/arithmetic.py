"""+ - * / % and the bitwise operators."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any

from localazure.windows.powershell import values
from localazure.windows.powershell.conversions import to_number
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import type_name
from localazure.windows.powershell.values import Long, PsError, error

_RUNTIME = "System.Management.Automation.RuntimeException"
_NAMES = {"+": "op_Addition", "-": "op_Subtraction", "*": "op_Multiply", "/": "op_Division", "%": "op_Modulus"}


def _no_method(value: object, operator: str) -> PsError:
    message = (
        f"Method invocation failed because [{type_name(value)}] does not contain a method named '{_NAMES[operator]}'."
    )
    return error(_RUNTIME, message, "MethodNotFound", "InvalidOperation", _NAMES[operator])


def add(left: Any, right: Any) -> Any:
    """`left + right`: numbers, text, lists, tables, dates."""
    if type(left) is int and type(right) is int:
        return fit(left + right, left, right)
    if left is None:
        return right
    if isinstance(left, str):
        return str(left) + to_text(right)
    if isinstance(left, list | bytearray | tuple):
        return [*left, *(right if isinstance(right, list | bytearray | tuple) else [right])]
    if isinstance(left, values.Table):
        return _add_tables(left, right)
    if isinstance(left, dt.datetime | dt.timedelta) and isinstance(right, dt.timedelta):
        return left + right
    return _calculate("+", left, right)


def _add_tables(left: values.Table, right: object) -> values.Table:
    if not isinstance(right, values.Table):
        message = "A hash table can only be added to another hash table."
        raise error(_RUNTIME, message, "AddHashTableToNonHashTable", "InvalidOperation")
    made = values.Table(left, ordered=left.ordered)
    for key, item in right.items():
        if key in made:
            message = (
                f"Item has already been added. Key in dictionary: '{to_text(key)}'  Key being added: '{to_text(key)}'"
            )
            raise error("System.ArgumentException", message, "System.ArgumentException", "OperationStopped")
        made[key] = item
    return made


def subtract(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int:
        return fit(left - right, left, right)
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime | dt.timedelta):
        if isinstance(right, dt.datetime) and (left.tzinfo is None) != (right.tzinfo is None):
            return left.replace(tzinfo=None) - right.replace(tzinfo=None)
        return left - right
    if isinstance(left, dt.timedelta) and isinstance(right, dt.timedelta):
        return left - right
    return _calculate("-", left, right)


def multiply(left: Any, right: Any) -> Any:
    if isinstance(left, str) and not isinstance(left, values.Char):
        return left * max(0, round(to_number(right)))
    if isinstance(left, list):
        return left * max(0, round(to_number(right)))
    return _calculate("*", left, right)


def divide(left: Any, right: Any) -> Any:
    return _calculate("/", left, right)


def modulo(left: Any, right: Any) -> Any:
    return _calculate("%", left, right)


def fit(result: int, left: object, right: object) -> Any:
    """An integer result in the type PowerShell gives it: what does not fit becomes a Double."""
    mixed = isinstance(left, values.UInt32) != isinstance(right, values.UInt32)
    if isinstance(left, Long) or isinstance(right, Long) or mixed:
        return Long(result) if -(2**63) <= result < 2**63 else float(result)
    if -(2**31) <= result < 2**31:
        return int(result)
    wide = any(isinstance(one, int) and not -(2**31) <= one < 2**31 for one in (left, right))
    return int(result) if wide and -(2**63) <= result < 2**63 else float(result)


def _calculate(operator: str, left: Any, right: Any) -> Any:
    if isinstance(left, str) and not isinstance(left, values.Char):
        left = to_number(left)
    if not _is_number(left):
        raise _no_method(left, operator)
    if not _is_number(right) and not isinstance(right, str):
        raise _no_method(right if isinstance(right, list) else left, operator)
    one, other = to_number(left), to_number(right)
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        one, other = Decimal(str(one)), Decimal(str(other))
    return _numbers(operator, one, other)


def _is_number(value: object) -> bool:
    return value is None or isinstance(
        value, int | float | Decimal | values.Char | values.EnumValue | values.SwitchParameter
    )


def _numbers(operator: str, one: Any, other: Any) -> Any:
    integers = isinstance(one, int) and isinstance(other, int)
    if operator in {"/", "%"}:
        return _division(operator, one, other, integers)
    result = one + other if operator == "+" else one - other if operator == "-" else one * other
    return fit(result, one, other) if integers else result


def _division(operator: str, one: Any, other: Any, integers: bool) -> Any:
    if other == 0:
        if integers or isinstance(one, Decimal):
            message = "Attempted to divide by zero."
            raise error(
                _RUNTIME, message, "RuntimeException", inner=values.PsException("System.DivideByZeroException", message)
            )
        return _divide_by_zero(operator, one)
    if operator == "%":
        if integers:
            return fit(int(math.copysign(1, one)) * (abs(one) % abs(other)), one, other)
        return one % other if isinstance(one, Decimal) else math.fmod(one, other)
    if integers:
        whole, rest = divmod(one, other)
        return fit(whole, one, other) if rest == 0 else one / other
    return one / other


def _divide_by_zero(operator: str, one: float) -> float:
    if operator == "%" or one == 0:
        return math.nan
    return math.copysign(math.inf, one)


def negate(value: object) -> Any:
    """-value."""
    return subtract(0, to_number(value) if isinstance(value, str) else value)


def bitwise(operator: str, left: object, right: object) -> Any:
    """-band, -bor, -bxor, -shl, -shr; enumerations keep their type only as numbers."""
    one, other = round(to_number(left)), round(to_number(right))
    if operator in {"shl", "shr"}:
        return _shift(operator, one, other)
    result = {"band": one & other, "bor": one | other, "bxor": one ^ other}[operator]
    return Long(result) if isinstance(left, Long) or isinstance(right, Long) else result


def _shift(operator: str, one: int, by: int) -> int:
    bits = 64 if isinstance(one, Long) or not -(2**31) <= one < 2**31 else 32
    if operator == "shr":
        return one >> (by % bits)
    shifted: int = (one << (by % bits)) & (2**bits - 1)
    return shifted - 2**bits if shifted >= 2 ** (bits - 1) else shifted


def bitwise_not(value: object) -> int:
    return ~round(to_number(value))


def number_range(left: object, right: object) -> list[Any]:
    """left..right, up or down."""
    first, last = round(to_number(left)), round(to_number(right))
    return list(range(first, last + 1)) if first <= last else list(range(first, last - 1, -1))
