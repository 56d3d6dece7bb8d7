"""The syntax tree of a script: what the parser makes and the compiler reads."""

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False, kw_only=True)
class Node:
    """A piece of a script: from `start` to before `end`, counted in characters."""

    start: int = 0
    end: int = 0


@dataclass(slots=True, eq=False)
class Constant(Node):
    """A number or a string without variables; `text` is how it was written."""

    value: object
    text: str = ""
    bare: bool = False


@dataclass(slots=True, eq=False)
class Variable(Node):
    """$name, $scope:name or $drive:name, without the $."""

    name: str


@dataclass(slots=True, eq=False)
class Expandable(Node):
    """A string with variables and subexpressions in it."""

    parts: list["str | Node"]
    bare: bool = False


@dataclass(slots=True, eq=False)
class ArrayLiteral(Node):
    items: list[Node]


@dataclass(slots=True, eq=False)
class SubExpression(Node):
    """$(...), or with `array` @(...)."""

    body: list[Node]
    array: bool = False


@dataclass(slots=True, eq=False)
class Paren(Node):
    body: Node


@dataclass(slots=True, eq=False)
class HashLiteral(Node):
    pairs: list[tuple[Node, Node]]


@dataclass(slots=True, eq=False)
class BlockExpression(Node):
    """A script block as a value."""

    block: "Block"


@dataclass(slots=True, eq=False)
class TypeName(Node):
    name: str


@dataclass(slots=True, eq=False)
class Cast(Node):
    type_name: str
    operand: Node


@dataclass(slots=True, eq=False)
class Unary(Node):
    operator: str
    operand: Node


@dataclass(slots=True, eq=False)
class Increment(Node):
    """++ and --, before or after."""

    target: Node
    step: int
    prefix: bool


@dataclass(slots=True, eq=False)
class Binary(Node):
    """`operator` is in lower case, without its dash; `at` is where it stands."""

    operator: str
    left: Node
    right: Node
    at: int = 0


@dataclass(slots=True, eq=False)
class Index(Node):
    target: Node
    index: Node


@dataclass(slots=True, eq=False)
class Member(Node):
    target: Node
    name: Node
    static: bool


@dataclass(slots=True, eq=False)
class MethodCall(Node):
    target: Node
    name: Node
    arguments: list[Node]
    static: bool


@dataclass(slots=True, eq=False)
class Redirection(Node):
    """`stream` is 1 to 6 or 0 for all; to a file, or with `merge` into stream 1."""

    stream: int
    merge: bool
    append: bool = False
    target: Node | None = None


@dataclass(slots=True, eq=False)
class NamedArgument(Node):
    """-Name, -Name:value; `text` is -Name as written (for programs)."""

    name: str
    text: str
    value: Node | None = None


@dataclass(slots=True, eq=False)
class Splat(Node):
    name: str


@dataclass(slots=True, eq=False)
class Verbatim(Node):
    """What follows --%."""

    text: str


@dataclass(slots=True, eq=False)
class Command(Node):
    """A command: `invocation` is & or . or nothing."""

    invocation: str
    name: Node
    elements: list[Node]
    redirections: list[Redirection]


@dataclass(slots=True, eq=False)
class ExpressionElement(Node):
    """An expression as a pipeline's element."""

    expression: Node
    redirections: list[Redirection]


@dataclass(slots=True, eq=False)
class Pipeline(Node):
    elements: list[Node]


@dataclass(slots=True, eq=False)
class Assignment(Node):
    target: Node
    operator: str
    value: Node


@dataclass(slots=True, eq=False)
class If(Node):
    clauses: list[tuple[Node, list[Node]]]
    otherwise: list[Node] | None


@dataclass(slots=True, eq=False)
class Switch(Node):
    mode: str
    case_sensitive: bool
    subject: Node
    clauses: list[tuple[Node, list[Node]]]
    default: list[Node] | None
    label: str = ""
    from_file: bool = False


@dataclass(slots=True, eq=False)
class Foreach(Node):
    variable: Variable
    collection: Node
    body: list[Node]
    label: str = ""


@dataclass(slots=True, eq=False)
class For(Node):
    first: Node | None
    condition: Node | None
    step: Node | None
    body: list[Node]
    label: str = ""


@dataclass(slots=True, eq=False)
class While(Node):
    """while, do-while and do-until: `body_first` and `until` tell them apart."""

    condition: Node
    body: list[Node]
    body_first: bool = False
    until: bool = False
    label: str = ""


@dataclass(slots=True, eq=False)
class Catch(Node):
    types: list[str]
    body: list[Node]


@dataclass(slots=True, eq=False)
class Try(Node):
    body: list[Node]
    catches: list[Catch]
    last: list[Node] | None


@dataclass(slots=True, eq=False)
class Trap(Node):
    type_name: str
    body: list[Node]


@dataclass(slots=True, eq=False)
class Flow(Node):
    """return, throw, exit with a pipeline; break, continue with a label."""

    keyword: str
    value: Node | None = None


@dataclass(slots=True, eq=False)
class Function(Node):
    name: str
    block: "Block"


@dataclass(slots=True, eq=False)
class Attribute(Node):
    """[Name(positional, named = value)] before a parameter or a param block."""

    name: str
    positional: list[Node]
    named: dict[str, Node | None]


@dataclass(slots=True, eq=False)
class FormalParameter(Node):
    name: str
    attributes: list[Attribute]
    types: list[str]
    default: Node | None


@dataclass(slots=True, eq=False)
class Block(Node):
    """A script, a function's body or a script block."""

    parameters: list[FormalParameter] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    begin: list[Node] | None = None
    process: list[Node] | None = None
    last: list[Node] | None = None
    is_filter: bool = False
    source: "Source | None" = None


@dataclass(slots=True, eq=False)
class Source:
    """A script's text and the file it came from, if any."""

    text: str
    file: str | None = None

    def line_column(self, at: int) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        before = self.text.rfind("\n", 0, at)
        return self.text.count("\n", 0, at) + 1, at - before

    def line_text(self, at: int) -> str:
        """The whole line on which a character stands."""
        first = self.text.rfind("\n", 0, at) + 1
        last = self.text.find("\n", at)
        return self.text[first : len(self.text) if last < 0 else last].rstrip("\r")
