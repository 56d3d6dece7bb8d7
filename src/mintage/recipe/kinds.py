"""One recipe for each operating system, told apart by ``os``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from mintage.recipe.model import LinuxRecipe
from mintage.recipe.windows import WindowsRecipe

Recipe = Annotated[LinuxRecipe | WindowsRecipe, Field(discriminator="os")]
RECIPES: Mapping[object, type[LinuxRecipe | WindowsRecipe]] = {"linux": LinuxRecipe, "windows": WindowsRecipe}
_ADAPTER: TypeAdapter[LinuxRecipe | WindowsRecipe] = TypeAdapter(Recipe)


def parse_recipe(data: object) -> LinuxRecipe | WindowsRecipe:
    """Make a recipe of plain data. Raises pydantic's ValidationError."""
    return _ADAPTER.validate_python(data)


def recipe_schema() -> dict[str, Any]:
    """The JSON schema of recipes.

    Not pydantic's ``oneOf``: of that, editors say only that no branch fits, and not which field is wrong.
    """
    definitions = _ADAPTER.json_schema()["$defs"]
    windows = {"properties": {"os": {"const": "windows"}}, "required": ["os"]}
    return {
        "title": "Recipe",
        "type": "object",
        "required": ["os"],
        "properties": {"os": {"enum": list(RECIPES)}},
        "if": windows,
        "then": {"$ref": "#/$defs/WindowsRecipe"},
        "else": {"$ref": "#/$defs/LinuxRecipe"},
        "$defs": definitions,
    }
