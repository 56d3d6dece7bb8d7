"""A YAML file as plain data that still knows on which line each value stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from mintage.recipe import places
from mintage.recipe_file.problems import Problem, refusal


@dataclass(frozen=True)
class Document:
    """``data`` as YAML reads it; ``root`` is the same as nodes, which have lines."""

    data: dict[object, object]
    root: Node

    def line(self, path: places.Path) -> int:
        """Return the line, from 1, where ``path`` stands, or where the nearest thing around it does."""
        node, line = self.root, _line(self.root)
        for part in path:
            found = _child(node, part)
            if found is None:
                break
            line, node = found
        return line

    def repeated_keys(self) -> Iterator[Problem]:
        """Yield every key that its mapping has already; YAML would let the last one win."""
        yield from _repeated_keys(self.root, (), set())


def read(path: Path) -> tuple[bytes, Document]:
    """Read a recipe's bytes and what they say. Raises RecipeError when they are not a YAML mapping."""
    content = _bytes(path)
    try:
        root, data = _parse(content.decode())
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refusal(path, [Problem(line, (), "is not UTF-8 text")]) from None
    except MarkedYAMLError as error:
        raise refusal(path, [_not_yaml(error)]) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise refusal(path, [Problem(1, (), f"is not YAML: {_first_line(error)}")]) from None
    if root is None or data is None:
        raise refusal(path, [Problem(1, (), "is empty")])
    if not isinstance(data, dict):
        raise refusal(path, [Problem(_line(root), (), "is not a mapping of fields, such as name: web")])
    return content, Document(data, root)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refusal(path, [Problem(None, (), f"cannot be read: {error.strerror}")]) from None


class _Constructor(SafeConstructor):
    """Leaves dates as text: only the model knows which field is one, and its refusals name the field."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def _parse(text: str) -> tuple[Node | None, object]:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    # Left to itself the parser would stop at the first; repeated_keys names them all.
    yaml.allow_duplicate_keys = True
    return yaml.compose(text), yaml.load(text)


def _not_yaml(error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    return Problem(mark.line + 1 if mark else 1, (), f"is not YAML: {error.problem or error.context}")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _child(node: Node, part: str | int) -> tuple[int, Node] | None:
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return _line(node.value[part]), node.value[part]
    if isinstance(node, MappingNode):
        # The last of a repeated key is the one whose value was read.
        for key, value in reversed(node.value):
            if key.value == str(part):
                return _line(key), value
    return None


def _repeated_keys(node: Node, path: places.Path, seen: set[int]) -> Iterator[Problem]:
    # An alias is the node of its anchor again, possibly around itself.
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield from _repeated_keys(item, (*path, index), seen)
    if isinstance(node, MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            name = str(key.value)
            if first.setdefault(name, _line(key)) != _line(key):
                yield Problem(_line(key), (*path, name), f"is given twice, first on line {first[name]}")
            yield from _repeated_keys(value, (*path, name), seen)
