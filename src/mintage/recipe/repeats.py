"""Names and numbers that may be used only once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mintage.recipe.places import Path, select, spell

_STEPS: tuple[Path, ...] = (("customize", "*", "name"),)
_GROUPS: tuple[tuple[Path, ...], ...] = (
    (("build", "sizes", "*"),),
    (("build", "zones", "*"),),
    (("build", "region"), ("build", "fallback_regions", "*", "name")),
    _STEPS,
    (("generalize", "steps", "*", "name"),),
    (("verify", "tests", "*", "name"),),
    # The build region always holds the version, so naming it again would give it two replica counts.
    (("build", "region"), ("publish", "regions", "*", "name")),
    # Both go into the image.
    (("source", "data_disks", "*", "lun"), ("build", "data_disks", "*", "lun")),
)


@dataclass(frozen=True)
class Repeat:
    """A name or a number at ``path`` that ``first`` has already."""

    path: Path
    value: str | int
    first: Path

    def __str__(self) -> str:
        return f"{self.value!r} is used by {spell(self.first)} already"


def repeats(recipe: object) -> Iterator[Repeat]:
    """Find names and numbers used twice in a recipe's plain data, valid or not."""
    for group in _GROUPS:
        yield from _repeats(recipe, group)


def _repeats(recipe: object, group: Sequence[Path]) -> Iterator[Repeat]:
    first: dict[str | int, Path] = {}
    key = _result_key if group is _STEPS else _key
    for pattern in group:
        for path, value in select(recipe, pattern):
            if isinstance(value, str | int) and first.setdefault(key(value), path) != path:
                yield Repeat(path, value, first[key(value)])


def _key(value: str | int) -> str | int:
    return value.casefold() if isinstance(value, str) else value


def _result_key(value: str | int) -> str | int:
    """Where a step's result is kept does not tell a space from a hyphen."""
    return str(_key(value)).replace(" ", "-")
