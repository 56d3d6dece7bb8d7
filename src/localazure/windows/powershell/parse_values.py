"""Values of a script and what follows them without blanks: members, indexes and calls."""

import re

from localazure.windows.powershell import syntax
from localazure.windows.powershell.parse_strings import DOUBLE_QUOTES, SINGLE_QUOTES, StringParser

_TYPE_NAME = re.compile(r"[A-Za-z_][\w.+`]*")


class ValueParser(StringParser):
    """Reads values; operators, statements and blocks inside them come from the parsers built on this one."""

    def __init__(self, source: syntax.Source) -> None:
        super().__init__(source)
        self.no_comma = 0
        self.in_argument = False

    def statement(self) -> syntax.Node:
        raise NotImplementedError

    def block_body(self, opened_at: int) -> syntax.Block:
        raise NotImplementedError

    def expression(self) -> syntax.Node:
        raise NotImplementedError

    def unary(self) -> syntax.Node:
        raise NotImplementedError

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

    def postfix(self, target: syntax.Node) -> syntax.Node:
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
