"""From a path to a recipe that can be built, or to one error that names all that is wrong with it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from mintage.recipe import RECIPES, LinuxRecipe, Recipe
from mintage.recipe.places import select
from mintage.recipe.repeats import repeats
from mintage.recipe_file.document import Document, read
from mintage.recipe_file.model_problems import model_problems
from mintage.recipe_file.problems import Problem, refusal
from mintage.recipe_file.references import contents, references
from mintage.recipe_file.sizes import too_large


class LoadedRecipe(BaseModel):
    """A recipe and where it came from. ``folder`` is where its paths start; both paths are absolute.

    ``sha256`` is of the recipe and of every file it names, with their names and whether they may be executed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: Recipe
    path: Path
    folder: Path
    sha256: str


def load_recipe(path: Path, *, today: date | None = None) -> LoadedRecipe:
    """Read and check a recipe and every file it names; ``today`` is in UTC.

    Raises RecipeError naming every error as ``file:line: field.path: message``.
    """
    content, document = read(path)
    recipe = _recipe(path, document, today or datetime.now(UTC).date())
    real = path.resolve()
    folder = real.parent
    named = dict(entry for reference in references(document.data, folder) for entry in contents(reference.file))
    return LoadedRecipe(recipe=recipe, path=real, folder=folder, sha256=_sha256(content, folder, named))


def _recipe(path: Path, document: Document, today: date) -> Recipe:
    found = list(_other_problems(document, path.resolve().parent, today))
    # Not the union of them: it would answer an unknown os with nothing else.
    kind = RECIPES.get(_os(document), LinuxRecipe)
    try:
        recipe = kind.model_validate(document.data)
    except ValidationError as invalid:
        raise refusal(path, [*found, *model_problems(document, invalid, kind)]) from None
    if found:
        raise refusal(path, found)
    return recipe


def _other_problems(document: Document, folder: Path, today: date) -> Iterator[Problem]:
    """Find what the model cannot see, whether the rest is valid or not."""
    yield from document.repeated_keys()
    for repeat in repeats(document.data):
        yield Problem(document.line(repeat.path), repeat.path, str(repeat))
    yield from _files_that_are_wrong(document, folder)
    for _, disk_gib in select(document.data, ("build", "os_disk_gib")):
        # Without it the disk is as large as the source's, which only Azure knows; it is asked before anything is made.
        if isinstance(disk_gib, int):
            yield from (Problem(document.line(at), at, text) for at, text in too_large(document.data, folder, disk_gib))
    for place, given in select(document.data, ("publish", "end_of_life")):
        end = _date(given)
        if end and end <= today:
            yield Problem(document.line(place), place, f"{end} is not in the future")


def _files_that_are_wrong(document: Document, folder: Path) -> Iterator[Problem]:
    for reference in references(document.data, folder):
        if reference.wrong:
            yield Problem(document.line(reference.path), reference.path, reference.wrong)
    # A disk may be anywhere, and is too large to be hashed with the recipe: it is looked at when it is resolved.
    for place, given in select(document.data, ("source", "file")):
        if isinstance(given, str) and "\0" not in given and not (folder / given).is_file():
            yield Problem(document.line(place), place, f"'{folder / given}' is not a file")


def _os(document: Document) -> str:
    return str(document.data.get("os"))


def _date(given: object) -> date | None:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        return None


def _sha256(recipe: bytes, folder: Path, files: Mapping[Path, bytes]) -> str:
    """Hash hashes, which all have one length, so that no two sets of files give the same bytes."""
    total = hashlib.sha256(hashlib.sha256(recipe).digest())
    for file, content in sorted(files.items()):
        name = os.fsencode(file.relative_to(folder)) + (b" runs" if file.lstat().st_mode & 0o100 else b"")
        total.update(hashlib.sha256(name).digest() + hashlib.sha256(content).digest())
    return total.hexdigest()
