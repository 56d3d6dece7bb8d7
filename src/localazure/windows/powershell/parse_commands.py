"""Commands, their arguments and redirections, and the pipelines they stand in."""

import re

from localazure.windows.powershell import syntax
from localazure.windows.powershell.parse_expressions import ExpressionParser
from localazure.windows.powershell.parse_strings import DOUBLE_QUOTES, SINGLE_QUOTES, WORD_ENDS

_REDIRECTION = re.compile(r"(?P<stream>[1-6*]?)(?P<kind>>&(?P<into>[12])|>>|>)")
_PARAMETER = re.compile(r"-[A-Za-z_?][^\s:{}();,|&.\[\"']*")
_ASSIGNMENT = re.compile(r"=|\+=|-=|\*=|/=|%=")
_ENDS = frozenset("\r\n;|)}")
_UNARY_WORDS = re.compile(r"-(?:not|bnot|split|isplit|csplit|join)\b", re.IGNORECASE)


class CommandParser(ExpressionParser):
    """Reads pipelines, and assignments, which begin like them."""

    def pipeline_or_assignment(self) -> syntax.Node:
        start = self.at
        if not self._expression_ahead():
            return self._pipeline(self._command(), start)
        target = self.expression()
        self.blanks()
        found = _ASSIGNMENT.match(self.text, self.at)
        if found:
            return self._assignment(target, found.group())
        element = syntax.ExpressionElement(target, self._redirections(), start=start, end=self.at)
        element.end = self.at if element.redirections else target.end
        return self._pipeline(element, start)

    def _assignment(self, target: syntax.Node, operator: str) -> syntax.Node:
        at = self.at
        if not _assignable(target):
            message = (
                "The assignment expression is not valid. The input to an assignment operator must be an object that is "
                "able to accept assignments, such as a variable or a property."
            )
            self.fail(message, "InvalidLeftHandSide", target.start, target.end)
        self.at += len(operator)
        self.lines()
        if self.at >= self.size or self.peek() in {")", "}", ";"}:
            message = f"You must provide a value expression following the '{operator}' operator."
            self.fail(message, "ExpectedValueExpression", at + len(operator))
        value = self.statement()
        return syntax.Assignment(target, operator, value, start=target.start, end=value.end)

    def _expression_ahead(self) -> bool:
        char = self.peek()
        if char in {"$", "(", "{", "[", "!", "+", ","} or char in SINGLE_QUOTES or char in DOUBLE_QUOTES:
            return True
        if char == "@":
            return True
        if char == "-":
            return bool(_UNARY_WORDS.match(self.text, self.at) or re.match(r"-[-\d.$(\['\"\s]", self.peek(2)))
        if char.isdigit() or (char == "." and self.text[self.at + 1 : self.at + 2].isdigit()):
            kept = self.at
            found = self.number()
            self.at = kept
            return found is not None
        return False

    def _pipeline(self, first: syntax.Node, start: int) -> syntax.Node:
        elements = [first]
        while True:
            self.blanks()
            if self.peek() == "&" or self.peek(2) == "||":
                self._refuse_operator()
            if not self.take("|"):
                return syntax.Pipeline(elements, start=start, end=elements[-1].end)
            at = self.at - 1
            self.lines()
            if self.at >= self.size or self.peek() in {"|", ")", "}", ";"}:
                self.fail("An empty pipe element is not allowed.", "EmptyPipeElement", at, at + 1)
            if self._expression_ahead() and self.peek() != "%":
                message = "Expressions are only allowed as the first element of a pipeline."
                begin = self.at
                self.expression()
                self.fail(message, "ExpressionsMustBeFirstInPipeline", begin, self.at)
            elements.append(self._command())

    def _refuse_operator(self) -> None:
        separator = self.peek(2) if self.peek(2) in {"&&", "||"} else "&"
        if separator == "&":
            message = (
                "The ampersand (&) character is not allowed. The & operator is reserved for future use; wrap an "
                'ampersand in double quotation marks ("&") to pass it as part of a string.'
            )
            self.fail(message, "AmpersandNotAllowed", self.at)
        message = f"The token '{separator}' is not a valid statement separator in this version."
        self.fail(message, "InvalidEndOfLine", self.at, self.at + 2)

    def _command(self) -> syntax.Command:
        start = self.at
        invocation = ""
        if self.take("&") or (self.peek() == "." and re.match(r"\.[\s$'\"({&]", self.peek(2))):
            invocation = self.text[start]
            self.at = start + 1
            self.lines()
        name = self._command_name(invocation)
        elements: list[syntax.Node] = []
        redirections: list[syntax.Redirection] = []
        end, named_over = self.at, False
        while not self._command_ended():
            found = self._redirection()
            if found is not None:
                redirections.append(found)
            elif not named_over and re.match(r"--(?=[\s;|)}]|$)", self.text[self.at : self.at + 3]):
                # What follows is no parameter's name, whatever it looks like.
                named_over = True
                self.at += 2
            else:
                elements.append(self.argument_list() if named_over else self._element())
            end = self.at
        return syntax.Command(invocation, name, elements, redirections, start=start, end=end)

    def _command_ended(self) -> bool:
        self.blanks()
        return self.at >= self.size or self.peek() in _ENDS or self.peek() == "&"

    def _command_name(self, invocation: str) -> syntax.Node:
        char = self.peek()
        if invocation and (not char or char in _ENDS):
            message = (
                f"The expression after '{invocation}' in a pipeline element produced an object that was not valid."
            )
            self.fail(message, "BadExpression", self.at - 1)
        if invocation and (char in {"$", "(", "{"} or char in SINGLE_QUOTES or char in DOUBLE_QUOTES):
            return self._argument()
        if char in WORD_ENDS:
            self.fail(f"Unexpected token '{char}' in expression or statement.", "UnexpectedToken", self.at)
        return self.bare_word()

    def _element(self) -> syntax.Node:
        start = self.at
        if self.starts("--%") and self.text[self.at + 3 : self.at + 4] in {" ", "\t", "", "\r", "\n"}:
            line = re.compile(r"[^\r\n|]*").match(self.text, self.at + 3)
            self.at = line.end() if line else self.size
            return syntax.Verbatim(self.text[start + 3 : self.at].strip(), start=start, end=self.at)
        found = _PARAMETER.match(self.text, self.at)
        if found:
            return self._named_argument(found.group())
        splat = re.compile(r"@(?:\w+:)?\w+(?![\w])").match(self.text, self.at)
        if splat:
            self.at = splat.end()
            return syntax.Splat(splat.group()[1:], start=start, end=self.at)
        return self.argument_list()

    def _named_argument(self, written: str) -> syntax.Node:
        start = self.at
        self.at += len(written)
        value = None
        if self.take(":"):
            self.blanks()
            if not self._command_ended():
                value = self.argument_list()
        return syntax.NamedArgument(written[1:], written, value, start=start, end=self.at)

    def argument_list(self) -> syntax.Node:
        """One argument, or several with commas between them as one array."""
        start = self.at
        items = [self._argument()]
        while True:
            kept = self.at
            self.blanks()
            if not self.take(","):
                self.at = kept
                break
            self.lines()
            if self.at >= self.size or self.peek() in _ENDS:
                self.fail("Missing argument in parameter list.", "MissingArgument", self.at - 1)
            items.append(self._argument())
        return items[0] if len(items) == 1 else syntax.ArrayLiteral(items, start=start, end=self.at)

    def _argument(self) -> syntax.Node:
        start = self.at
        char = self.peek()
        if char == ",":
            self.fail("Missing argument in parameter list.", "MissingArgument", self.at)
        if char == "$" and not self.starts("$("):
            return self._variable_argument(start)
        if char in {"(", "{"} or (char == "@" and self.text[start + 1 : start + 2] in {"(", "{", "'", '"'}):
            return self._postfix_argument()
        if char == "$" or char in SINGLE_QUOTES or char in DOUBLE_QUOTES:
            return self._postfix_argument()
        found = self._number_argument()
        return found if found is not None else self.bare_word()

    def _postfix_argument(self) -> syntax.Node:
        kept, self.no_comma = self.no_comma, 0
        value = self.primary()
        self.in_argument = True
        value = self.postfix(value)
        self.no_comma, self.in_argument = kept, False
        return value

    def _variable_argument(self, start: int) -> syntax.Node:
        found = self.variable()
        if found is None:
            return self.bare_word()
        char = self.peek()
        if not char or char in WORD_ENDS or char == "[" or (char == "." and self._member_ahead()):
            self.at = start
            return self._postfix_argument()
        self.at = start
        return self.bare_word()

    def _number_argument(self) -> syntax.Node | None:
        start = self.at
        negative = self.peek() == "-"
        self.at += int(negative)
        found = self.number()
        if found is None or (self.at < self.size and self.text[self.at] not in WORD_ENDS):
            self.at = start
            return None
        value = -found.value if negative else found.value  # type: ignore[operator]
        return syntax.Constant(value, self.text[start : self.at], start=start, end=self.at)

    def _redirections(self) -> list[syntax.Redirection]:
        found: list[syntax.Redirection] = []
        while True:
            self.blanks()
            one = self._redirection()
            if one is None:
                return found
            found.append(one)

    def _redirection(self) -> syntax.Redirection | None:
        start = self.at
        found = _REDIRECTION.match(self.text, self.at)
        if not found:
            if self.peek() == "<":
                message = "The '<' operator is reserved for future use."
                self.fail(message, "RedirectionNotSupported", self.at)
            return None
        self.at = found.end()
        stream = 0 if found["stream"] == "*" else int(found["stream"] or 1)
        if found["into"]:
            return syntax.Redirection(stream, True, start=start, end=self.at)
        self.blanks()
        if self._command_ended():
            self.fail("Missing file specification after redirection operator.", "MissingFileSpecification", self.at)
        target = self._argument()
        append = found["kind"] == ">>"
        return syntax.Redirection(stream, False, append, target, start=start, end=self.at)


def _assignable(target: syntax.Node) -> bool:
    if isinstance(target, syntax.Cast):
        return _assignable(target.operand)
    if isinstance(target, syntax.ArrayLiteral):
        return all(_assignable(item) for item in target.items)
    return isinstance(target, syntax.Variable | syntax.Member | syntax.Index)
