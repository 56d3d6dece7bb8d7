"""Reading a script's characters: blanks, comments, names, numbers, and what is wrong where."""

import re
from decimal import Decimal
from typing import NoReturn

from localazure.windows.powershell import syntax
from localazure.windows.powershell.errors import ErrorRecord, Position, PsError, PsException
from localazure.windows.powershell.values import Long

_BLANK = re.compile(r"(?:[ \t\f\v\u00a0\ufeff]|`\r?\n|<#.*?#>|#[^\r\n]*)+", re.DOTALL)
_LINES = re.compile(r"(?:[ \t\f\v\u00a0\ufeff\r\n]|`\r?\n|<#.*?#>|#[^\r\n]*)+", re.DOTALL)
_NUMBER = re.compile(
    r"(?P<body>0[xX][0-9a-fA-F]+|(?:\d+\.(?!\.)\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?)(?P<kind>[lLdD]?)(?P<unit>(?:[kKmMgGtTpP][bB])?)"
)
_UNITS = {"": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}
_WORD = re.compile(r"[A-Za-z_][\w]*")
VARIABLE = re.compile(r"\$(?:\{(?P<braced>(?:[^}`]|`.)+)\}|(?P<special>[$^])|(?P<plain>(?:\w+:(?=\w))?[\w?]+|\?))")


def parse_failure(source: syntax.Source, message: str, error_id: str, start: int, end: int) -> PsError:
    """The ParserError of something wrong from `start` to `end`, as PowerShell words and places it."""
    line, column = source.line_column(start)
    text = source.text[start : max(end, start + 1)].rstrip("\r\n")
    position = Position(source.file, line, column, text, source.line_text(start))
    exception = PsException("System.Management.Automation.ParseException", message)
    record = ErrorRecord(exception, error_id, "ParserError", position=position)
    record.reason = "ParentContainsErrorRecordException"
    return PsError(record, stops_script=True)


class Scanner:
    """A script's text and how far it was read."""

    def __init__(self, source: syntax.Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.size = len(source.text)

    def fail(self, message: str, error_id: str, start: int | None = None, end: int | None = None) -> NoReturn:
        first = self.at if start is None else start
        raise parse_failure(self.source, message, error_id, first, first + 1 if end is None else end)

    def peek(self, size: int = 1) -> str:
        return self.text[self.at : self.at + size]

    def starts(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take(self, text: str) -> bool:
        """Reads `text` if it is next."""
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def blanks(self) -> None:
        """Skips blanks and comments within a line."""
        found = _BLANK.match(self.text, self.at)
        if found:
            self.at = found.end()

    def lines(self) -> None:
        """Skips blanks, comments and line ends."""
        found = _LINES.match(self.text, self.at)
        if found:
            self.at = found.end()

    def separators(self) -> None:
        """Skips what may stand between statements."""
        self.lines()
        while self.take(";"):
            self.lines()

    def word_ahead(self) -> str:
        """The name that is next, in lower case, or nothing; a name that goes on as a path or so is none."""
        found = _WORD.match(self.text, self.at)
        if not found:
            return ""
        following = self.text[found.end() : found.end() + 1]
        return "" if following in set("-.\\/:*") and following else found.group().lower()

    def take_word(self, *words: str) -> bool:
        """Reads one of these keywords if it is next, alone and whole."""
        found = _WORD.match(self.text, self.at)
        if found and found.group().lower() in words:
            self.at = found.end()
            return True
        return False

    def number(self) -> syntax.Constant | None:
        """Reads a number if one is next and ends where a number may end."""
        found = _NUMBER.match(self.text, self.at)
        if not found or re.match(r"[\w\\]|:(?!:)|\.\w", self.text[found.end() : found.end() + 2]):
            return None
        start, self.at = self.at, found.end()
        value = _number_value(found["body"], found["kind"].lower(), found["unit"].lower())
        return syntax.Constant(value, found.group(), start=start, end=self.at)


def _number_value(body: str, kind: str, unit: str) -> object:
    if kind == "d":
        return Decimal(body) * _UNITS[unit]
    if body[:2].lower() == "0x":
        return _hexadecimal(body, kind, unit)
    if not body.isdigit():
        if kind == "l":
            return Long(round(float(body)) * _UNITS[unit])
        return float(body) * _UNITS[unit]
    value = int(body) * _UNITS[unit]
    if kind == "l":
        return Long(value)
    if value < 2**63:
        return value
    return Decimal(value) if value < 2**96 else float(value)


def _hexadecimal(body: str, kind: str, unit: str) -> object:
    """Hexadecimal literals are signed: 0xFFFFFFFF is -1."""
    value = int(body, 16)
    if kind != "l" and value >= 2**31 and value < 2**32 and len(body) <= 10:
        value -= 2**32
    elif value >= 2**63:
        value -= 2**64
    return Long(value * _UNITS[unit]) if kind == "l" else value * _UNITS[unit]
