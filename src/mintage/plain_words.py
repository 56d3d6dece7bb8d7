"""Pydantic's complaints in plain words: what the value must be, never what it was (it may be a secret)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from pydantic_core import ErrorDetails

_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "invalid_key": "must be a field's name in text",
    "string_type": "must be text: put it in quotes",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list: put '- ' before each item",
    "dict_type": "must be a mapping, such as NAME: value",
    "model_type": "must be a mapping of fields",
    "model_attributes_type": "must be a mapping of fields",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must have at least {min_length} of them",
    "too_long": "must have at most {max_length} of them",
    "path_type": "must be a path in text",
    "date_type": "must be a date, such as 2027-12-31",
    "date_parsing": "must be a date, such as 2027-12-31",
    "date_from_datetime_parsing": "must be a date, such as 2027-12-31",
    "date_from_datetime_inexact": "must be a date without a time, such as 2027-12-31",
    "value_error": "{error}",
}
"""By pydantic's error type. What is not here keeps pydantic's message."""


def plain(error: ErrorDetails) -> str:
    """Say what is wrong, for instance ``must be at least 1``."""
    if error["input"] is None and error["type"] != "missing":
        return "has no value"
    kind, context = error["type"], error.get("ctx", {})
    if kind in _CHOICES:
        return _CHOICES[kind](error)
    return _WORDS[kind].format_map(context) if kind in _WORDS else error["msg"]


def suggestion(given: object, known: Iterable[str]) -> str:
    """Return ``; did you mean region?`` when one known word is close, else the empty string."""
    close = get_close_matches(str(given), list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _literal(error: ErrorDetails) -> str:
    known = error["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
    wish = f"must be {known[0]}" if len(known) == 1 else f"must be one of {', '.join(known)}"
    return wish + suggestion(error["input"], known)


def _tag(error: ErrorDetails) -> str:
    context = error["ctx"]
    name, given, known = context["discriminator"].strip("'"), context["tag"], context["expected_tags"].replace("'", "")
    return f"has an unknown {name}, {given!r}: must be one of {known}{suggestion(given, known.split(', '))}"


_CHOICES: Mapping[str, Callable[[ErrorDetails], str]] = {"literal_error": _literal, "union_tag_invalid": _tag}
