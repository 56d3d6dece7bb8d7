"""What is wrong with a recipe, in the form editors and terminals can follow: file, line, field."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from mintage.errors import RecipeError
from mintage.recipe import places


class Problem(NamedTuple):
    """``line`` counts from 1 and is None for a file that could not be read; ``path`` is empty for the whole file."""

    line: int | None
    path: places.Path
    text: str

    def at(self, file: Path) -> str:
        """Return ``file:line: field.path: text``."""
        where = f"{file}:{self.line}" if self.line else str(file)
        field = places.spell(self.path)
        return f"{where}: {field}: {self.text}" if field else f"{where}: {self.text}"


def refusal(file: Path, problems: Iterable[Problem]) -> RecipeError:
    """Make one error of all the problems, in the order of their lines."""
    ordered = sorted(set(problems), key=lambda problem: (problem.line or 0, problem.at(file)))
    lines = [problem.at(file) for problem in ordered]
    return RecipeError(
        "The recipe cannot be used",
        where=str(file),
        seen="\n".join([f"{len(lines)} error{'s' * (len(lines) > 1)}", *lines]),
        remedy="correct the recipe; nothing has been created",
    )
