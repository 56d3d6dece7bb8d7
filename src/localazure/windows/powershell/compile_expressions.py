"""Expressions compiled to closures that take a frame."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import (
    arithmetic,
    members,
    operators,
    references,
    strictness,
    syntax,
    values,
    variables,
)
from localazure.windows.powershell.code import Expression, Steps, position_of
from localazure.windows.powershell.conversions import is_true, to_array, to_custom, to_number
from localazure.windows.powershell.converter import Converter
from localazure.windows.powershell.indexing import get_index, set_index
from localazure.windows.powershell.scopes import Cell
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import type_name
from localazure.windows.powershell.values import PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

Assigner = Callable[["Frame", Any], None]


class ExpressionCompiler:
    """Compiles expressions of one source; statements within them come from the statement compiler."""

    def __init__(self, source: syntax.Source) -> None:
        self.source = source

    def value(self, node: syntax.Node) -> Expression:
        """A statement as a value."""
        raise NotImplementedError

    def steps(self, nodes: list[syntax.Node]) -> Steps:
        raise NotImplementedError

    def run_steps(self, frame: "Frame", steps: Steps) -> Iterator[Any]:
        raise NotImplementedError

    def block(self, node: syntax.Block) -> values.ScriptBlock:
        raise NotImplementedError

    def expression(self, node: syntax.Node) -> Expression:
        """The closure that works an expression out."""
        made: Expression = getattr(self, f"_{type(node).__name__.lower()}")(node)
        return made

    def placed(self, node: syntax.Node, run: Expression) -> Expression:
        """An expression whose errors say where it stands."""
        source = self.source

        def guarded(frame: "Frame") -> Any:
            try:
                return run(frame)
            except PsError as failure:
                if failure.record.has_no_place:
                    failure.record.position = position_of(source, node)
                raise

        return guarded

    def _constant(self, node: syntax.Constant) -> Expression:
        value = node.value
        return lambda _frame: value

    def _variable(self, node: syntax.Variable) -> Expression:
        return strictness.strict_reader(node.name, lambda: position_of(self.source, node))

    def _expandable(self, node: syntax.Expandable) -> Expression:
        parts = [part if isinstance(part, str) else self._text(part) for part in node.parts]

        def run(frame: "Frame") -> str:
            return "".join(part if isinstance(part, str) else part(frame) for part in parts)

        return run

    def _text(self, node: syntax.Node) -> Callable[["Frame"], str]:
        inner = self.expression(node)

        def run(frame: "Frame") -> str:
            value = inner(frame)
            if isinstance(value, list):
                separator = frame.get_variable("OFS")
                return (" " if separator is None else to_text(separator)).join(to_text(item) for item in value)
            return to_text(value)

        return run

    def _arrayliteral(self, node: syntax.ArrayLiteral) -> Expression:
        items = [self.expression(item) for item in node.items]
        return lambda frame: [item(frame) for item in items]

    def _subexpression(self, node: syntax.SubExpression) -> Expression:
        if node.array:
            return self._array_of(node)
        steps = self.steps(node.body)

        def run(frame: "Frame") -> Any:
            found = list(self.run_steps(frame, steps))
            return found if len(found) > 1 else (found[0] if found else None)

        return run

    def _array_of(self, node: syntax.SubExpression) -> Expression:
        single = only_expression(node.body)
        if isinstance(single, syntax.ArrayLiteral):
            return self.expression(single)
        steps = self.steps(node.body)
        return lambda frame: list(self.run_steps(frame, steps))

    def _paren(self, node: syntax.Paren) -> Expression:
        return self.value(node.body)

    def _hashliteral(self, node: syntax.HashLiteral, *, ordered: bool = False) -> Expression:
        pairs = [(self.expression(key), self.value(value)) for key, value in node.pairs]

        def run(frame: "Frame") -> values.Table:
            table = values.Table(ordered=ordered)
            for key, value in pairs:
                name = key(frame)
                if name in table:
                    message = f"Duplicate keys '{to_text(name)}' are not allowed in hash literals."
                    raise error(
                        "System.Management.Automation.ParseException",
                        message,
                        "DuplicateKeyInHashLiteral",
                        "ParserError",
                    )
                table[name] = value(frame)
            return table

        return run

    def _blockexpression(self, node: syntax.BlockExpression) -> Expression:
        block = self.block(node.block)
        return lambda _frame: values.ScriptBlock(block.text, block.code, block.file)

    def _typename(self, node: syntax.TypeName) -> Expression:
        name = node.name
        return self.placed(node, lambda frame: Converter(frame).literal(name))

    def _cast(self, node: syntax.Cast) -> Expression:
        name = node.type_name
        folded = name.lower()
        if folded == "ordered" and isinstance(node.operand, syntax.HashLiteral):
            return self._hashliteral(node.operand, ordered=True)
        if folded == "pscustomobject" and isinstance(node.operand, syntax.HashLiteral):
            table = self._hashliteral(node.operand, ordered=True)
            return lambda frame: to_custom(table(frame))
        if folded == "ref" and isinstance(node.operand, syntax.Variable):
            variable = node.operand.name
            return lambda frame: references.to_variable(frame, variable)
        operand = self.expression(node.operand)
        return self.placed(node, lambda frame: frame.convert(operand(frame), name))

    def _unary(self, node: syntax.Unary) -> Expression:
        operand = self.expression(node.operand)
        simple: dict[str, Callable[[Any], Any]] = {
            "not": lambda value: not is_true(value),
            "!": lambda value: not is_true(value),
            "-": arithmetic.negate,
            "+": to_number,
            ",": lambda value: [value],
            "bnot": arithmetic.bitwise_not,
            "split": operators.split_blanks,
            "isplit": operators.split_blanks,
            "csplit": operators.split_blanks,
            "join": operators.join,
        }
        run = simple[node.operator]
        return self.placed(node, lambda frame: run(operand(frame)))

    def _binary(self, node: syntax.Binary) -> Expression:
        left, right = self.expression(node.left), self.expression(node.right)
        if node.operator == "and":
            return lambda frame: is_true(left(frame)) and is_true(right(frame))
        if node.operator == "or":
            return lambda frame: is_true(left(frame)) or is_true(right(frame))
        operator = operators.BINARY[node.operator]
        return self.placed(node, lambda frame: operator(frame, left(frame), right(frame)))

    def _index(self, node: syntax.Index) -> Expression:
        target, index = self.expression(node.target), self.expression(node.index)

        def run(frame: "Frame") -> Any:
            value, at = target(frame), index(frame)
            return strictness.get_index(frame, value, at, get_index(frame, value, at))

        return self.placed(node, run)

    def _member(self, node: syntax.Member) -> Expression:
        name = self.expression(node.name)
        target = self.expression(node.target)
        if node.static:
            return self.placed(
                node, lambda frame: members.get_static(frame, _literal(frame, target(frame)), to_text(name(frame)))
            )
        if isinstance(node.name, syntax.Constant):
            fixed = to_text(node.name.value)
            return self.placed(node, lambda frame: strictness.get_property(frame, target(frame), fixed))
        return self.placed(node, lambda frame: strictness.get_property(frame, target(frame), to_text(name(frame))))

    def _methodcall(self, node: syntax.MethodCall) -> Expression:
        target, name = self.expression(node.target), self.expression(node.name)
        arguments = [self.expression(item) for item in node.arguments]
        static = node.static

        def run(frame: "Frame") -> Any:
            value = target(frame)
            given = [item(frame) for item in arguments]
            frame.position = None
            if static:
                return members.call_static(frame, _literal(frame, value), to_text(name(frame)), given)
            return members.call_method(frame, value, to_text(name(frame)), given)

        return self.placed(node, run)

    def _increment(self, node: syntax.Increment) -> Expression:
        read, write = self.expression(node.target), self.assigner(node.target)
        step, prefix = node.step, node.prefix

        def run(frame: "Frame") -> Any:
            old = read(frame)
            if old is not None and not isinstance(old, int | float):
                old = _number_only(old)
            new = arithmetic.add(0 if old is None else old, step)
            write(frame, new)
            return new if prefix else (0 if old is None else old)

        return self.placed(node, run)

    def assigner(self, node: syntax.Node) -> Assigner:
        """The closure that assigns a value to what an expression names."""
        if isinstance(node, syntax.Variable):
            name = node.name
            return lambda frame, value: variables.assign(frame, name, value)
        if isinstance(node, syntax.Cast):
            return self._typed_assigner(node)
        if isinstance(node, syntax.Index):
            target, index = self.expression(node.target), self.expression(node.index)
            return lambda frame, value: set_index(frame, target(frame), index(frame), value)
        if isinstance(node, syntax.Member):
            return self._member_assigner(node)
        if isinstance(node, syntax.ArrayLiteral):
            return self._destructuring(node)
        message = "The assignment expression is not valid."
        raise error("System.Management.Automation.ParseException", message, "InvalidLeftHandSide", "ParserError")

    def _member_assigner(self, node: syntax.Member) -> Assigner:
        target, name = self.expression(node.target), self.expression(node.name)
        if not node.static:
            return lambda frame, value: members.set_property(frame, target(frame), to_text(name(frame)), value)

        def assign(frame: "Frame", value: Any) -> None:
            literal = _literal(frame, target(frame))
            for one in frame.types.lineage(literal.name):
                found = one.member("static_setter", to_text(name(frame)))
                if found is not None:
                    found(frame, value)
                    return
            message = (
                f"The property '{to_text(name(frame))}' cannot be found on this object. Verify that the property "
                "exists and can be set."
            )
            raise error(
                "System.Management.Automation.RuntimeException", message, "PropertyNotFound", "InvalidOperation"
            )

        return assign

    def _typed_assigner(self, node: syntax.Cast) -> Assigner:
        type_name = node.type_name
        if not isinstance(node.operand, syntax.Variable):
            inner = self.assigner(node.operand)
            return lambda frame, value: inner(frame, frame.convert(value, type_name))
        name = node.operand.name
        plain = name.rpartition(":")[2]

        def assign(frame: "Frame", value: Any) -> None:
            converted = variables.typed(frame, value, type_name)
            variables.assign(frame, name, converted)
            cell: Cell | None = frame.scope.find(plain.lower())
            if cell is not None:
                cell.type_name = type_name

        return assign

    def _destructuring(self, node: syntax.ArrayLiteral) -> Assigner:
        targets = [self.assigner(item) for item in node.items]

        def assign(frame: "Frame", value: Any) -> None:
            items = to_array(value)
            for at, target in enumerate(targets):
                last = at == len(targets) - 1
                rest = items[at:]
                if last and len(rest) > 1:
                    target(frame, rest)
                else:
                    target(frame, rest[0] if rest else None)

        return assign


def only_expression(body: list[syntax.Node]) -> syntax.Node | None:
    """The expression that is all a body consists of, if it is one."""
    if len(body) != 1 or not isinstance(body[0], syntax.Pipeline) or len(body[0].elements) != 1:
        return None
    element = body[0].elements[0]
    if isinstance(element, syntax.ExpressionElement) and not element.redirections:
        return element.expression
    return None


def _literal(frame: "Frame", value: Any) -> values.TypeLiteral:
    if isinstance(value, values.TypeLiteral):
        return value
    return values.TypeLiteral(frame.type_name(value))


def _number_only(value: Any) -> Any:
    if isinstance(value, str | list | values.Table | values.PsObject):
        message = f"The '++' operator works only on numbers. The operand is a '{type_name(value)}'."
        raise error(
            "System.Management.Automation.RuntimeException", message, "OperatorRequiresNumber", "InvalidOperation"
        )
    return to_number(value)
