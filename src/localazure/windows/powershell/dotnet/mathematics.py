"""System.Math and System.Random."""

import math
import random
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

from localazure.windows.powershell.dotnet.building import Members, argument_wrong, declare
from localazure.windows.powershell.types import enumeration
from localazure.windows.powershell.values import EnumValue, PsObject, error


def _whole(rounding: str) -> Callable[[Any], Any]:
    def function(value: Any) -> Any:
        if isinstance(value, Decimal):
            return value.to_integral_value(rounding)
        number = float(value)
        return (
            number if math.isinf(number) or math.isnan(number) else float(Decimal(number).to_integral_value(rounding))
        )

    return function


def _round(value: Any, *args: Any) -> Any:
    """Half to even unless told otherwise."""
    away = any(isinstance(item, EnumValue | str) and str(item).lower() == "awayfromzero" for item in args)
    digits = next((int(item) for item in args if isinstance(item, int)), 0)
    if not 0 <= digits <= 15:
        raise argument_wrong("Rounding digits must be between 0 and 15, inclusive.", "digits")
    if isinstance(value, float) and not math.isfinite(value):
        return value
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    made = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP if away else ROUND_HALF_EVEN)
    return made if isinstance(value, Decimal) else float(made)


def _pick(choose: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def function(left: Any, right: Any) -> Any:
        left, right = (float(one) if isinstance(one, str) else one for one in (left, right))
        chosen = choose(left, right)
        return float(chosen) if isinstance(left, float) or isinstance(right, float) else chosen

    return function


def _power(base: Any, exponent: Any) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


def _log(value: Any, base: Any = None) -> float:
    if value <= 0:
        return -math.inf if value == 0 else math.nan
    return math.log(value) if base is None else math.log(value, base)


def _div_rem(left: int, right: int) -> int:
    if right == 0:
        raise error("System.DivideByZeroException", "Attempted to divide by zero.")
    return int(Decimal(left) / Decimal(right))


MATH = declare(
    "System.Math",
    Members(
        static={
            "Abs": abs,
            "Ceiling": _whole("ROUND_CEILING"),
            "Floor": _whole("ROUND_FLOOR"),
            "Truncate": _whole("ROUND_DOWN"),
            "Round": _round,
            "Max": _pick(max),
            "Min": _pick(min),
            "Pow": _power,
            "Sqrt": lambda value: math.sqrt(value) if value >= 0 else math.nan,
            "Exp": math.exp,
            "Log": _log,
            "Log10": lambda value: _log(value, 10) if value <= 0 else math.log10(value),
            "Sign": lambda value: (value > 0) - (value < 0),
            "Sin": math.sin,
            "Cos": math.cos,
            "Tan": math.tan,
            "Atan": math.atan,
            "Atan2": math.atan2,
            "DivRem": lambda left, right, *_remainder: _div_rem(left, right),
            "BigMul": lambda left, right: left * right,
        },
        constants={"PI": math.pi, "E": math.e},
    ),
)
MIDPOINT_ROUNDING = enumeration("System.MidpointRounding", {"ToEven": 0, "AwayFromZero": 1})


def _new_random(seed: Any = None) -> PsObject:
    made = PsObject.typed("System.Random")
    made.base = random.Random(seed)  # noqa: S311 - .NET's Random is no secret either
    return made


def _next(target: PsObject, *bounds: int) -> int:
    source: Any = target.base
    low, high = (0, 2**31 - 1) if not bounds else (0, bounds[0]) if len(bounds) == 1 else bounds
    if high < low:
        raise error(
            "System.ArgumentOutOfRangeException",
            "'minValue' cannot be greater than maxValue.\r\nParameter name: minValue",
        )
    return int(source.randrange(low, high)) if high > low else low


def _next_bytes(target: PsObject, buffer: bytearray) -> None:
    source: Any = target.base
    buffer[:] = source.randbytes(len(buffer))


RANDOM = declare(
    "System.Random",
    Members(
        new=_new_random,
        methods={"Next": _next, "NextDouble": lambda target: target.base.random(), "NextBytes": _next_bytes},
    ),
)
