"""Expressions of a script, from the loosest operator to single values."""

import re

from localazure.windows.powershell import syntax
from localazure.windows.powershell.parse_strings import DOUBLE_QUOTES, SINGLE_QUOTES, StringParser

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
_SIMPLE_NAME = re.compile(r"[\w?]+|[A-Za-z_][\w-]*")
_TYPE_NAME = re.compile(r"[A-Za-z_][\w.+`]*")


class ExpressionParser(StringParser):
    """Reads expressions; statements and blocks inside them come from the statement parser."""

    def __init__(self, source: syntax.Source) -> None:
        super().__init__(source)
        self.no_comma = 0
        self.in_argument = False

    def statement(self) -> syntax.Node:
        raise NotImplementedError

    def block_body(self, opened_at: int) -> syntax.Block:
        raise NotImplementedError

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
        return self._postfix(self.primary())

    def _negative_number(self) -> syntax.Node:
        start = self.at
        self.at += 1
        found = self.number()
        if found is None:
            self.at = start
            return self._prefix("-", "-")
        negative = -found.value  # type: ignore[operator]
        return self._postfix(syntax.Constant(negative, "-" + found.text, start=start, end=self.at))

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
            return self._postfix(syntax.TypeName(name, start=start, end=self.at))
        if self._operand_ahead():
            operand = self.unary()
            return syntax.Cast(name, operand, start=start, end=operand.end)
        return self._postfix(syntax.TypeName(name, start=start, end=self.at))

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

    def type_name(self) -> str:
        """Reads [Name], [Name[]], [Name[T,U]] and gives what is between the outer brackets."""
        start = self.at
        self.at += 1
        depth = 1
        while depth:
            if self.at >= self.size or self.peek() in {"\n", ";", "{", "'", '"'}:
                self.fail("Missing type name after '['.", "MissingTypename", start, start + 1)
            depth += {"[": 1, "]": -1}.get(self.peek(), 0)
            self.at += 1
        name = re.sub(r"\s+", "", self.text[start + 1 : self.at - 1])
        if not _TYPE_NAME.match(name):
            self.fail("Missing type name after '['.", "MissingTypename", start + 1, start + 2)
        return name

    def primary(self) -> syntax.Node:
        """One value without what follows it."""
        char = self.peek()
        if char == "$":
            return self._dollar_value()
        if char and char in SINGLE_QUOTES:
            return self.single_quoted()
        if char and char in DOUBLE_QUOTES:
            return self.double_quoted()
        if char == "@":
            return self._at_sign()
        if char == "(":
            return self._paren()
        if char == "{":
            return self.block_expression()
        found = self.number()
        if found is not None:
            return found
        token = re.match(r"[^\s)};|,]+|.", self.text[self.at :] or " ")
        word = token.group() if token else ""
        end = self.at + len(word)
        self.fail(f"Unexpected token '{word}' in expression or statement.", "UnexpectedToken", self.at, end)

    def block_expression(self) -> syntax.Node:
        start = self.at
        self.at += 1
        block = self.block_body(start)
        return syntax.BlockExpression(block, start=start, end=self.at)

    def _dollar_value(self) -> syntax.Node:
        start = self.at
        if self.take("$("):
            return syntax.SubExpression(self.statements_until(")", start + 1), start=start, end=self.at)
        found = self.variable()
        if found is None:
            self.fail("Unexpected token '$' in expression or statement.", "UnexpectedToken", start)
        return found

    def _at_sign(self) -> syntax.Node:
        start = self.at
        following = self.text[start + 1 : start + 2]
        if following == "(":
            self.at += 2
            return syntax.SubExpression(self.statements_until(")", start), True, start=start, end=self.at)
        if following == "{":
            self.at += 2
            return self._hash_literal(start)
        if following and (following in SINGLE_QUOTES or following in DOUBLE_QUOTES):
            return self.here_string()
        word = re.match(r"@\w*", self.text[start:])
        name = word.group() if word else "@"
        if len(name) > 1:
            message = (
                f"The splatting operator '@' cannot be used to reference variables in an expression. '{name}' can be "
                f"used only as an argument to a command. To reference variables in an expression use '${name[1:]}'."
            )
            self.fail(message, "SplattingNotPermitted", start, start + len(name))
        self.fail("Unrecognized token in source text.", "UnrecognizedToken", start)

    def _paren(self) -> syntax.Node:
        start = self.at
        self.at += 1
        kept, self.no_comma = self.no_comma, 0
        self.lines()
        if self.peek() == ")":
            self.fail("An expression was expected after '('.", "ExpectedExpression", self.at)
        body = self.statement()
        self.lines()
        if not self.take(")"):
            self.fail("Missing closing ')' in expression.", "MissingEndParenthesisInExpression", self.at)
        self.no_comma = kept
        return syntax.Paren(body, start=start, end=self.at)

    def _hash_literal(self, start: int) -> syntax.Node:
        pairs: list[tuple[syntax.Node, syntax.Node]] = []
        kept, self.no_comma = self.no_comma, 0
        while True:
            self.separators()
            if self.take("}"):
                break
            if self.at >= self.size:
                self.fail("The hash literal was incomplete.", "IncompleteHashLiteral", start, start + 2)
            key = self._hash_key()
            self.blanks()
            if not self.take("="):
                self.fail("Missing '=' operator after key in hash literal.", "MissingEqualsInHashLiteral", self.at)
            self.lines()
            pairs.append((key, self.statement()))
            self.blanks()
            if self.peek() not in {"\n", "\r", ";", "}"}:
                self.fail("The hash literal was incomplete.", "IncompleteHashLiteral", self.at)
        self.no_comma = kept
        return syntax.HashLiteral(pairs, start=start, end=self.at)

    def _hash_key(self) -> syntax.Node:
        found = re.compile(r"[A-Za-z_][\w-]*").match(self.text, self.at)
        if found:
            start, self.at = self.at, found.end()
            return syntax.Constant(found.group(), start=start, end=self.at)
        return self.unary()

    def _postfix(self, target: syntax.Node) -> syntax.Node:
        """Members, indexes, calls and ++ that follow a value without blanks."""
        while True:
            char = self.peek()
            if char == "[":
                target = self._index(target)
            elif self.starts("::") or (char == "." and self._member_ahead()):
                target = self._member(target)
            elif self.peek(2) in {"++", "--"} and isinstance(target, syntax.Variable | syntax.Member | syntax.Index):
                step = 1 if char == "+" else -1
                self.at += 2
                return syntax.Increment(target, step, False, start=target.start, end=self.at)
            else:
                return target

    def _member_ahead(self) -> bool:
        following = self.text[self.at + 1 : self.at + 2]
        if following.isspace():
            # In an expression the member's name may stand apart, also on the next line.
            return not self.in_argument and bool(re.compile(r"\.\s+[A-Za-z_]\w*").match(self.text, self.at))
        return bool(following) and (following.isalnum() or following in "_$({'\"@")

    def _index(self, target: syntax.Node) -> syntax.Node:
        opened = self.at
        self.at += 1
        kept, self.no_comma = self.no_comma, 0
        self.lines()
        if self.peek() == "]":
            self.fail("Array index expression is missing or not valid.", "MissingArrayIndexExpression", opened + 1)
        index = self.expression()
        self.lines()
        if not self.take("]"):
            self.fail("Missing ']' after array index expression.", "MissingEndSquareBracket", self.at)
        self.no_comma = kept
        return syntax.Index(target, index, start=target.start, end=self.at)

    def _member(self, target: syntax.Node) -> syntax.Node:
        static = self.take("::")
        if not static:
            self.at += 1
        self.lines()
        name = self._member_name()
        if self.peek() == "{":
            block = self.block_expression()
            return syntax.MethodCall(target, name, [block], static, start=target.start, end=self.at)
        if self.peek() != "(":
            return syntax.Member(target, name, static, start=target.start, end=self.at)
        arguments = self._call_arguments()
        return syntax.MethodCall(target, name, arguments, static, start=target.start, end=self.at)

    def _member_name(self) -> syntax.Node:
        found = re.compile(r"[\w]+").match(self.text, self.at)
        if found:
            start, self.at = self.at, found.end()
            return syntax.Constant(found.group(), start=start, end=self.at)
        if self.peek() and self.peek() in "$('\"":
            return self.primary()
        self.fail("Missing property name after reference operator.", "MissingPropertyName", self.at)

    def _call_arguments(self) -> list[syntax.Node]:
        opened = self.at
        self.at += 1
        kept, self.no_comma = self.no_comma, 1
        arguments: list[syntax.Node] = []
        self.lines()
        while self.peek() != ")":
            arguments.append(self.expression())
            self.lines()
            if self.take(","):
                self.lines()
            elif self.peek() != ")":
                self.fail("Missing ')' in method call.", "MissingEndParenthesisInMethodCall", opened + 1)
        self.at += 1
        self.no_comma = kept
        return arguments
