"""The comparison, containment, text and type operators, by name."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import arithmetic, values
from localazure.windows.powershell.comparison import compare, equals
from localazure.windows.powershell.conversions import is_true, to_array, to_number
from localazure.windows.powershell.dotnet.composite_format import composite_format
from localazure.windows.powershell.regexes import compile_regex, expand_replacement, named_groups, wildcard_regex
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import full_name
from localazure.windows.powershell.values import CaselessDict, PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi

BinaryOperator = Callable[["EngineApi", Any, Any], Any]
_RUNTIME = "System.Management.Automation.RuntimeException"


def regex(pattern: object, *, ignore_case: bool) -> "re.Pattern[str]":
    """The right side of -match and its like.

    Raises:
        PsError: it is no valid pattern (InvalidRegularExpression).
    """
    compiled = getattr(pattern, "pattern", None)
    if isinstance(compiled, re.Pattern):
        return compiled
    text = to_text(pattern)
    try:
        return compile_regex(text, ignore_case=ignore_case)
    except ValueError as failure:
        message = f"The regular expression pattern {text} is not valid."
        raise error(_RUNTIME, message, "InvalidRegularExpression", "InvalidOperation", text) from failure


def _filtering(test: Callable[[Any, Any], bool]) -> BinaryOperator:
    """A test that filters when its left side is a list."""

    def run(_engine: "EngineApi", left: Any, right: Any) -> Any:
        if isinstance(left, list | bytearray):
            return [item for item in left if test(item, right)]
        return test(left, right)

    return run


def _matching(*, ignore_case: bool, negative: bool) -> BinaryOperator:
    def run(engine: "EngineApi", left: Any, right: Any) -> Any:
        pattern = regex(right, ignore_case=ignore_case)
        if isinstance(left, list):
            return [item for item in left if bool(pattern.search(to_text(item))) != negative]
        found = pattern.search(to_text(left))
        if found:
            engine.set_variable("Matches", matches_table(found))
        return bool(found) != negative

    return run


def matches_table(found: "re.Match[str]") -> values.Table:
    """$Matches: groups that took part, by number or name."""
    table = values.Table()
    for name, text in named_groups(found):
        if text is not None:
            table[name] = text
    return table


def _liking(*, case_sensitive: bool, negative: bool) -> Callable[[Any, Any], bool]:
    def test(left: Any, right: Any) -> bool:
        pattern = wildcard_regex(to_text(right), case_sensitive=case_sensitive)
        return bool(pattern.match(to_text(left))) != negative

    return test


def _replacing(*, ignore_case: bool) -> BinaryOperator:
    def run(_engine: "EngineApi", left: Any, right: Any) -> Any:
        parts = to_array(right)
        pattern = regex(parts[0] if parts else "", ignore_case=ignore_case)
        template = to_text(parts[1]) if len(parts) > 1 else ""

        def one(text: object) -> str:
            return pattern.sub(lambda found: expand_replacement(template, found), to_text(text))

        return [one(item) for item in left] if isinstance(left, list) else one(left)

    return run


def _splitting(*, ignore_case: bool) -> BinaryOperator:
    def run(engine: "EngineApi", left: Any, right: Any) -> Any:
        parts = to_array(right)
        limit = round(to_number(parts[1])) if len(parts) > 1 else 0
        options = to_text(parts[2]).lower() if len(parts) > 2 else ""
        separator = parts[0] if parts else r"\s+"
        if isinstance(separator, values.ScriptBlock):
            return [piece for text in to_array(left) for piece in _split_by(engine, to_text(text), separator)]
        source = re.escape(to_text(separator)) if "simplematch" in options else separator
        pattern = regex(_with_options(source, options), ignore_case=ignore_case)
        return [piece for text in to_array(left) for piece in _split(pattern, to_text(text), limit)]

    return run


_SPLIT_OPTIONS = {"multiline": "m", "singleline": "s", "ignorepatternwhitespace": "x", "ignorecase": "i"}


def _with_options(pattern: object, options: str) -> object:
    letters = "".join(letter for name, letter in _SPLIT_OPTIONS.items() if name in options)
    return f"(?{letters}){to_text(pattern)}" if letters else pattern


def _split(pattern: "re.Pattern[str]", text: str, limit: int) -> list[str]:
    """Pieces between matches, and captured groups. A negative limit counts from the end."""
    if limit in {1, -1}:
        return [text]
    if limit < 0:
        return _split_from_end(pattern, text, -limit)
    return [piece for piece in pattern.split(text, maxsplit=max(0, limit - 1)) if piece is not None]


def _split_from_end(pattern: "re.Pattern[str]", text: str, limit: int) -> list[str]:
    found = list(pattern.finditer(text))[-(limit - 1) :]
    pieces, at = [], 0
    for one in found:
        pieces += [text[at : one.start()], *(group for group in one.groups() if group is not None)]
        at = one.end()
    return [*pieces, text[at:]]


def _split_by(engine: "EngineApi", text: str, block: values.ScriptBlock) -> list[str]:
    pieces = [""]
    for char in text:
        if is_true(engine.evaluate(block, underscore=char)):
            pieces.append("")
        else:
            pieces[-1] += char
    return pieces


def split_blanks(value: object) -> list[str]:
    """Unary -split: at blanks."""
    return [piece for text in to_array(value) for piece in to_text(text).split()]


def join(value: object, separator: str = "") -> str:
    return separator.join(to_text(item) for item in to_array(value))


def _contains(*, case_sensitive: bool, negative: bool, swapped: bool) -> BinaryOperator:
    def run(_engine: "EngineApi", left: Any, right: Any) -> bool:
        items, wanted = (right, left) if swapped else (left, right)
        there = any(
            equals(item, wanted, case_sensitive=case_sensitive)
            for item in (to_array(items) or [None] * (items is None))
        )
        return there != negative

    return run


def _type_text(right: object) -> str:
    return right.name if isinstance(right, values.TypeLiteral) else full_name(to_text(right))


def is_type(engine: "EngineApi", left: Any, right: Any) -> bool:
    """-is: the value's type, what it derives from, and the interfaces lists and tables have."""
    if left is None:
        return False
    wanted = _type_text(right).lower()
    if wanted == "system.management.automation.psobject":
        return isinstance(left, values.PsObject)
    return wanted in {name.lower() for name in engine.type_names(left)}


