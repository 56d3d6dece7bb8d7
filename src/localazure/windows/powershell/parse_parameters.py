"""Parameter blocks: param(...), attributes, types and defaults."""

import re

from localazure.windows.powershell import syntax
from localazure.windows.powershell.parse_expressions import ExpressionParser

_ATTRIBUTE = re.compile(r"\[\s*([A-Za-z_][\w.]*)\s*\(")
_NAMED = re.compile(r"(\w+)\s*=(?!=)\s*")
_PARAM = re.compile(r"param\s*\(", re.IGNORECASE)


class ParameterParser(ExpressionParser):
    """Reads what may stand at the head of a block."""

    def parameter_block(self, block: syntax.Block) -> None:
        """Reads [attributes] param(...) if the block begins with them."""
        start = self.at
        self.separators()
        attributes = []
        while _ATTRIBUTE.match(self.text, self.at):
            attributes.append(self._attribute())
            self.lines()
        if not _PARAM.match(self.text, self.at):
            self.at = start
            return
        self.take_word("param")
        self.lines()
        block.attributes = attributes
        block.parameters = self.parenthesized_parameters()

    def parenthesized_parameters(self) -> list[syntax.FormalParameter]:
        opened = self.at
        self.at += 1
        kept, self.no_comma = self.no_comma, 1
        found: list[syntax.FormalParameter] = []
        self.lines()
        while not self.take(")"):
            found.append(self._parameter(opened))
            self.lines()
            if self.take(","):
                self.lines()
            elif self.peek() != ")":
                message = "Missing ')' in function parameter list."
                self.fail(message, "MissingEndParenthesisInFunctionParameterList", self.at)
        self.no_comma = kept
        return found

    def _parameter(self, opened: int) -> syntax.FormalParameter:
        start = self.at
        attributes: list[syntax.Attribute] = []
        types: list[str] = []
        while self.peek() == "[":
            if _ATTRIBUTE.match(self.text, self.at):
                attributes.append(self._attribute())
            else:
                types.append(self.type_name())
            self.lines()
        variable = self.variable()
        if variable is None:
            message = "Missing ')' in function parameter list."
            self.fail(message, "MissingEndParenthesisInFunctionParameterList", max(opened, self.at - 1))
        self.lines()
        default = None
        if self.take("="):
            self.lines()
            default = self.expression()
        return syntax.FormalParameter(variable.name, attributes, types, default, start=start, end=self.at)

    def _attribute(self) -> syntax.Attribute:
        start = self.at
        found = _ATTRIBUTE.match(self.text, self.at)
        name = found[1] if found else ""
        self.at = found.end() if found else self.at
        attribute = syntax.Attribute(name, [], {}, start=start)
        kept, self.no_comma = self.no_comma, 1
        self.lines()
        while not self.take(")"):
            self._attribute_argument(attribute)
            self.lines()
            if self.take(","):
                self.lines()
            elif self.peek() != ")":
                self.fail("Unexpected token in attribute.", "UnexpectedToken", self.at)
        self.no_comma = kept
        self.lines()
        if not self.take("]"):
            self.fail(
                "Missing ] at end of attribute or type literal.", "EndSquareBracketExpectedAtEndOfAttribute", self.at
            )
        attribute.end = self.at
        return attribute

    def _attribute_argument(self, attribute: syntax.Attribute) -> None:
        named = _NAMED.match(self.text, self.at)
        if named:
            self.at = named.end()
            attribute.named[named[1].lower()] = self.expression()
            return
        word = re.compile(r"(\w+)\s*(?=[,)])").match(self.text, self.at)
        if word and not word[1][0].isdigit():
            self.at = word.end()
            attribute.named[word[1].lower()] = None
            return
        attribute.positional.append(self.expression())
