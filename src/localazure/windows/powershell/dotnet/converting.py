"""System.Convert and System.BitConverter."""

import base64
import binascii
import struct
from collections.abc import Callable
from typing import Any

from localazure.windows.powershell.dotnet.building import (
    Members,
    WithEngine,
    argument_null,
    argument_wrong,
    bad_format,
    declare,
    with_engine,
)
from localazure.windows.powershell.numbers import INTEGERS
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import enumeration
from localazure.windows.powershell.values import PsError, error

_BAD_BASE64 = (
    "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, "
    "or an illegal character among the padding characters. "
)


def _to_base64(data: Any, *args: Any) -> str:
    if data is None:
        raise argument_null("inArray")
    numbers = [int(one) for one in args if isinstance(one, int)]
    part = bytes(data)[numbers[0] : numbers[0] + numbers[1]] if len(numbers) > 1 else bytes(data)
    text = base64.b64encode(part).decode()
    if any("insertlinebreaks" in str(one).lower() for one in args):
        return "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    return text


def from_base64(text: object) -> bytearray:
    """Convert.FromBase64String: white space is skipped, anything else must be right."""
    if text is None:
        raise argument_null("s")
    packed = "".join(to_text(text).split())
    if len(packed) % 4:
        raise bad_format("Invalid length for a Base-64 char array or string.")
    try:
        return bytearray(base64.b64decode(packed, validate=True))
    except binascii.Error:
        raise bad_format(_BAD_BASE64) from None


def _from_chars(chars: list[Any], offset: int, length: int) -> bytearray:
    return from_base64("".join(to_text(one) for one in chars[offset : offset + length]))


def _to_integer(name: str) -> WithEngine:
    low, high, made, article = INTEGERS[name]

    def function(engine: Any, value: Any, base: Any = 10) -> Any:
        if isinstance(value, str) and base != 10:
            return made(_in_base(value, int(base), low, high, article))
        try:
            return engine.convert(value, name)
        except PsError as failure:
            raise _own(failure, article) from failure

    return with_engine(function)


def _own(failure: PsError, article: str) -> PsError:
    if "too large or too small" in str(failure):
        return error("System.OverflowException", f"Value was either too large or too small for {article}.")
    return bad_format()


def _in_base(text: str, base: int, low: int, high: int, article: str) -> int:
    if base not in {2, 8, 16}:
        raise argument_wrong("Invalid Base.")
    try:
        number = int(text, base)
    except ValueError:
        raise bad_format("Could not find any recognizable digits.") from None
    width = high - low + 1
    number = number - width if low < 0 and high < number < width else number
    if not low <= number <= high:
        raise error("System.OverflowException", f"Value was either too large or too small for {article}.")
    return number


def _to_string(value: Any, base: Any = None, *_culture: object) -> str:
    if not isinstance(base, int) or isinstance(value, str):
        return to_text(value)
    width = 64 if not -(2**31) <= value < 2**31 else 32
    number = int(value) & ((1 << width) - 1)
    if base == 10:
        return str(value)
    return format(number, {2: "b", 8: "o", 16: "x"}[int(base)])


def _converter(name: str) -> WithEngine:
    return with_engine(lambda engine, value, *_culture: engine.convert(value, name))


CONVERT = declare(
    "System.Convert",
    Members(
        static={
            "ToBase64String": _to_base64,
            "FromBase64String": from_base64,
            "FromBase64CharArray": _from_chars,
            **{f"To{name.removeprefix('System.')}": _to_integer(name) for name in INTEGERS},
            **{
                f"To{name}": _converter(f"System.{name}")
                for name in ("Double", "Decimal", "Boolean", "Char", "DateTime")
            },
            "ToString": _to_string,
            "ChangeType": with_engine(
                lambda engine, value, kind: engine.convert(value, to_text(getattr(kind, "name", kind)))
            ),
        },
    ),
)
BASE64_OPTIONS = enumeration("System.Base64FormattingOptions", {"None": 0, "InsertLineBreaks": 1}, flags=True)


def _hyphenated(data: Any, start: int = 0, length: int | None = None) -> str:
    part = bytes(data)[start:] if length is None else bytes(data)[start : start + length]
    return part.hex("-").upper()


def _get_bytes(value: Any) -> bytearray:
    if isinstance(value, bool):
        return bytearray([value])
    if isinstance(value, float):
        return bytearray(struct.pack("<d", value))
    if isinstance(value, str):
        return bytearray(value.encode("utf-16-le"))
    size = {"System.Int16": 2, "System.UInt16": 2, "System.UInt32": 4}.get(getattr(value, "type_name", ""), 8)
    if type(value) is int and -(2**31) <= value < 2**31:
        size = 4
    return bytearray((int(value) & ((1 << size * 8) - 1)).to_bytes(size, "little"))


def _reader(code: str, name: str = "") -> Callable[..., Any]:
    made = INTEGERS[name][2] if name else float

    def read(data: Any, start: int = 0) -> Any:
        if start + struct.calcsize(code) > len(data):
            text = (
                "Destination array is not long enough to copy all the items in the collection. "
                "Check array index and length."
            )
            raise argument_wrong(text)
        return made(struct.unpack_from("<" + code, bytes(data), start)[0])

    return read


BIT_CONVERTER = declare(
    "System.BitConverter",
    Members(
        static={
            "ToString": _hyphenated,
            "GetBytes": _get_bytes,
            "ToInt16": _reader("h", "System.Int16"),
            "ToUInt16": _reader("H", "System.UInt16"),
            "ToInt32": _reader("i", "System.Int32"),
            "ToUInt32": _reader("I", "System.UInt32"),
            "ToInt64": _reader("q", "System.Int64"),
            "ToUInt64": _reader("Q", "System.UInt64"),
            "ToDouble": _reader("d"),
            "ToBoolean": lambda data, start=0: data[start] != 0,
        },
        constants={"IsLittleEndian": True},
    ),
)
