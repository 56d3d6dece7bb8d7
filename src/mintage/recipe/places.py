"""Places in a recipe's plain data: ``("customize", 2, "name")``, written ``customize[2].name``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Path = tuple[str | int, ...]


def spell(path: Path) -> str:
    """``customize[2].name``; the whole document is the empty string."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def select(data: object, pattern: Path, at: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield path and value of all that matches; ``*`` matches every item of a list. What is not there is left out."""
    if not pattern:
        yield at, data
        return
    part, rest = pattern[0], pattern[1:]
    if part == "*" and isinstance(data, Sequence) and not isinstance(data, str):
        for index, item in enumerate(data):
            yield from select(item, rest, (*at, index))
    elif isinstance(data, Mapping) and part in data:
        yield from select(data[part], rest, (*at, part))
