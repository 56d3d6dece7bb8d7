r"""The parser of PowerShell 5.1: text in, syntax tree out, PowerShell's own words for what is wrong.

It is written by hand: the grammar of tree-sitter-powershell 0.26 refuses valid scripts that are everywhere, such as
`Select-Object Name, Id`, `{ 1; break }` on one line and `$env:TEMP\x.txt` as an argument, and says nothing of what is
wrong with those that are not valid.
"""

import re

from localazure.windows.powershell import syntax
from localazure.windows.powershell.parse_statements import StatementParser

_LABEL = re.compile(r":([A-Za-z_]\w*)\s*")


class Parser(StatementParser):
    """Reads statements and blocks."""

    def script(self) -> syntax.Block:
        """The whole text as a block.

        Raises:
            PsError: it is no valid script (category ParserError).
        """
        block = self._block_until("", 0)
        if self.at < self.size:
            message = f"Unexpected token '{self.peek()}' in expression or statement."
            self.fail(message, "UnexpectedToken", self.at)
        block.end = self.size
        return block

    def block_body(self, opened_at: int) -> syntax.Block:
        kept, self.no_comma = self.no_comma, 0
        block = self._block_until("}", opened_at)
        block.end = self.at - 1
        self.no_comma = kept
        return block

    def _block_until(self, closing: str, opened_at: int) -> syntax.Block:
        block = syntax.Block(start=self.at, source=self.source)
        self.parameter_block(block)
        self.separators()
        if self.word_ahead() in {"begin", "process", "end", "dynamicparam"} and self._named_block_ahead():
            self._named_blocks(block, closing, opened_at)
        else:
            block.last = self.statements_until(closing, opened_at)
        block.end = self.at
        return block

    def _named_block_ahead(self) -> bool:
        return bool(re.compile(r"\w+\s*\{").match(self.text, self.at))

    def _named_blocks(self, block: syntax.Block, closing: str, opened_at: int) -> None:
        while True:
            self.separators()
            if self.closed(closing, opened_at):
                return
            start = self.at
            if not self.take_word("begin", "process", "end"):
                message = "unexpected token in a script block with named blocks, expected 'begin', 'process' or 'end'."
                self.fail(message[0].upper() + message[1:], "MissingNamedBlocks", start)
            name = self.text[start : self.at].lower()
            body = self.body(f"{name}")
            if name == "begin":
                block.begin = body
            elif name == "process":
                block.process = body
            else:
                block.last = body

    def closed(self, closing: str, opened_at: int) -> bool:
        """Takes the closing brace or parenthesis, or says that the text ends, which it may outside all of them."""
        if self.at >= self.size:
            if closing:
                self._unclosed(closing, opened_at)
            return True
        return bool(closing) and self.take(closing)

    def _unclosed(self, closing: str, opened_at: int) -> None:
        if closing == "}":
            message = "Missing closing '}' in statement block or type definition."
            self.fail(message, "MissingEndCurlyBrace", opened_at)
        self.fail("Missing closing ')' in expression.", "MissingEndParenthesisInExpression", opened_at)

    def statements_until(self, closing: str, opened_at: int) -> list[syntax.Node]:
        kept, self.no_comma = self.no_comma, 0
        found: list[syntax.Node] = []
        while True:
            self.separators()
            if self.closed(closing, opened_at):
                self.no_comma = kept
                return found
            if self.peek() in {")", "}"}:
                if not closing:
                    return found
                message = f"Unexpected token '{self.peek()}' in expression or statement."
                self.fail(message, "UnexpectedToken", self.at)
            found.append(self.statement())
            self._statement_end()

    def _statement_end(self) -> None:
        last = self.text[self.at - 1 : self.at]
        self.blanks()
        if self.at >= self.size or self.peek() in {"\n", "\r", ";", ")", "}"} or last == "}":
            return
        found = re.compile(r"[^\s;(){}|]+|.").match(self.text, self.at)
        token = found.group() if found else ""
        message = f"Unexpected token '{token}' in expression or statement."
        self.fail(message, "UnexpectedToken", self.at, self.at + len(token))

    def statement(self) -> syntax.Node:
        self.blanks()
        start = self.at
        label = ""
        found = _LABEL.match(self.text, self.at)
        if found:
            label, self.at = found[1], found.end()
        reader = getattr(self, f"_{self.word_ahead()}_statement", None)
        if reader is None:
            return self.pipeline_or_assignment()
        self.take_word(self.word_ahead())
        node: syntax.Node = reader(start)
        if label and hasattr(node, "label"):
            node.label = label
        node.start, node.end = start, self.at
        return node


def parse(text: str, file: str | None = None) -> syntax.Block:
    """A script's syntax tree.

    Raises:
        PsError: the text is no valid script; its record is a ParserError that says where.
    """
    return Parser(syntax.Source(text, file)).script()
