"""What pydantic finds wrong with a recipe, at places as the recipe's author wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mintage.plain_words import plain, suggestion
from mintage.recipe import Recipe, places
from mintage.recipe_file.document import Document
from mintage.recipe_file.problems import Problem

_SCHEMA: dict[str, Any] = Recipe.model_json_schema()


def model_problems(document: Document, invalid: ValidationError) -> Iterator[Problem]:
    """Yield every error; repeats are left to the check of the plain data, which knows their lines."""
    for error in invalid.errors():
        if error["type"] != "repeat" and not _is_echo(error):
            path, known = _place(error["loc"])
            yield Problem(document.line(path), path, _text(error, known))


def _is_echo(error: ErrorDetails) -> bool:
    """Pydantic counts only valid items, so that a wrong one also makes its list too short."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _text(error: ErrorDetails, known: list[str]) -> str:
    if error["type"] == "extra_forbidden":
        return f"is not a field here{suggestion(error['loc'][-1], known) or '; known: ' + ', '.join(known)}"
    if error["type"] == "union_tag_not_found":
        name = error["ctx"]["discriminator"].strip("'")
        return f"has no {name}: it says which of {', '.join(known)} this is"
    return plain(error)


def _place(location: tuple[str | int, ...]) -> tuple[places.Path, list[str]]:
    """Drop from pydantic's location what is not in the file; also return the words known there.

    Those are the kinds where a kind is to be chosen, and elsewhere the fields around the last part.
    """
    path: list[str | int] = []
    schema, fields = _resolve(_SCHEMA), list[str]()
    for part in location:
        if "oneOf" in schema:
            schema = _resolve({"$ref": ref}) if (ref := _kinds(schema).get(str(part))) else {}
        elif part != "[key]":
            path.append(part)
            fields = list(schema.get("properties", {}))
            schema = _inside(schema, part)
    return tuple(path), list(_kinds(schema)) or fields


def _kinds(schema: dict[str, Any]) -> dict[str, str]:
    kinds: dict[str, str] = schema.get("discriminator", {}).get("mapping", {})
    return kinds


def _inside(schema: dict[str, Any], part: str | int) -> dict[str, Any]:
    if isinstance(part, int):
        return _resolve(schema.get("items", {}))
    return _resolve(schema.get("properties", {}).get(part, {}))


def _resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and the one branch of ``X | None`` that is not None."""
    if "$ref" in schema:
        return _resolve(_SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return _resolve(next(branch for branch in schema["anyOf"] if branch.get("type") != "null"))
    return schema