def _as_type(engine: "EngineApi", left: Any, right: Any) -> Any:
    try:
        return engine.convert(left, _type_text(right))
    except PsError:
        return None


def _format(_engine: "EngineApi", left: Any, right: Any) -> str:
    try:
        return composite_format(to_text(left), to_array(right) if right is not None else [None])
    except PsError as failure:
        message = f"Error formatting a string: {failure.record.message}"
        inner = failure.record.exception
        raise error(_RUNTIME, message, "FormatError", "InvalidOperation", inner=inner) from failure


def _arithmetic(function: Callable[[Any, Any], Any]) -> BinaryOperator:
    return lambda _engine, left, right: function(left, right)


def _bitwise(operator: str) -> BinaryOperator:
    def run(engine: "EngineApi", left: Any, right: Any) -> Any:
        if isinstance(left, values.EnumValue) and operator in {"band", "bor", "bxor"}:
            other = engine.convert(right, left.type_name)
            return engine.convert(arithmetic.bitwise(operator, left.number, other.number), left.type_name)
        return arithmetic.bitwise(operator, left, right)

    return run


def _table() -> dict[str, BinaryOperator]:
    table: dict[str, BinaryOperator] = {
        "+": _arithmetic(arithmetic.add),
        "-": _arithmetic(arithmetic.subtract),
        "*": _arithmetic(arithmetic.multiply),
        "/": _arithmetic(arithmetic.divide),
        "%": _arithmetic(arithmetic.modulo),
        "..": _arithmetic(arithmetic.number_range),
        "f": _format,
        "is": is_type,
        "isnot": lambda engine, left, right: not is_type(engine, left, right),
        "as": _as_type,
        "join": lambda _engine, left, right: join(left, to_text(right)),
        "xor": lambda _engine, left, right: is_true(left) != is_true(right),
    }
    table.update({name: _bitwise(name) for name in ("band", "bor", "bxor", "shl", "shr")})
    for prefix in ("", "i", "c"):
        table.update({prefix + name: run for name, run in _cased(case_sensitive=prefix == "c").items()})
    return table


def _cased(*, case_sensitive: bool) -> dict[str, BinaryOperator]:
    def order(test: Callable[[int], bool]) -> BinaryOperator:
        return _filtering(lambda left, right: test(compare(left, right, case_sensitive=case_sensitive)))

    ignore_case = not case_sensitive
    return {
        "eq": _filtering(lambda left, right: equals(left, right, case_sensitive=case_sensitive)),
        "ne": _filtering(lambda left, right: not equals(left, right, case_sensitive=case_sensitive)),
        "lt": order(lambda sign: sign < 0),
        "le": order(lambda sign: sign <= 0),
        "gt": order(lambda sign: sign > 0),
        "ge": order(lambda sign: sign >= 0),
        "like": _filtering(_liking(case_sensitive=case_sensitive, negative=False)),
        "notlike": _filtering(_liking(case_sensitive=case_sensitive, negative=True)),
        "match": _matching(ignore_case=ignore_case, negative=False),
        "notmatch": _matching(ignore_case=ignore_case, negative=True),
        "replace": _replacing(ignore_case=ignore_case),
        "split": _splitting(ignore_case=ignore_case),
        "contains": _contains(case_sensitive=case_sensitive, negative=False, swapped=False),
        "notcontains": _contains(case_sensitive=case_sensitive, negative=True, swapped=False),
        "in": _contains(case_sensitive=case_sensitive, negative=False, swapped=True),
        "notin": _contains(case_sensitive=case_sensitive, negative=True, swapped=True),
    }


BINARY = CaselessDict(_table())
