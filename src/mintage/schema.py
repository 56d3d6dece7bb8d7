"""Write the recipe's JSON schema, by which editors complete and check recipes: ``python -m mintage.schema [PATH]``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mintage.recipe import recipe_schema

DEFAULT = Path("deployments/recipe.schema.json")


def schema() -> str:
    """Return the schema as JSON text. What it cannot say, such as that files exist, is checked on loading."""
    described = {"$schema": "https://json-schema.org/draft/2020-12/schema", **recipe_schema()}
    return json.dumps(described, indent=2) + "\n"


def main(arguments: list[str]) -> None:
    path = Path(arguments[0]) if arguments else DEFAULT
    path.write_text(schema(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
