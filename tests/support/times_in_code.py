"""Times of a minute and more that are numbers in code, whatever they are called and however they get to a wait."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

A_TIME = re.compile(r"(seconds|timeout|minutes|hours|days|deadline|grace|reconnect|away)$", re.IGNORECASE)
IN_SECONDS = {"minutes": 60, "minute": 60, "hours": 3600, "days": 86400}
SHORT = 60
"""Shorter times are pauses, and attempts of which a wait makes many."""
_CLOCKS = ("monotonic", "clock")

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Code:
    """What one file uses of the others."""

    constants: Numbers = field(default_factory=dict)
    places: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The names of the parameters that a function, a method or a class takes by position."""


def code_of(texts: Iterable[str]) -> Code:
    trees = [ast.parse(text) for text in texts]
    constants = {name: value for tree in trees for name, value in _numbers_in(tree, {}).items()}
    places: dict[str, list[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
                places[node.name] = names[1:] if names[:1] in (["self"], ["cls"]) else names
            elif isinstance(node, ast.ClassDef):
                fields = [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
                places[node.name] = [each.id for each in fields if isinstance(each, ast.Name)]
    return Code(constants, places)


def times_in(text: str, code: Code | None = None) -> Iterator[str]:
    """The names under which the text has a time: a constant's own, or what it is given as."""
    code, tree = code or Code(), ast.parse(text)
    numbers = _numbers_in(tree, _imported(tree, code))
    for name, value in (*_named(tree, code), *_by_the_clock(tree)):
        found = A_TIME.search(name)
        if not found:
            continue
        unit = IN_SECONDS.get(found[1].lower(), 1)
        long = [node for node in ast.walk(value) if (_number(node, numbers) or 0) * unit >= SHORT]
        constants = [node.id for node in long if isinstance(node, ast.Name)]
        yield from constants or ([name] if long else [])


def _imported(tree: ast.AST, code: Code) -> dict[str, float]:
    """Constants of other files, without those whose own names tell: they are found where they are defined."""
    imports = [each for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for each in node.names]
    found = [each for each in imports if each.name in code.constants and not A_TIME.search(each.name)]
    return {each.asname or each.name: code.constants[each.name] for each in found}


def _numbers_in(tree: ast.AST, known: Numbers) -> dict[str, float]:
    """The names that are given a number, of others that were before it too."""
    numbers = dict(known)
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                if (found := _number(value, numbers)) is not None:
                    numbers[name] = found
    return numbers


def _number(node: ast.AST, known: Numbers) -> float | None:
    """What the expression comes to, if it has nothing but numbers."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    if not isinstance(node, ast.expr) or not names <= known.keys() or _has_call(node):
        return None
    try:
        value = eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {}}, dict(known))  # noqa: S307 - the project's own
    except (TypeError, ValueError, AttributeError):
        return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _has_call(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Call) for each in ast.walk(node))


def _named(tree: ast.AST, code: Code) -> Iterator[tuple[str, ast.AST]]:
    """Everything that has a name: what is assigned, given by keyword or by position, or a parameter's default."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                yield ast.unparse(target), value
            case ast.Call(func=called, args=given, keywords=keywords):
                yield from ((each.arg, each.value) for each in keywords if each.arg)
                yield from zip(code.places.get(ast.unparse(called).rpartition(".")[2], ()), given, strict=False)
            case ast.arguments():
                places = [*node.posonlyargs, *node.args]
                yield from ((each.arg, by) for each, by in zip(reversed(places), reversed(node.defaults), strict=False))
                yield from ((each.arg, by) for each, by in zip(node.kwonlyargs, node.kw_defaults, strict=True) if by)


def _by_the_clock(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What is added to a reading of the clock, or compared with one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.Compare) and any(_reads_clock(each) for each in ast.walk(node)):
            yield "deadline", node


def _reads_clock(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2].lstrip("_") in _CLOCKS
