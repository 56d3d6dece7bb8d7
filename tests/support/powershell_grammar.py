"""Whether a text is PowerShell, by the same grammar that editors use."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_powershell.language()))


def complaints(text: str) -> list[str]:
    """``line: text`` of each place the grammar does not take."""
    return [
        f"{node.start_point[0] + 1}: {node.text.decode()[:60] if node.text else ''}" for node in _wrong(_parse(text))
    ]


def _parse(text: str) -> Node:
    return _PARSER.parse(text.encode()).root_node


def _wrong(node: Node) -> Iterator[Node]:
    if node.type == "ERROR" or node.is_missing:
        yield node
    for child in node.children:
        yield from _wrong(child)
