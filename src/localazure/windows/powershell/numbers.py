"""Reading numbers out of strings, and the ranges of the integer types."""

import re
from decimal import Decimal, InvalidOperation

from localazure.windows.powershell import values

INTEGERS: dict[str, tuple[int, int, type[int], str]] = {
    "System.Int32": (-(2**31), 2**31 - 1, int, "an Int32"),
    "System.Int64": (-(2**63), 2**63 - 1, values.Long, "an Int64"),
    "System.Byte": (0, 255, values.Byte, "an unsigned byte"),
    "System.SByte": (-128, 127, values.SByte, "a signed byte"),
    "System.Int16": (-(2**15), 2**15 - 1, values.Int16, "an Int16"),
    "System.UInt16": (0, 2**16 - 1, values.UInt16, "a UInt16"),
    "System.UInt32": (0, 2**32 - 1, values.UInt32, "a UInt32"),
    "System.UInt64": (0, 2**64 - 1, values.UInt64, "a UInt64"),
}
_UNITS = {"": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}
_NUMBER = re.compile(
    r"\s*([+-]?)(?:(0x[0-9a-f]+)|((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))([ld]?)([kmgtp]b)?\s*", re.IGNORECASE
)


def number_from_text(text: str) -> "int | float | Decimal":
    """A number as PowerShell reads it from a string: decimal, hexadecimal, with exponent or suffix; empty is 0.

    Raises:
        ValueError: it is none.
    """
    if not text.strip():
        return 0
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueError(text)
    sign = -1 if found[1] == "-" else 1
    unit = _UNITS[(found[5] or "").lower()]
    if found[2]:
        return sign * int(found[2], 16) * unit
    if found[4].lower() == "d":
        return sign * Decimal(found[3]) * unit
    digits = found[3]
    return sign * (int(digits) if digits.isdigit() else float(digits)) * unit


def decimal_from_text(text: str) -> Decimal:
    """A Decimal out of a string; group separators are allowed.

    Raises:
        ValueError: it is none.
    """
    try:
        return Decimal(text.strip().replace(",", "") or "0")
    except InvalidOperation as failure:
        raise ValueError(text) from failure
