"""What pydantic finds wrong with a recipe, at places as the recipe's author wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mintage.plain_words import plain, suggestion
from mintage.recipe import RECIPES, places
from mintage.recipe_file.document import Document
from mintage.recipe_file.problems import Problem

_OTHER_SYSTEMS = {"shell": ("linux", "powershell"), "powershell": ("windows", "shell")}
_OTHER_SYSTEMS |= {"windows_update": ("windows", "shell")}
"""By a step's kind: the system it is for, and what takes its place on the other."""


def model_problems(document: Document, invalid: ValidationError, kind: type[BaseModel]) -> Iterator[Problem]:
    """Yield every error; repeats are left to the check of the plain data, which knows their lines.

    ``kind`` is the model that refused. When the recipe names no system that is known, what depends on it is left out.
    """
    schema = _Schema(kind)
    for error in invalid.errors():
        if error["type"] == "repeat" or _is_echo(error) or (not _known_os(document) and _of_one_system(error)):
            continue
        path, known = schema.place(error["loc"])
        yield Problem(document.line(path), path, _text(error, known))


def _known_os(document: Document) -> bool:
    return str(document.data.get("os")) in RECIPES


def _of_one_system(error: ErrorDetails) -> bool:
    return error["loc"][0] in {"customize", "generalize", "verify", "connection"}


def _is_echo(error: ErrorDetails) -> bool:
    """Pydantic counts only valid items, so that a wrong one also makes its list too short."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _text(error: ErrorDetails, known: list[str]) -> str:
    kind = error["type"]
    if error["loc"] == ("os",) and kind == "literal_error":
        return f"must be one of {', '.join(map(str, RECIPES))}{suggestion(error['input'], map(str, RECIPES))}"
    if kind == "extra_forbidden":
        return f"is not a field here{suggestion(error['loc'][-1], known) or '; known: ' + ', '.join(known)}"
    if kind == "union_tag_not_found":
        name = error["ctx"]["discriminator"].strip("'")
        return f"has no {name}: it says which of {', '.join(known)} this is"
    if kind == "union_tag_invalid" and error["ctx"]["tag"] in _OTHER_SYSTEMS:
        system, instead = _OTHER_SYSTEMS[error["ctx"]["tag"]]
        return f"is of kind {error['ctx']['tag']}, which is for os: {system}; here it is {instead}"
    return plain(error)


class _Schema:
    """The model's JSON schema, walked along pydantic's locations."""

    def __init__(self, kind: type[BaseModel]) -> None:
        self._whole: dict[str, Any] = kind.model_json_schema()

    def place(self, location: tuple[str | int, ...]) -> tuple[places.Path, list[str]]:
        """Drop from pydantic's location what is not in the file; also return the words known there.

        Those are the kinds where a kind is to be chosen, and elsewhere the fields around the last part.
        """
        path: list[str | int] = []
        schema, fields = self._resolve(self._whole), list[str]()
        for part in location:
            if "oneOf" in schema:
                schema = self._resolve({"$ref": ref}) if (ref := _kinds(schema).get(str(part))) else {}
            elif part != "[key]":
                path.append(part)
                fields = list(schema.get("properties", {}))
                schema = self._inside(schema, part)
        return tuple(path), list(_kinds(schema)) or fields

    def _inside(self, schema: dict[str, Any], part: str | int) -> dict[str, Any]:
        if isinstance(part, int):
            return self._resolve(schema.get("items", {}))
        return self._resolve(schema.get("properties", {}).get(part, {}))

    def _resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Follow a reference, and the one branch of ``X | None`` that is not None."""
        if "$ref" in schema:
            return self._resolve(self._whole["$defs"][schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            return self._resolve(next(branch for branch in schema["anyOf"] if branch.get("type") != "null"))
        return schema


def _kinds(schema: dict[str, Any]) -> dict[str, str]:
    kinds: dict[str, str] = schema.get("discriminator", {}).get("mapping", {})
    return kinds
