"""Strings, here-strings, variables and bare words of a script."""

from localazure.windows.powershell import syntax
from localazure.windows.powershell.scanner import VARIABLE, Scanner

SINGLE_QUOTES = "'‘’‚‛"  # noqa: RUF001 - PowerShell takes them all
DOUBLE_QUOTES = '"“”„'
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
WORD_ENDS = frozenset(" \t\r\n\f\v\u00a0{}();,|&<>")


class StringParser(Scanner):
    """Reads strings; what stands in $( ) is read by `statements_until`."""

    def statements_until(self, closing: str, opened_at: int) -> list[syntax.Node]:
        raise NotImplementedError

    def variable(self) -> syntax.Variable | None:
        """Reads a variable if one is next."""
        found = VARIABLE.match(self.text, self.at)
        if not found:
            return None
        start, self.at = self.at, found.end()
        name = found["braced"] or found["special"] or found["plain"]
        if found["braced"]:
            name = name.replace("`{", "{").replace("`}", "}").replace("``", "`")
        return syntax.Variable(name, start=start, end=self.at)

    def single_quoted(self) -> syntax.Constant:
        start = self.at
        self.at += 1
        pieces = []
        while True:
            if self.at >= self.size:
                self.fail(
                    "The string is missing the terminator: '.", "TerminatorExpectedAtEndOfString", start, self.size
                )
            char = self.text[self.at]
            self.at += 1
            if char in SINGLE_QUOTES:
                if self.peek() and self.peek() in SINGLE_QUOTES:
                    char = self.peek()
                    self.at += 1
                else:
                    break
            pieces.append(char)
        value = "".join(pieces)
        return syntax.Constant(value, self.text[start : self.at], start=start, end=self.at)

    def double_quoted(self) -> syntax.Node:
        start = self.at
        self.at += 1
        parts: list[str | syntax.Node] = []
        while True:
            if self.at >= self.size:
                self.fail(
                    'The string is missing the terminator: ".', "TerminatorExpectedAtEndOfString", start, self.size
                )
            if self.peek() in DOUBLE_QUOTES:
                self.at += 1
                if not (self.peek() and self.peek() in DOUBLE_QUOTES):
                    break
                parts.append(self.peek())
                self.at += 1
                continue
            parts.append(self.expandable_piece())
        return self._string(parts, start)

    def expandable_piece(self) -> "str | syntax.Node":
        """One character, escape, variable or subexpression of an expandable string."""
        char = self.text[self.at]
        if char == "`" and self.at + 1 < self.size:
            return self.escape()
        if char == "$":
            return self._dollar()
        self.at += 1
        return char

    def escape(self) -> str:
        escaped = self.text[self.at + 1]
        self.at += 2
        if escaped == "\r" and self.peek() == "\n":
            self.at += 1
            return ""
        return "" if escaped == "\n" else _ESCAPES.get(escaped, escaped)

    def _dollar(self) -> "str | syntax.Node":
        start = self.at
        if self.take("$("):
            body = self.statements_until(")", start + 1)
            return syntax.SubExpression(body, start=start, end=self.at)
        found = self.variable()
        if found is not None:
            if self.peek() == ":" and self.text[start + 1] != "{" and self.text[self.at + 1 : self.at + 2] != ":":
                message = (
                    "Variable reference is not valid. ':' was not followed by a valid variable name character. "
                    "Consider using ${} to delimit the name."
                )
                self.fail(message, "InvalidVariableReferenceWithDrive", start, self.at + 1)
            return found
        self.at += 1
        return "$"

    def _string(self, parts: "list[str | syntax.Node]", start: int, *, bare: bool = False) -> syntax.Node:
        joined: list[str | syntax.Node] = []
        for part in parts:
            if isinstance(part, str) and joined and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
        if all(isinstance(part, str) for part in joined):
            value = str(joined[0]) if joined else ""
            return syntax.Constant(value, self.text[start : self.at], bare, start=start, end=self.at)
        return syntax.Expandable(joined, bare, start=start, end=self.at)

    def here_string(self) -> syntax.Node:
        """Reads a here-string: its text begins after the first line end and ends before the last."""
        start = self.at
        quote = self.text[self.at + 1]
        self.at += 2
        while self.peek() in {" ", "\t"}:
            self.at += 1
        if not (self.take("\r\n") or self.take("\n")):
            message = "No characters are allowed after a here-string header but before the end of the line."
            self.fail(message, "UnexpectedCharactersAfterHereStringHeader", start, self.at)
        closing = "\n" + quote + "@"
        first = self.at
        last = first if self.starts(quote + "@") else self.text.find(closing, first)
        if last < 0:
            message = f"The string is missing the terminator: {quote}@."
            self.fail(message, "TerminatorExpectedAtEndOfString", start, self.size)
        after = last + 2 if last == first and self.starts(quote + "@") else last + 3
        body_end = last - 1 if last > first and self.text[last - 1] == "\r" else last
        if quote == "'":
            self.at = after
            return syntax.Constant(self.text[first:body_end], start=start, end=after)
        parts = self._pieces_until(body_end)
        self.at = after
        return self._string(parts, start)

    def _pieces_until(self, end: int) -> "list[str | syntax.Node]":
        parts: list[str | syntax.Node] = []
        while self.at < end:
            parts.append(self.expandable_piece())
        return parts

    def bare_word(self) -> syntax.Node:
        """Reads a bare word of a command; quotes, variables and escapes may stand in it."""
        start = self.at
        parts: list[str | syntax.Node] = []
        while self.at < self.size and self.text[self.at] not in WORD_ENDS:
            char = self.text[self.at]
            if char in SINGLE_QUOTES:
                parts.append(str(self.single_quoted().value))
            elif char in DOUBLE_QUOTES:
                inner = self.double_quoted()
                parts.extend(inner.parts if isinstance(inner, syntax.Expandable) else [_text_of(inner)])
            elif char == "`" and self.text[self.at + 1 : self.at + 2] in {"\r", "\n"}:
                break
            else:
                parts.append(self.expandable_piece())
        return self._string(parts, start, bare=True)


def _text_of(node: syntax.Node) -> str:
    return str(node.value) if isinstance(node, syntax.Constant) else ""
