"""Numbers, characters and booleans: System.Int32 and its kin, Char, Boolean."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from localazure.windows.powershell.dotnet.building import (
    Members,
    WithEngine,
    argument_null,
    bad_format,
    declare,
    with_engine,
)
from localazure.windows.powershell.dotnet.composite_format import format_value
from localazure.windows.powershell.numbers import INTEGERS
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import DotnetType
from localazure.windows.powershell.values import Char, PsError, Single, error

Parse = Callable[..., Any]


def _compare(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _shared() -> dict[str, Callable[..., Any]]:
    return {
        "ToString": lambda value, form="", *_culture: format_value(value, form if isinstance(form, str) else ""),
        "Equals": lambda value, other: type(value) is type(other) and value == other,
        "CompareTo": _compare,
        "GetHashCode": hash,
    }


def try_parse(parse: Parse) -> WithEngine:
    """TryParse(text, ..., [ref] result) of a type whose Parse this is; what does not parse leaves the zero value."""

    def function(engine: Any, text: object, *rest: object) -> bool:
        try:
            value = parse(text)
        except PsError:
            return False
        engine.set_property(rest[-1], "Value", value)
        return True

    return with_engine(function)


def _integer_parser(name: str) -> Parse:
    low, high, made, article = INTEGERS[name]

    def parse(text: object, style: object = None, *_culture: object) -> Any:
        if text is None:
            raise argument_null("String")
        try:
            number = int(to_text(text).strip(), 16) if "hex" in str(style).lower() else _plain_integer(to_text(text))
        except ValueError:
            raise bad_format() from None
        if not low <= number <= high:
            raise error("System.OverflowException", f"Value was either too large or too small for {article}.")
        return made(number)

    return parse


def _plain_integer(text: str) -> int:
    stripped = text.strip()
    if not stripped.lstrip("+-").isdigit():
        raise ValueError(text)
    return int(stripped)


def _integer(name: str, *aliases: str) -> DotnetType:
    low, high, made, _article = INTEGERS[name]
    parse = _integer_parser(name)
    members = Members(
        static={"Parse": parse, "TryParse": try_parse(parse)},
        constants={"MaxValue": made(high), "MinValue": made(low)},
        methods=_shared(),
    )
    return declare(name, members, aliases=aliases, base="System.ValueType")


def _parse_double(text: object, *_how: object) -> float:
    if text is None:
        raise argument_null("String")
    try:
        return float(to_text(text).replace(",", ""))
    except ValueError:
        raise bad_format() from None


def _parse_decimal(text: object, *_how: object) -> Decimal:
    if text is None:
        raise argument_null("String")
    try:
        return Decimal(to_text(text).strip().replace(",", ""))
    except InvalidOperation:
        raise bad_format() from None


def _parse_bool(text: object) -> bool:
    if text is None:
        raise argument_null("value")
    folded = to_text(text).strip().lower()
    if folded not in {"true", "false"}:
        raise bad_format("String was not recognized as a valid Boolean.")
    return folded == "true"


def _char_test(test: Callable[[str], bool]) -> Callable[..., bool]:
    def check(text: object, at: int = 0) -> bool:
        return test(to_text(text)[at])

    return check


_NUMBER_TYPES = [
    ("System.Int32", "int"),
    ("System.Int64", "long"),
    ("System.Byte", "byte"),
    ("System.SByte", "sbyte"),
    ("System.Int16",),
    ("System.UInt16",),
    ("System.UInt32",),
    ("System.UInt64",),
]
INT32, INT64, BYTE, SBYTE, INT16, UINT16, UINT32, UINT64 = (_integer(name, *rest) for name, *rest in _NUMBER_TYPES)

DOUBLE = declare(
    "System.Double",
    Members(
        static={
            "Parse": _parse_double,
            "TryParse": try_parse(_parse_double),
            "IsNaN": lambda value: value != value,  # noqa: PLR0124 - only NaN differs from itself
            "IsInfinity": lambda value: abs(value) == float("inf"),
        },
        constants={
            "MaxValue": 1.7976931348623157e308,
            "MinValue": -1.7976931348623157e308,
            "NaN": float("nan"),
            "PositiveInfinity": float("inf"),
            "NegativeInfinity": float("-inf"),
            "Epsilon": 5e-324,
        },
        methods=_shared(),
    ),
    aliases=("double",),
    base="System.ValueType",
    python=float,
)
SINGLE = declare(
    "System.Single",
    Members(
        static={"Parse": lambda text: Single(_parse_double(text))},
        constants={"MaxValue": Single(3.4028234663852886e38), "MinValue": Single(-3.4028234663852886e38)},
        methods=_shared(),
    ),
    aliases=("float", "single"),
    base="System.ValueType",
    python=Single,
)
DECIMAL = declare(
    "System.Decimal",
    Members(
        static={
            "Parse": _parse_decimal,
            "TryParse": try_parse(_parse_decimal),
            "Round": lambda value, digits=0: round(Decimal(value), int(digits)),
            "Truncate": lambda value: Decimal(int(value)),
            "Floor": lambda value: Decimal(value).to_integral_value("ROUND_FLOOR"),
            "Ceiling": lambda value: Decimal(value).to_integral_value("ROUND_CEILING"),
        },
        constants={
            "MaxValue": Decimal(79228162514264337593543950335),
            "MinValue": Decimal(-79228162514264337593543950335),
            "Zero": Decimal(0),
            "One": Decimal(1),
        },
        methods=_shared(),
    ),
    aliases=("decimal",),
    base="System.ValueType",
    python=Decimal,
)
BOOLEAN = declare(
    "System.Boolean",
    Members(
        static={"Parse": _parse_bool, "TryParse": try_parse(_parse_bool)},
        constants={"TrueString": "True", "FalseString": "False"},
        methods=_shared(),
    ),
    aliases=("bool",),
    base="System.ValueType",
    python=bool,
)
CHAR = declare(
    "System.Char",
    Members(
        static={
            "IsDigit": _char_test(str.isdigit),
            "IsNumber": _char_test(str.isnumeric),
            "IsLetter": _char_test(str.isalpha),
            "IsLetterOrDigit": _char_test(str.isalnum),
            "IsUpper": _char_test(str.isupper),
            "IsLower": _char_test(str.islower),
            "IsWhiteSpace": _char_test(str.isspace),
            "IsControl": _char_test(lambda char: ord(char) < 32 or 127 <= ord(char) < 160),
            "IsPunctuation": _char_test(lambda char: char in "!\"#%&'()*,-./:;?@[\\]_{}"),
            "ToUpper": lambda char, *_culture: Char(to_text(char).upper()),
            "ToLower": lambda char, *_culture: Char(to_text(char).lower()),
            "ToUpperInvariant": lambda char: Char(to_text(char).upper()),
            "ToLowerInvariant": lambda char: Char(to_text(char).lower()),
            "ToString": to_text,
            "ConvertFromUtf32": lambda number: chr(int(number)),
            "ConvertToUtf32": lambda text, at=0: ord(to_text(text)[at]),
            "GetNumericValue": lambda char: float(to_text(char)) if to_text(char).isdigit() else -1.0,
        },
        constants={"MaxValue": Char("\uffff"), "MinValue": Char("\0")},
        methods={
            "ToString": lambda char, *_culture: str.__str__(char),
            "Equals": lambda char, other: isinstance(other, Char) and str.__eq__(char, other),
            "CompareTo": lambda char, other: ord(char) - ord(other),
        },
    ),
    aliases=("char",),
    base="System.ValueType",
    python=Char,
)
