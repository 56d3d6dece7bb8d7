"""What the compiler makes of a script: closures over its syntax tree."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import syntax
from localazure.windows.powershell.binding import Formal
from localazure.windows.powershell.errors import Position

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

Expression = Callable[["Frame"], Any]
Runner = Callable[["Frame"], Iterator[Any]]
Effect = Callable[["Frame"], None]


@dataclass(slots=True)
class Step:
    """A statement: `effect` runs one that never writes to the pipeline, `run` any other."""

    node: syntax.Node
    source: syntax.Source
    run: Runner | None = None
    effect: Effect | None = None
    succeeds: bool = False
    """Whether its end makes $? true; commands set it themselves, and other statements leave it alone."""

    def position(self) -> Position:
        return position_of(self.source, self.node)


@dataclass(slots=True)
class Trap:
    """A trap statement of a block; an empty type name takes every error."""

    type_name: str
    body: "Steps"


@dataclass(slots=True)
class Steps:
    """Statements in a row, and the traps that stand among them."""

    items: list[Step]
    traps: list[Trap] = field(default_factory=list)


@dataclass(slots=True)
class Code:
    """A compiled block."""

    source: syntax.Source
    formals: list[Formal]
    defaults: list[tuple[str, str, Expression | None]]
    begin: Steps | None
    process: Steps | None
    last: Steps | None
    advanced: bool
    default_set: str = ""


def position_of(source: syntax.Source, node: syntax.Node) -> Position:
    """Where a node stands, for an error record."""
    line, column = source.line_column(node.start)
    return Position(source.file, line, column, source.text[node.start : node.end], source.line_text(node.start))
