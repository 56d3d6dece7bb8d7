"""The part of WQL that filters use: comparisons of properties with constants, joined by AND, OR and NOT."""

from __future__ import annotations

import operator as operators
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from localazure.windows.cmdlets.times import utc

Condition = Callable[[Mapping[str, object]], bool]
_TOKENS = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<operator><>|!=|<=|>=|=|<|>)|(?P<paren>[()])|(?P<word>[^\s()=<>!'"]+))"""
)
_OPERATORS = {"=", "<>", "!=", "<", ">", "<=", ">=", "LIKE", "IS", "ISA"}


class WqlError(Exception):
    """The query is not one."""


@dataclass(frozen=True)
class Query:
    class_name: str
    properties: list[str] | None
    """None: all of them."""
    condition: Condition


def parse_query(text: str) -> Query:
    """``SELECT ... FROM class [WHERE condition]``. Raises WqlError."""
    found = re.fullmatch(
        r"\s*select\s+(.+?)\s+from\s+(\w+)(?:\s+where\s+(.+))?\s*;?\s*", text, re.IGNORECASE | re.DOTALL
    )
    if not found:
        raise WqlError(text)
    names = None if found[1].strip() == "*" else [name.strip() for name in found[1].split(",")]
    return Query(found[2], names, parse_condition(found[3] or ""))


def parse_condition(text: str) -> Condition:
    """Raises WqlError."""
    tokens = _tokens(text)
    if not tokens:
        return lambda _: True
    parser = _Parser(tokens, text)
    condition = parser.either()
    if parser.rest:
        raise WqlError(text)
    return condition


def _tokens(text: str) -> list[str]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        found = _TOKENS.match(text, at)
        if not found:
            raise WqlError(text)
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], text: str) -> None:
        self.rest, self._text = tokens, text

    def either(self) -> Condition:
        left = self._both()
        while self._next_is("OR"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Condition:
        left = self._one()
        while self._next_is("AND"):
            left = _and(left, self._one())
        return left

    def _one(self) -> Condition:
        if self._next_is("NOT"):
            inner = self._one()
            return lambda item: not inner(item)
        if self._next_is("("):
            inner = self.either()
            if not self._next_is(")"):
                raise WqlError(self._text)
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        if len(self.rest) < 3 or self.rest[1].upper() not in _OPERATORS:
            raise WqlError(self._text)
        name, operator = self.rest[0], self.rest[1].upper()
        del self.rest[:2]
        if operator == "IS":
            operator = "<>" if self._next_is("NOT") else "="
        constant = _constant(self.rest.pop(0))
        return lambda item: _compare(_property(item, name), operator, constant)

    def _next_is(self, word: str) -> bool:
        if self.rest and self.rest[0].upper() == word:
            del self.rest[0]
            return True
        return False


def _and(left: Condition, right: Condition) -> Condition:
    return lambda item: left(item) and right(item)


def _or(left: Condition, right: Condition) -> Condition:
    return lambda item: left(item) or right(item)


def _property(item: Mapping[str, object], name: str) -> object:
    return next((value for key, value in item.items() if key.lower() == name.lower()), None)


def _constant(token: str) -> object:
    if token[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    named: dict[str, object] = {"TRUE": True, "FALSE": False, "NULL": None}
    if token.upper() in named:
        return named[token.upper()]
    try:
        return int(token, 0)
    except ValueError:
        return token


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operators.eq,
    "<>": operators.ne,
    "!=": operators.ne,
    "<": operators.lt,
    ">": operators.gt,
    "<=": operators.le,
    ">=": operators.ge,
}


def _compare(value: object, operator: str, constant: object) -> bool:
    if operator == "LIKE":
        return value is not None and _like(str(constant)).fullmatch(str(value)) is not None
    if value is None or constant is None:
        same = value is constant
        return same if operator == "=" else not same if operator in {"<>", "!="} else False
    left, right = _comparable(value, constant)
    return bool(_COMPARISONS[operator](left, right))


def _comparable(value: object, constant: object) -> tuple[float, float] | tuple[str, str]:
    if isinstance(value, bool):
        return float(value), float(str(constant).lower() in {"true", "1", "-1"})
    if isinstance(value, int):
        try:
            return float(value), float(str(int(str(constant), 0)))
        except ValueError:
            return float(value), float("nan")
    if isinstance(value, datetime):
        return dmtf(value), str(constant)
    return str(value).lower(), str(constant).lower()


def dmtf(moment: datetime) -> str:
    """As WMI writes a moment: 20261124120000.000000+000."""
    return f"{utc(moment):%Y%m%d%H%M%S.%f}+000"


def _like(pattern: str) -> re.Pattern[str]:
    parts = re.findall(r"\[[^\]]+\]|.", pattern, re.DOTALL)
    known = {"%": ".*", "_": "."}
    text = "".join(
        part if part.startswith("[") and len(part) > 1 else known.get(part, re.escape(part)) for part in parts
    )
    return re.compile(text, re.IGNORECASE | re.DOTALL)
