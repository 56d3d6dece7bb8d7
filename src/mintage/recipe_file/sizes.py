"""How much a recipe puts on the image's disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mintage.recipe import places

GIB = 2**30


class Sent(NamedTuple):
    """What the step whose source stands at ``path`` copies, in bytes."""

    path: places.Path
    file: Path
    size: int


def sent(recipe: object, folder: Path) -> Iterator[Sent]:
    """Measure what file and directory steps copy, of a recipe's plain data, valid or not."""
    for path, step in places.select(recipe, ("customize", "*")):
        source = step.get("source") if isinstance(step, Mapping) else None
        if isinstance(source, str) and source and "\0" not in source and (folder / source).exists():
            yield Sent((*path, "source"), folder / source, _size(folder / source))


def too_large(recipe: object, folder: Path, disk_gib: int) -> Iterator[tuple[places.Path, str]]:
    """Yield the place of each step that brings what is copied over the disk's size, and what to say of it."""
    total = 0
    for step in sent(recipe, folder):
        total += step.size
        if total > disk_gib * GIB:
            yield step.path, _words(step, total, disk_gib)


def _words(step: Sent, total: int, disk_gib: int) -> str:
    own = f"'{step.file}' has {step.size / GIB:.1f} GiB"
    with_others = "" if total == step.size else f" ({total / GIB:.1f} GiB with the steps before)"
    return f"{own}{with_others}, more than the disk's {disk_gib} GiB"


def _size(file: Path) -> int:
    if file.is_file():
        return file.stat().st_size
    return sum(each.stat().st_size for each in file.rglob("*") if each.is_file() and not each.is_symlink())
