"""The kinds of text a recipe is written in. Each says in plain words what it must look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


class Part(BaseModel):
    """A piece of a recipe: nothing changes it, and it takes no field it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording:
    """An annotation: text that matches ``pattern``, said in ``words`` to people and by the pattern to editors.

    Pydantic's own pattern constraint would answer with the regular expression.
    """

    def __init__(self, pattern: str, words: str) -> None:
        self._pattern, self._words = re.compile(pattern), words

    def check(self, text: str) -> str:
        """Return ``text``. Raises ValueError saying what it must be."""
        if not self._pattern.fullmatch(text):
            message = f"{text!r} {self._words}"
            raise ValueError(message)
        return text

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": self._pattern.pattern}


class ResourceId(Wording):
    """An annotation: the id of a resource of this type, ``Microsoft.Compute/images/*`` say; case is ignored."""

    def __init__(self, kind: str) -> None:
        path = f"/subscriptions/*/resourceGroups/*/providers/{kind}"
        pattern = re.escape(path).replace(r"\*", "[^/]+")
        super().__init__(f"(?i)^{pattern}$", f"is not an id like {path.replace('*', '…')}")

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # JSON Schema's regular expressions cannot ignore case.
        return handler(schema)


def kind_required(field: str) -> Callable[[dict[str, Any]], None]:
    """Make ``field`` required in the JSON schema: unions are told apart by it, so YAML must give it."""

    def require(schema: dict[str, Any]) -> None:
        schema["required"] = [field, *schema.get("required", [])]

    return require


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = timedelta(days=3650)


def parse_duration(text: str) -> timedelta:
    """``90s``, ``10m``, ``2h``, ``30d``. Raises ValueError for anything else, zero and over ten years included."""
    match = re.fullmatch(r"([1-9][0-9]{0,9})([smhd])", text)
    if match is None:
        message = f"{text!r} is not a duration: a whole number and s, m, h or d, such as 90s or 10m"
        raise ValueError(message)
    duration = timedelta(seconds=int(match[1]) * _UNITS[match[2]])
    if duration > _LONGEST:
        message = f"{text!r} is longer than ten years"
        raise ValueError(message)
    return duration


def in_seconds(text: str) -> float:
    """A duration as a clock counts. Raises ValueError as ``parse_duration`` does."""
    return parse_duration(text).total_seconds()


def _duration(text: str) -> str:
    parse_duration(text)
    return text


Duration = Annotated[
    str,
    AfterValidator(_duration),
    Field(examples=["90s", "10m", "2h", "30d"], json_schema_extra={"pattern": "^[1-9][0-9]{0,9}[smhd]$"}),
]

Name = Annotated[
    str,
    Wording(
        r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$",
        "is not a name: lower-case letters, digits and inner hyphens, 40 at most",
    ),
]
"""It becomes part of the names of resources."""

Label = Annotated[
    str,
    Wording(
        r"^[^\s/\\\x00-\x1f\x7f]([^/\\\x00-\x1f\x7f]{0,58}[^\s/\\\x00-\x1f\x7f])?$",
        "is not a label: 1 to 60 characters on one line, no slash, no blank at either end",
    ),
]
"""It names a task run and the key its result is kept under, where a slash would make a folder."""

Region = Annotated[str, Wording(r"^[a-z0-9]+$", "is not a region's short name, such as westeurope")]

Size = Annotated[
    str, Wording(r"^(Standard|Basic)_[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$", "is not a VM size, such as Standard_D2s_v5")
]

Zone = Annotated[str, Wording(r"^[1-9]$", "is not an availability zone: a digit in quotes, such as '1'")]

EnvironmentName = Annotated[
    str, Wording(r"^[A-Za-z_][A-Za-z0-9_]*$", "is not a variable's name: letters, digits and underscores")
]

RelativePath = Annotated[
    str, Wording(r"^[^/~\\\x00][^\\\x00]*$", "is not a path relative to the recipe, with forward slashes")
]

Owner = Annotated[
    str,
    Wording(
        r"^[a-z0-9_][a-z0-9_-]{0,31}(:[a-z0-9_][a-z0-9_-]{0,31})?$",
        "is not an owner, such as root or www-data:www-data",
    ),
]
