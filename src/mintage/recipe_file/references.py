"""The files a recipe names: all there, all inside its folder, all of the kind that is meant."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mintage.recipe import places


class Reference(NamedTuple):
    """A field at ``path`` that names ``file``; ``wrong`` says why it cannot be used, or is empty."""

    path: places.Path
    file: Path
    wrong: str


def references(recipe: object, folder: Path) -> Iterator[Reference]:
    """Look at every file that a recipe's plain data names, valid or not. ``folder`` is the recipe's, resolved."""
    for path, step in places.select(recipe, ("customize", "*")):
        check = _SOURCES.get(str(step.get("kind"))) if isinstance(step, Mapping) else None
        if check:
            yield from _look(step, (*path, "source"), folder, check)
    script = _powershell if isinstance(recipe, Mapping) and recipe.get("os") == "windows" else _shell
    for pattern in (("customize", "*"), ("generalize", "steps", "*"), ("verify", "tests", "*")):
        for path, command in places.select(recipe, pattern):
            yield from _look(command, (*path, "script"), folder, script)


def contents(reference: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the file itself, or every file and link below the folder, with what it holds or leads to."""
    if reference.is_file():
        yield reference, reference.read_bytes()
    for path in reference.rglob("*"):
        if path.is_symlink():
            yield path, b"link to " + os.fsencode(path.readlink())
        elif path.is_file():
            yield path, path.read_bytes()


def _look(part: object, path: places.Path, folder: Path, check: Callable[[Path, Path], str]) -> Iterator[Reference]:
    for _, name in places.select(part, path[-1:]):
        # The model refuses the others.
        if isinstance(name, str) and name and "\0" not in name and not Path(name).is_absolute():
            file = folder / name
            yield Reference(path, file, _wrong(file, folder, check))


def _wrong(file: Path, folder: Path, check: Callable[[Path, Path], str]) -> str:
    try:
        if not file.resolve(strict=True).is_relative_to(folder):
            return f"'{file}' is outside the recipe's folder"
        return check(file, folder)
    except FileNotFoundError:
        return f"'{file}' does not exist"
    except (OSError, RuntimeError) as error:
        return f"'{file}' cannot be read: {getattr(error, 'strerror', None) or 'its links go round in a circle'}"


def _file(file: Path, _folder: Path) -> str:
    if file.is_dir():
        return f"'{file}' is a folder: use kind directory"
    if not file.is_file():
        return f"'{file}' is neither a file nor a folder"
    with file.open("rb"):
        return ""


def _directory(file: Path, _folder: Path) -> str:
    if not file.is_dir():
        return f"'{file}' is a file: use kind file"
    return next(filter(None, (_entry(path, file) for path in sorted(file.rglob("*")))), "")


def _entry(path: Path, copied: Path) -> str:
    # Links are copied as links, so that they must mean the same in the image.
    if path.is_symlink() and not _stays(path, copied):
        return f"'{path}' is a link that leads out of the copied folder"
    return "" if path.is_dir() else _wrong(path, copied.resolve(), _file)


def _stays(link: Path, copied: Path) -> bool:
    return not link.readlink().is_absolute() and link.resolve().is_relative_to(copied.resolve())


def _shell(file: Path, folder: Path) -> str:
    return _script(file, folder) or _line_ends(file)


def _powershell(file: Path, folder: Path) -> str:
    # Line ends and a byte order mark are no matter to PowerShell.
    return _script(file, folder)


def _script(file: Path, folder: Path) -> str:
    return _file(file, folder).replace("use kind directory", "a script is a file") or _text(file)


def _text(file: Path) -> str:
    content = file.read_bytes()
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return f"'{file}' is not UTF-8 text: line {content[: error.start].count(10) + 1}"
    return "" if text.strip() else f"'{file}' is empty"


def _line_ends(file: Path) -> str:
    content = file.read_bytes()
    if content.startswith(codecs.BOM_UTF8):
        return f"'{file}' begins with a byte order mark, which hides its first line from the shell"
    if b"\r\n" in content:
        return f"'{file}' has Windows line ends (CRLF): save it with LF, or no shell will run it"
    return ""


_SOURCES: Mapping[str, Callable[[Path, Path], str]] = {"file": _file, "directory": _directory}
