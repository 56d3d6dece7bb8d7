"""PowerShell's standard error, which it writes as CLIXML when its command is encoded, as the text a person would see.

The format: MS-PSRP 2.2.5, and the strings of a stream are ``<S S="Error">``. Programs that PowerShell starts write to
the same stream as they like.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from xml.sax.saxutils import unescape

_HEADER = "#< CLIXML"
_PIECE = re.compile(r'<Objs\b[^>]*>|</Objs>|<S S="(?P<stream>\w+)">(?P<text>.*?)</S>|<S S="\w+" ?/>|<Obj\b', re.DOTALL)
_OBJECT_EDGE = re.compile(r"<Obj\b[^>]*?(?P<empty>/)?>|(?P<end></Obj>)")
_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
_PREFIXES = {"error": "", "warning": "WARNING: ", "verbose": "VERBOSE: ", "debug": "DEBUG: "}
"""Streams that are shown; progress and information are not."""


class ErrorText:
    """Takes bytes as they come, and hands over text (UTF-8) as soon as it is whole."""

    def __init__(self, on_text: Callable[[bytes], None]) -> None:
        self._on_text = on_text
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._rest, self._inside = "", False

    def feed(self, data: bytes) -> None:
        self._rest += self._decoder.decode(data)
        while self._inside_step() if self._inside else self._outside_step():
            pass

    def close(self) -> None:
        """Hand over what was not whole."""
        rest, self._rest = self._rest + self._decoder.decode(b"", final=True), ""
        self._show(rest)

    def _outside_step(self) -> bool:
        """Text of programs, until a header begins. False when more is needed."""
        before, header, after = self._rest.partition(_HEADER)
        if header:
            self._show(before)
            self._rest, self._inside = after.lstrip("\r\n"), True
            return True
        # What may be the beginning of a header waits.
        keep = next((n for n in range(len(_HEADER) - 1, 0, -1) if self._rest.endswith(_HEADER[:n])), 0)
        self._show(self._rest[: len(self._rest) - keep])
        self._rest = self._rest[len(self._rest) - keep :]
        return False

    def _inside_step(self) -> bool:
        """One piece of a document. False when more is needed."""
        found = _PIECE.search(self._rest)
        end = _end_of(found, self._rest) if found else None
        if found is None or end is None:
            return False
        self._show(self._rest[: found.start()].lstrip("\r\n"))
        if found["stream"]:
            self._show_stream(found["stream"].lower(), _plain(found["text"]))
        self._rest = self._rest[end:]
        self._inside = found[0] != "</Objs>"
        return True

    def _show_stream(self, stream: str, text: str) -> None:
        if stream in _PREFIXES:
            prefix = _PREFIXES[stream]
            self._show(f"{prefix}{text}\n" if prefix else text)

    def _show(self, text: str) -> None:
        if text:
            self._on_text(text.encode(errors="replace"))


def _end_of(found: re.Match[str], text: str) -> int | None:
    """Where the piece ends; for an object, where it is closed. None when that has not come yet."""
    if found[0] != "<Obj":
        return found.end()
    depth = 0
    for edge in _OBJECT_EDGE.finditer(text, found.start()):
        depth += -1 if edge["end"] else 0 if edge["empty"] else 1
        if depth == 0:
            return edge.end()
    return None


def _plain(text: str) -> str:
    return _ESCAPED.sub(_unescaped, unescape(text, {"&quot;": '"', "&apos;": "'"}))


def _unescaped(found: re.Match[str]) -> str:
    """Each escape is one unit of UTF-16."""
    units = bytes.fromhex("".join(found[0][start + 2 : start + 6] for start in range(0, len(found[0]), 7)))
    return units.decode("utf-16-be", errors="replace")
