"""Editors are given what the model accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from mintage.recipe_file import load_recipe
from mintage.schema import main, schema

DEPLOYMENTS = Path(__file__).parents[2] / "deployments"
RECIPES = sorted((DEPLOYMENTS / "recipes").glob("*.yaml"))


def complaints(recipe: Any) -> list[str]:
    return [error.json_path for error in Draft202012Validator(json.loads(schema())).iter_errors(recipe)]


def read(path: Path) -> Any:
    return json.loads(json.dumps(YAML(typ="safe").load(path), default=str))


def test_the_schema_in_the_repository_is_current(tmp_path: Path) -> None:
    main([str(tmp_path / "schema.json")])
    assert (DEPLOYMENTS / "recipe.schema.json").read_text() == (tmp_path / "schema.json").read_text(), (
        "run: make schema"
    )


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(schema()))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_the_recipes_here_are_valid_and_point_editors_at_the_schema(path: Path) -> None:
    assert load_recipe(path).recipe.name == path.stem
    assert complaints(read(path)) == []
    assert path.read_text().startswith("# yaml-language-server: $schema=../recipe.schema.json\n")


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("name", "Web 1", "$.name"),
        ("nmae", "web", "$"),
        ("tags", {"a": 1}, "$.tags.a"),
        ("source", {"publisher": "a", "offer": "b", "sku": "c"}, "$.source"),
        ("build", {"region": "westeurope", "sizes": ["D2"]}, "$.build.sizes[0]"),
    ],
)
def test_an_editor_sees_a_mistake(field: str, value: object, where: str) -> None:
    recipe = read(DEPLOYMENTS / "recipes/debian-12-web.yaml")
    assert complaints({**recipe, field: value}) == [where]
