"""Operators of a script, from the loosest to those of a single value."""

import re

from localazure.windows.powershell import syntax
from localazure.windows.powershell.parse_strings import DOUBLE_QUOTES, SINGLE_QUOTES
from localazure.windows.powershell.parse_values import ValueParser

_OPERATOR = re.compile(r"-([A-Za-z]+)")
_COMPARISONS = frozenset(
    f"{case}{name}"
    for case in ("", "c", "i")
    for name in (
        *("eq", "ne", "gt", "ge", "lt", "le", "like", "notlike", "match", "notmatch", "replace"),
        *("contains", "notcontains", "in", "notin", "split"),
    )
) | {"is", "isnot", "as", "join", "shl", "shr"}
_LOGICAL = frozenset({"and", "or", "xor"})
_BITWISE = frozenset({"band", "bor", "bxor"})
_UNARY = frozenset({"not", "bnot", "split", "isplit", "csplit", "join"})


class ExpressionParser(ValueParser):
    """Reads expressions."""

    def expression(self) -> syntax.Node:
        return self._level(0)

    def _level(self, depth: int) -> syntax.Node:
        levels = (_LOGICAL, _BITWISE, _COMPARISONS)
        if depth == len(levels):
            return self._additive()
        left = self._level(depth + 1)
        while True:
            self.blanks()
            found = _OPERATOR.match(self.text, self.at)
            if not found or found[1].lower() not in levels[depth]:
                return left
            at, self.at = self.at, found.end()
            right = self._operand(lambda: self._level(depth + 1), found.group(), at)
            left = syntax.Binary(found[1].lower(), left, right, at, start=left.start, end=right.end)

    def _operand(self, read: "object", operator: str, at: int) -> syntax.Node:
        self.lines()
        if self.at >= self.size or self.peek() in {")", "}", "]", ";", "|"}:
            message = f"You must provide a value expression following the '{operator}' operator."
            self.fail(message, "ExpectedValueExpression", at + len(operator), at + len(operator) + 1)
        return read()  # type: ignore[operator,no-any-return]

    def _additive(self) -> syntax.Node:
        left = self._multiplicative()
        while True:
            self.blanks()
            char = self.peek()
            if (
                char not in {"+", "-"}
                or self.peek(2) in {"++", "--", "+=", "-="}
                or _OPERATOR.match(self.text, self.at)
            ):
                return left
            left = self._binary(left, char, self._multiplicative)

    def _binary(self, left: syntax.Node, operator: str, read: "object") -> syntax.Node:
        at = self.at
        self.at += len(operator)
        right = self._operand(read, operator, at)
        return syntax.Binary(operator.lower().lstrip("-") or "-", left, right, at, start=left.start, end=right.end)

    def _multiplicative(self) -> syntax.Node:
        left = self._format()
        while True:
            self.blanks()
            if self.peek() not in {"*", "/", "%"} or self.peek(2) in {"*=", "/=", "%="}:
                return left
            left = self._binary(left, self.peek(), self._format)

    def _format(self) -> syntax.Node:
        left = self._range()
        while True:
            self.blanks()
            found = _OPERATOR.match(self.text, self.at)
            if not found or found[1].lower() != "f":
                return left
            left = self._binary(left, found.group(), self._range)

    def _range(self) -> syntax.Node:
        left = self._array()
        while True:
            self.blanks()
            if not self.starts(".."):
                return left
            left = self._binary(left, "..", self._array)

    def _array(self) -> syntax.Node:
        first = self.unary()
        if self.no_comma:
            return first
        self.blanks()
        if self.peek() != ",":
            return first
        items = [first]
        while self.peek() == ",":
            at = self.at
            self.at += 1
            self.lines()
            if self.at >= self.size or self.peek() in {")", "}", "]", ";", "|"}:
                self.fail("Missing expression after ','.", "MissingExpressionAfterToken", at + 1)
            items.append(self.unary())
            self.blanks()
        return syntax.ArrayLiteral(items, start=first.start, end=items[-1].end)

    def unary(self) -> syntax.Node:
        self.blanks()
        start = self.at
        found = _OPERATOR.match(self.text, self.at)
        if found and found[1].lower() in _UNARY:
            return self._prefix(found.group(), found[1].lower())
        for sign in ("++", "--"):
            if self.take(sign):
                self.blanks()
                target = self.unary()
                return syntax.Increment(target, 1 if sign == "++" else -1, True, start=start, end=target.end)
        char = self.peek()
        if char == "-" and re.match(r"-\.?\d", self.text[self.at : self.at + 3]):
            return self._negative_number()
        if char in {"!", "-", "+", ","} and char:
            return self._prefix(char, char)
        if char == "[":
            return self._bracket()
        return self.postfix(self.primary())

    def _negative_number(self) -> syntax.Node:
        start = self.at
        self.at += 1
        found = self.number()
        if found is None:
            self.at = start
            return self._prefix("-", "-")
        negative = -found.value  # type: ignore[operator]
        return self.postfix(syntax.Constant(negative, "-" + found.text, start=start, end=self.at))

    def _prefix(self, written: str, operator: str) -> syntax.Node:
        start = self.at
        self.at += len(written)
        if self.text[self.at : self.at + 1].isspace():
            self.lines()
        if self.at >= self.size or self.peek() in {")", "}", ";", "|"}:
            self.fail(
                f"Missing expression after unary operator '{written}'.", "MissingExpressionAfterOperator", self.at
            )
        operand = self.unary()
        return syntax.Unary(operator, operand, start=start, end=operand.end)

    def _bracket(self) -> syntax.Node:
        """[type] as a value, as a cast, or an attribute's place before a value."""
        start = self.at
        name = self.type_name()
        self.blanks()
        if self.starts("::") or (self.peek() == "." and self.text[self.at + 1 : self.at + 2] != "."):
            return self.postfix(syntax.TypeName(name, start=start, end=self.at))
        if self._operand_ahead():
            operand = self.unary()
            return syntax.Cast(name, operand, start=start, end=operand.end)
        return self.postfix(syntax.TypeName(name, start=start, end=self.at))

    def _operand_ahead(self) -> bool:
        char = self.peek()
        if not char:
            return False
        if char in "$(@{[" or char in SINGLE_QUOTES or char in DOUBLE_QUOTES or char.isdigit():
            return True
        if char == "-":
            found = _OPERATOR.match(self.text, self.at)
            return found[1].lower() in {"not", "bnot"} if found else bool(re.match(r"-[$(\d.]", self.peek(2)))
        return char == "!" or bool(re.match(r"\+[$(\d]", self.peek(2)))
